package motion

import (
	"runtime/debug"
	"testing"

	"facialis/internal/memtest"
)

// An hour is finished in little more memory than some minutes.
func TestFinishIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("makes an hour")
	}
	if mb := finished(t, 60); mb > 60 {
		t.Errorf("an hour took %d MB", mb)
	}
}

// Eight hours take under 150 MB.
func BenchmarkFinishEightHours(b *testing.B) {
	for b.Loop() {
		mb := finished(b, 480)
		b.ReportMetric(float64(mb), "MB")
		if mb > 150 {
			b.Errorf("eight hours took %d MB", mb)
		}
	}
}

// finished is how much memory it takes to finish so many minutes, MB.
func finished(t testing.TB, minutes int) int {
	defer debug.SetGCPercent(debug.SetGCPercent(30)) // as in the program
	memtest.Reset(t)
	m := &Tracker{p: DefaultParams()}
	madeUp(m, minutes*60*30, 30)
	tr, err := m.Finish()
	if err != nil {
		t.Fatal(err)
	}
	mb := memtest.PeakMB(t)
	if err := tr.Close(); err != nil {
		t.Error(err)
	}
	return mb
}
