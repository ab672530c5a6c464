package demo

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"facialis/event"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/phantom"
)

// The four are written once, only into a folder that holds nobody, every one of
// them labeled, and their diaries are not empty.
func TestFill(t *testing.T) {
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	for want := range 2 {
		filled, err := Fill(ctx, st, now)
		if err != nil || filled != (want == 0) {
			t.Fatal(filled, err)
		}
	}
	people, err := st.People(ctx, "", "", 100)
	if err != nil || len(people) != len(patients) {
		t.Fatal(len(people), err)
	}
	for _, p := range people {
		if !p.Drawn || !strings.HasPrefix(p.Name, "Drawn patient") || !strings.Contains(p.Note, "Not a real person") {
			t.Errorf("%q is not said to be drawn", p.Name)
		}
		diary, err := st.Diary(ctx, p.ID, time.Time{}, time.Time{})
		if err != nil || len(diary) < 30 {
			t.Errorf("%s: %d entries, %v", p.Name, len(diary), err)
		}
		recs, err := st.Recordings(ctx, p.ID)
		if err != nil || len(recs) == 0 {
			t.Errorf("%s: %d recordings, %v", p.Name, len(recs), err)
		}
		for _, r := range recs {
			if r.State != record.Queued {
				t.Errorf("%s is %s", r.Label, r.State)
			}
		}
	}
	ended, stop := context.WithCancel(ctx)
	stop()
	known, err := Draw(ended, &record.Recording{Film: record.Film{Label: patients[0].films[0].label()}}, filepath.Join(t.TempDir(), "film"), func(float64) {})
	if !known || err == nil {
		t.Errorf("known %v, drawn under a context that ended: %v", known, err)
	}
	if known, err := Draw(ctx, &record.Recording{}, "", nil); known || err != nil {
		t.Error("a film of nobody is known")
	}
}

// Every film shows what it is there to show: spasms, or what moves along with a
// blink; and fewer after a treatment than before it.
func TestFilmsShowSomething(t *testing.T) {
	for i := range patients {
		p := &patients[i]
		var shown []int
		for k := range p.films {
			f := &p.films[k]
			s, err := f.spec()
			if err != nil {
				t.Fatalf("%s: %v", f.label(), err)
			}
			p.turn(s)
			truth, err := phantom.Tell(s)
			if err != nil {
				t.Fatalf("%s: %v", f.label(), err)
			}
			n := 0
			for _, e := range truth.Events {
				if e.Kind == event.Spasm || e.Kind == event.Synkinesis {
					n++
				}
			}
			if shown = append(shown, n); n < 2 {
				t.Errorf("%s shows %d", f.label(), n)
			}
		}
		if len(shown) > 1 && shown[1] >= shown[0] {
			t.Errorf("%s: %d before, %d after", p.name(), shown[0], shown[1])
		}
	}
}
