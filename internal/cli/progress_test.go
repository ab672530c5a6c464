package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// A run that goes on after an earlier one reckons what is left from its own work: what
// is read back from the disk in no time says nothing of the rest.
func TestTimeLeftAfterAnEarlierRun(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, "measuring the night")
	begin := func(spent time.Duration) { p.start, p.next = time.Now().Add(-spent), time.Time{} }

	begin(time.Minute)
	p.film(7000, 7000, 28000)
	if out.Len() > 0 {
		t.Errorf("nothing is measured yet: %s", out.String())
	}
	begin(100 * time.Second)
	p.film(8000, 7000, 28000)
	if got := out.String(); !strings.Contains(got, "29 %, 10.0 times as fast") || !strings.Contains(got, "33m20s left") {
		t.Errorf("1000 s in 100 s, 20000 s to go: %s", got)
	}
}
