package video

import (
	"context"
	"errors"
	"testing"
	"time"

	"facialis/internal/jail/jailtest"
)

// A look into the headers that takes too long is tried again with more time, and
// is never called the film's fault: with both decoders, for a look alone and for
// reading.
func TestSlowHeaders(t *testing.T) {
	path := makeVideo(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=1", "-pix_fmt", "yuv420p")
	jailtest.Stub(t, "", "sleep 0.5\nexec \"$REAL\" \"$@\"")
	limits := headerLimits
	defer func() { headerLimits = limits }()
	for _, kind := range []int32{byRing, byPipe} {
		old := chosen.Swap(kind)
		defer chosen.Store(old)
		headerLimits = []time.Duration{50 * time.Millisecond, time.Minute}
		if info, err := Probe(context.Background(), path); err != nil || info.Width != 64 {
			t.Errorf("decoder %d with more time: %+v, %v", kind, info, err)
		}
		headerLimits = []time.Duration{50 * time.Millisecond, 50 * time.Millisecond}
		_, err := Probe(context.Background(), path)
		_, err2 := Open(context.Background(), path, Options{})
		for _, err := range []error{err, err2} {
			if !errors.Is(err, ErrBusy) || Unreadable(err) || errors.Is(err, ErrUndecodable) {
				t.Errorf("decoder %d always too slow: %v", kind, err)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := Probe(ctx, path); !errors.Is(err, context.Canceled) {
			t.Errorf("decoder %d, broken off: %v", kind, err)
		}
		if chosen.Load() != kind {
			t.Errorf("a slow decoder %d was taken for one that does not run", kind)
		}
	}
}
