// Package cli is the program's command line: one file a command, each of which
// parses, calls one room of the instrument and prints.
//
// Errors are one line on standard error, "facialis: " before them, in lower
// case and without a full stop; they say what is wrong and what to do. Results
// go to standard output only where the user asked for them there.
package cli
