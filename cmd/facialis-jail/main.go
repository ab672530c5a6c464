// Command facialis-jail becomes a program that reads a film, after giving away
// everything that program does not need. facialis starts it; it is of no use by
// hand.
package main

import (
	"fmt"
	"os"

	"facialis/internal/jail/enter"
)

// exitJail is the exit code where the program could not be started.
const exitJail = 120

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: facialis-jail CELL")
		os.Exit(2)
	}
	fmt.Fprintln(os.Stderr, "jail:", enter.Run(os.Args[1]))
	os.Exit(exitJail)
}
