package demo

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"facialis/internal/record"
	"facialis/internal/store"
)

// The four are written once, only into a folder that holds nobody, every one of
// them labelled, and their diaries are not empty.
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
	for _, p := range patients {
		for _, f := range p.films {
			if _, err := f.spec(); err != nil {
				t.Errorf("%s: %v", f.label, err)
			}
		}
	}
	ended, stop := context.WithCancel(ctx)
	stop()
	known, err := Draw(ended, &record.Recording{Film: record.Film{Label: patients[0].films[0].label}}, filepath.Join(t.TempDir(), "film"), func(float64) {})
	if !known || err == nil {
		t.Errorf("known %v, drawn under a context that ended: %v", known, err)
	}
	if known, err := Draw(ctx, &record.Recording{}, "", nil); known || err != nil {
		t.Error("a film of nobody is known")
	}
}
