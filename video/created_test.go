package video

import (
	"context"
	"testing"
	"time"
)

// The time that a camera writes into a film is told, by either decoder.
func TestCreated(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want time.Time
		end  bool
	}{
		{"none.mp4", nil, time.Time{}, false},
		{"utc.mp4", []string{"-metadata", "creation_time=2026-11-29T21:33:05Z"}, time.Date(2026, 11, 29, 21, 33, 5, 0, time.UTC), false},
		{"android.mp4", []string{"-metadata", "creation_time=2026-11-29T21:33:05Z", "-metadata", "com.android.version=15", "-movflags", "use_metadata_tags"}, time.Date(2026, 11, 29, 21, 33, 5, 0, time.UTC), true},
		{"apple.mov", []string{"-metadata", "creation_time=2026-11-29T23:00:00Z", "-metadata", "com.apple.quicktime.creationdate=2026-11-29T22:33:05+0100", "-movflags", "use_metadata_tags"},
			time.Date(2026, 11, 29, 21, 33, 5, 0, time.UTC), false},
	} {
		path := makeVideo(t, c.name, append([]string{"-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=0.5", "-pix_fmt", "yuv420p"}, c.args...)...)
		info, err := Probe(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		if !info.Created.Equal(c.want) || info.CreatedAtEnd != c.end {
			t.Errorf("%s: %v %v", c.name, info.Created, info.CreatedAtEnd)
		}
		agree(t, path, Options{})
	}
}
