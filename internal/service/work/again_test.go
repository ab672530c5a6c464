package work_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"facialis/internal/pipeline"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"
)

// The course shows recordings of one version; the others are measured again on
// request, with their corrections kept, and then all are shown.
func TestOlderRecordingsAreMeasuredAgain(t *testing.T) {
	ctx := context.Background()
	var old atomic.Bool
	old.Store(true)
	w, b := running(t, func(o *work.Options) {
		o.Version = "2"
		o.Run = func(ctx context.Context, path string, opt pipeline.Options, progress func(pipeline.Progress)) (*pipeline.Result, error) {
			if old.Load() {
				opt.Version, opt.Spasm.NoiseK = "1", 5
			}
			return worktest.Run(ctx, path, opt, progress)
		}
	})
	person := b.person(t)
	first, second := add(t, w, b, person), add(t, w, b, person)
	old.Store(false)
	third := add(t, w, b, person)

	now := time.Now()
	c, err := w.Course(ctx, person, "", now)
	must(t, err)
	if len(c.Recordings) != 2 || len(c.Measured.LeftOut) != 1 || c.Measured.LeftOut[0].ID != third.ID || *c.Measured.Version == w.MeasuredBy() {
		t.Fatalf("two of an older version and a new one: %+v", c.Measured)
	}
	if c, err = w.Course(ctx, person, w.MeasuredBy(), now); err != nil || len(c.Recordings) != 1 || c.Recordings[0].ID != third.ID {
		t.Errorf("the new one alone: %+v %v", c.Measured, err)
	}

	// A correction follows the old analysis' own parameters and outlives it.
	reject := "e0002"
	edit := record.Correction{ID: record.NewID(), At: record.Micros(now), By: "somebody", Edit: record.Edit{Op: record.Reject, EventID: &reject}}
	must(t, w.Correct(ctx, first, &edit))
	before, err := w.Corrected(ctx, first)
	must(t, err)

	older, err := w.Older(ctx, person)
	must(t, err)
	if len(older) != 2 || slices.ContainsFunc(older, func(r record.Recording) bool { return r.ID == third.ID }) {
		t.Errorf("%d older recordings", len(older))
	}
	n, err := w.AgainAll(ctx, person)
	if err != nil || n != 2 {
		t.Fatalf("%d wait, %v", n, err)
	}
	for _, r := range []*record.Recording{first, second} {
		if got := over(t, b, r.ID); got.State != record.Done || got.Analysis == r.Analysis {
			t.Errorf("a recording is %s by analysis %s", got.State, got.Analysis)
		}
	}
	c, err = w.Course(ctx, person, "", now)
	must(t, err)
	if len(c.Recordings) != 3 || len(c.Measured.LeftOut) != 0 || *c.Measured.Version != w.MeasuredBy() {
		t.Errorf("after all: %+v", c.Measured)
	}
	r, err := b.st.Recording(ctx, first.ID)
	must(t, err)
	after, err := w.Corrected(ctx, r)
	must(t, err)
	if after.Corrections != 1 || after.Measures.Spasms != before.Measures.Spasms || after.Measures.Spasms != 1 {
		t.Errorf("corrections %d, %d spasms instead of %d", after.Corrections, after.Measures.Spasms, before.Measures.Spasms)
	}
	if n, err := w.AgainAll(ctx, person); n != 0 || err != nil {
		t.Errorf("%d are measured again although all are new, %v", n, err)
	}
}

// Whose face it is does not make another version; a parameter does.
func TestWhatMakesAVersion(t *testing.T) {
	by := func(change func(*pipeline.Options)) string {
		opt := pipeline.DefaultOptions()
		opt.Version = "1"
		if change != nil {
			change(&opt)
		}
		return pipeline.Settings(opt).MeasuredBy()
	}
	same := by(nil)
	if by(func(o *pipeline.Options) { o.Face.Face = "left" }) != same {
		t.Error("whose face it is makes another version")
	}
	for name, change := range map[string]func(*pipeline.Options){
		"a parameter": func(o *pipeline.Options) { o.Spasm.MaxRiseS *= 2 },
		"a rule":      func(o *pipeline.Options) { o.Spasm.Without = []string{"direction"} },
		"the program": func(o *pipeline.Options) { o.Version = "2" },
	} {
		if by(change) == same {
			t.Errorf("%s does not make another version", name)
		}
	}
}
