// Package cli is the program's command line: one file a command, each of which
// parses, calls one room of the instrument and prints.
//
// Errors are one line on standard error, "facialis: " before them, in lower
// case and without a full stop; they say what is wrong and what to do. Results
// go to standard output. Progress and notes go to standard error, and --quiet
// leaves them out. No output holds color, so NO_COLOR has nothing to switch off.
package cli
