// Package rapidtest sets how property tests run. Every package with such tests
// imports it for that effect.
package rapidtest

import (
	"flag"

	// The flag set below is registered when this package loads.
	_ "pgregory.net/rapid"
)

// A failing property test would leave a file beside the source, and every later
// run would replay it. The failure is printed with a seed that repeats it
// (-rapid.seed). To get the file, give -rapid.nofailfile=false.
func init() {
	if err := flag.Set("rapid.nofailfile", "true"); err != nil {
		panic(err)
	}
}

// seed is what property tests draw from where failures are rare enough to stop
// somebody who changed something else.
const seed = "20261129"

// Repeat parses the flags and lets property tests draw the same each time, unless
// -rapid.seed says otherwise. A package's TestMain calls it.
func Repeat() {
	flag.Parse()
	if f := flag.Lookup("rapid.seed"); f.Value.String() == "0" {
		if err := f.Value.Set(seed); err != nil {
			panic(err)
		}
	}
}
