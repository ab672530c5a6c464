package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"facialis/internal/batch"
	"facialis/internal/pipeline"
	"facialis/internal/service/work/worktest"
	"facialis/report"
)

// Pictures that cannot be taken are a note; the report without them stays.
func TestPicturesThatFailAreANote(t *testing.T) {
	res := worktest.Result(pipeline.DefaultOptions())
	dir := filepath.Join(t.TempDir(), "out")
	in := report.Inputs{Trace: res.Trace, Small: res.Small}
	if err := batch.Write(dir, res.Analysis, in); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, report.HTMLFile))
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	r := &analysis{analyzeCmd: &analyzeCmd{}, env: &Env{}, board: newBoard(&said), notes: &said}
	rec := batch.Recording{Path: filepath.Join(t.TempDir(), "gone.mp4"), Name: "gone.mp4"}
	if err := r.pictures(context.Background(), rec, dir, res, in); err != nil {
		t.Errorf("an error: %v", err)
	}
	if s := said.String(); !strings.HasPrefix(s, "note: gone.mp4: the report has no pictures or too few: ") || strings.Count(s, "\n") != 1 {
		t.Errorf("it says %q", s)
	}
	after, err := os.ReadFile(filepath.Join(dir, report.HTMLFile))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the report was changed: %v", err)
	}
}

// As many recordings are analyzed at once as there are cores, and fewer where
// their pictures would not find room.
func TestFitting(t *testing.T) {
	large := batch.Recording{}
	large.Info.Width, large.Info.Height = 3840, 2160
	for _, c := range []struct {
		recs   []batch.Recording
		cores  int
		memory int64
		want   int
	}{
		{make([]batch.Recording, 9), 4, 0, 4},
		{make([]batch.Recording, 9), 4, 64 << 30, 4},
		{make([]batch.Recording, 9), 4, 1 << 30, 2},
		{[]batch.Recording{large}, 4, 2 << 30, 2},
		{make([]batch.Recording, 9), 4, 1 << 20, 1},
	} {
		if got := fitting(c.recs, c.cores, c.memory); got != c.want {
			t.Errorf("%d cores, %d MB: %d at once, want %d", c.cores, c.memory>>20, got, c.want)
		}
	}
}
