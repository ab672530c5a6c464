package report

import (
	"io"
	"testing"
)

func BenchmarkParquet10Min(b *testing.B) {
	_, trace := fixture(600)
	for b.Loop() {
		if err := EncodeParquet(io.Discard, trace, "bench"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHTML10Min(b *testing.B) {
	a, trace := fixture(600)
	for b.Loop() {
		if err := EncodeHTML(io.Discard, a, Inputs{Trace: trace}); err != nil {
			b.Fatal(err)
		}
	}
}
