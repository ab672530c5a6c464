package memtest

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

// Reset gives free memory back to the system and starts the peak of [PeakMB]
// again. Where the kernel cannot do that the test is skipped.
func Reset(t testing.TB) {
	t.Helper()
	debug.FreeOSMemory()
	const peak = "5" // of what clear_refs can clear: the peak resident set
	if err := os.WriteFile("/proc/self/clear_refs", []byte(peak), 0); err != nil {
		t.Skip(err)
	}
}

// PeakMB is the most resident memory this process had since [Reset], MB of 2^20
// bytes.
func PeakMB(t testing.TB) int {
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
