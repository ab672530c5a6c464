package motion

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

// most is the most memory the program had since it was last set back, MB.
func most(t *testing.T) int {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kb / 1024
		}
	}
	t.Skip("no VmHWM here")
	return 0
}

// Eight hours are finished in little more memory than twenty minutes.
func TestFinishIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("makes eight hours")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(30))
	for _, minutes := range []int{20, 480} {
		if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
			t.Skip(err)
		}
		m := &Tracker{p: DefaultParams()}
		madeUp(m, minutes*60*30, 30)
		tr, err := m.Finish()
		if err != nil {
			t.Fatal(err)
		}
		mb := most(t)
		t.Logf("%d minutes: %d MB", minutes, mb)
		if mb > 150 {
			t.Errorf("%d minutes took %d MB", minutes, mb)
		}
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
	}
}
