// Command vignettes assesses the written cases and writes their table to the
// file named by its argument.
package main

import (
	"fmt"
	"os"

	"facialis/assess/vignettes"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: vignettes FILE")
		os.Exit(2)
	}
	s, err := vignettes.RunAll()
	if err == nil {
		err = os.WriteFile(os.Args[1], []byte(s.Markdown()), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "vignettes:", err)
		os.Exit(1)
	}
	fmt.Println(s)
}
