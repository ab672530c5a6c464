package memtest

import "testing"

var held []byte

// Memory that was given back stays in the peak until it is reset.
func TestPeak(t *testing.T) {
	const more = 64 // MB
	Reset(t)
	before := PeakMB(t)
	held = make([]byte, more<<20)
	for i := 0; i < len(held); i += 4096 {
		held[i] = 1
	}
	held = nil
	if got := PeakMB(t) - before; got < more*9/10 || got > more*3/2 {
		t.Errorf("%d MB more after %d MB were used", got, more)
	}
	Reset(t)
	if got := PeakMB(t) - before; got > more/4 {
		t.Errorf("%d MB more after a reset", got)
	}
}
