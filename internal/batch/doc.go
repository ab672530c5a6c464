// Package batch is what surrounds the analysis of many recordings: finding them
// in folders, giving each a folder for its results, knowing which are done, and
// putting a result in its place whole or not at all.
package batch
