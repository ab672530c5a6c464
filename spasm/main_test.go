package spasm

import (
	"flag"
	"os"
	"testing"
)

// TestMain draws the same random traces each time, unless -rapid.seed says
// otherwise: what is told of a noisy trace is told with a probability, and of
// 5,000 random trains one is told otherwise than it was drawn.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.seed"); f.Value.String() == "0" {
		if err := f.Value.Set("20261129"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
