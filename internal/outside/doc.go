// Package outside holds what is tried from outside this module: its use as a
// library.
package outside
