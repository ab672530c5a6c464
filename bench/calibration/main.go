// Command calibration holds the assessment against published cases.
//
//	calibration [-test] [-cases] [-o FILE]
//
// Without -test only the half on which rules may be tuned is run. With it the
// other half is run as well and the document is written.
package main

import (
	"flag"
	"fmt"
	"os"

	"facialis/assess/vignettes"
)

func main() {
	test := flag.Bool("test", false, "run the half that is kept for the test too")
	cases := flag.Bool("cases", false, "list every case of the tuning half")
	out := flag.String("o", "", "write the document to `FILE` instead of standard output")
	flag.Parse()
	if err := run(*test, *cases, *out); err != nil {
		fmt.Fprintln(os.Stderr, "calibration:", err)
		os.Exit(1)
	}
}

func run(test, list bool, out string) error {
	all, err := vignettes.Published()
	if err != nil {
		return err
	}
	d := document{all: all, test: test, list: list}
	for _, setting := range settings {
		for _, c := range all {
			if c.Test() && !test {
				continue
			}
			o, err := c.Run(setting)
			if err != nil {
				return err
			}
			d.outcomes = append(d.outcomes, o)
		}
	}
	text := d.String()
	if out == "" {
		fmt.Print(text)
		return nil
	}
	return os.WriteFile(out, []byte(text), 0o644)
}
