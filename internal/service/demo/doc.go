// Package demo fills an empty data folder with four drawn patients: films by
// package phantom, answers, months of diary with injections of toxin and one
// decompression. Nobody of them is real, every name says so, and every number is
// drawn from a fixed seed: it shows what the app shows, and is no evidence of
// anything.
//
// The rows are written at once; the films are drawn when their analysis comes
// up, so that the app can be looked at from the first second and what was broken
// off is drawn at the next start.
package demo
