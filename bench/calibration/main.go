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
	test := flag.Bool("test", false, "both halves")
	cases := flag.Bool("cases", false, "list cases")
	out := flag.String("o", "", "output `FILE`")
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
	text, err := d.String()
	if err != nil {
		return err
	}
	if out == "" {
		fmt.Print(text)
		return nil
	}
	return os.WriteFile(out, []byte(text), 0o644)
}
