//go:build unix

package work_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"facialis/internal/service/record"
)

// A diary of 100,000 entries gives a course without holding several copies of
// itself in memory.
func TestCourseOfALongDiary(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 100,000 entries")
	}
	dir := t.TempDir()
	open(t, dir, func(b *bench) {
		ctx, person := t.Context(), b.person(t)
		const n, batch = 100_000, 10_000
		start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		// A check for each day of three hundred years, and attacks.
		for from := 0; from < n; from += batch {
			entries := make([]record.Entry, batch)
			for i := range entries {
				at := start.Add(time.Duration(from+i) * 10 * time.Minute)
				entries[i] = record.Entry{ID: fmt.Sprintf("01J%023d", from+i), Kind: "attack", At: at, UpdatedAt: at,
					Data: json.RawMessage(fmt.Sprintf(`{"end":%q,"worst_region":"cheek","side":"right","trigger":null,"note":"x"}`, at.Add(time.Minute).Format(time.RFC3339)))}
				if i%2 == 0 {
					day := time.Date(1900, 1, 1+(from+i)/2, 12, 0, 0, 0, time.UTC)
					entries[i].Kind, entries[i].At = "day", day
					entries[i].Data = json.RawMessage(fmt.Sprintf(`{"date":%q,"attacks":%d,"mood":%d}`, day.Format(time.DateOnly), i%7, i%11))
				}
				must(t, entries[i].Check())
			}
			_, _, err := b.st.Sync(ctx, person, entries, &start, start)
			must(t, err)
		}
		w := b.worker(t, false)
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		before, peak, done := m.HeapAlloc, uint64(0), make(chan struct{})
		watched := make(chan struct{})
		go func() {
			defer close(watched)
			for {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
				select {
				case <-done:
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
		}()
		busy := processor(t)
		c, err := w.Course(ctx, person, "", start.AddDate(3, 0, 0))
		took := processor(t) - busy
		close(done)
		<-watched
		must(t, err)
		const most = 200 << 20
		t.Logf("%d days, %.1f s of the processor, at most %d MB more", len(c.Days), took.Seconds(), (peak-before)>>20)
		if peak-before > most {
			t.Errorf("%d MB", (peak-before)>>20)
		}
	})
}

// processor is the time for which this process has kept a processor busy.
func processor(t *testing.T) time.Duration {
	var u syscall.Rusage
	must(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
