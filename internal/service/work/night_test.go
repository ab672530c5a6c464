package work_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/work"
)

// Once somebody has looked at a night of which the moments are kept, nothing of its film
// is left but five seconds before and after each spasm, at the times at which they were,
// and it is not analyzed again.
func TestNightReduced(t *testing.T) {
	ctx := context.Background()
	w, b := running(t, nil)
	p := &record.Person{ID: record.NewID(), Name: "a", CreatedAt: time.Now(), UpdatedAt: time.Now()}
	must(t, b.st.AddPerson(ctx, p))
	film := made(t, filepath.Join(t.TempDir(), "night.mp4"), "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10:duration=20", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
	data, err := os.ReadFile(film)
	must(t, err)
	put := func(n *record.Night) *record.Recording {
		r := &record.Recording{PersonID: p.ID, CreatedAt: record.Micros(time.Now()), Film: record.Film{Night: n}}
		must(t, w.Add(ctx, r, func(out io.Writer) error { _, err := out.Write(data); return err }))
		return over(t, b, r.ID)
	}
	wait := func(id string, is func(*record.Recording) bool) *record.Recording {
		t.Helper()
		for end := time.Now().Add(60 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			r, err := b.st.Recording(ctx, id)
			must(t, err)
			if is(r) {
				return r
			}
			if time.Now().After(end) {
				t.Fatalf("%+v", r.Night)
			}
		}
	}

	r := put(&record.Night{Look: record.LookSelf, Keep: record.KeepMoments})
	if r.ToReduce() || r.Bytes != int64(len(data)) {
		t.Fatalf("before anybody has looked: %d bytes, %+v", r.Bytes, r.Night)
	}
	must(t, w.Looked(ctx, r.ID, time.Now()))
	r = wait(r.ID, func(r *record.Recording) bool { return r.Reduced() })
	if r.Bytes >= int64(len(data)) || r.Type != "video/mp4" || r.Night.LookedAt == nil {
		t.Errorf("%d bytes of %d, type %s, %+v", r.Bytes, len(data), r.Type, r.Night)
	}
	path, done, err := w.Path(r)
	must(t, err)
	times, means := read(t, path)
	done()
	was, wasMeans := read(t, film)
	// The stand-in finds spasms from 1 to 1.2 s and from 1.6 to 1.8 s.
	const until, black = 6.8, 7.1
	shown := map[float64]float64{}
	for i, at := range times {
		switch {
		case at > black:
			t.Errorf("a picture at %.2f s, which is no moment", at)
		case at > until && means[i] > 20:
			t.Errorf("at %.2f s, after the moment, the picture is not black but %.0f", at, means[i])
		}
		shown[at] = means[i]
	}
	n := 0
	for i, at := range was {
		if at > until {
			continue
		}
		n++
		if m, ok := shown[at]; !ok || m-wasMeans[i] > 4 || wasMeans[i]-m > 4 {
			t.Errorf("at %.2f s the moment shows %.0f and not %.0f", at, m, wasMeans[i])
		}
	}
	if n < 60 {
		t.Fatalf("only %d pictures", n)
	}
	if err := w.Again(ctx, r.ID); !errors.Is(err, work.ErrReduced) {
		t.Errorf("analyzed again: %v", err)
	}

	all := put(&record.Night{Look: record.LookClinic, Keep: record.KeepAll})
	must(t, w.Looked(ctx, all.ID, time.Now()))
	if all, err = b.st.Recording(ctx, all.ID); err != nil || all.ToReduce() || all.Reduced() || all.Night.LookedAt == nil || all.Bytes != int64(len(data)) {
		t.Errorf("what is to be kept: %+v %v", all, err)
	}
	if err := w.Looked(ctx, put(nil).ID, time.Now()); !errors.Is(err, work.ErrNoNight) {
		t.Errorf("no night: %v", err)
	}
}
