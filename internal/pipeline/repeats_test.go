package pipeline

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"facialis/face"
	"facialis/internal/recordings"
	"facialis/report"
)

// A person at rest, of whom only 15 pictures a second are new: the skin hardly
// moves, and the pictures' change shows it.
func TestRepeatsOfAPersonAtRest(t *testing.T) {
	if testing.Short() {
		t.Skip("analyzes two films")
	}
	dir := recordings.Folder(t, "../..")
	engine, err := face.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	for filter, want := range map[string]float64{"null": 30, "fps=15:round=down,fps=30:round=down": 15} {
		film := turnedVideo(t, filepath.Join(dir, "implants/c_p1.mp4"), 8, filter, "-preset", "medium", "-crf", "23")
		res, err := Run(context.Background(), engine, film, DefaultOptions(), nil)
		if err != nil {
			t.Fatal(err)
		}
		a := res.Analysis
		said := slices.ContainsFunc(a.Quality.Warnings, func(w report.Warning) bool { return w.Code == "repeated" })
		if a.Clock.TrueRate == nil || *a.Clock.TrueRate != want || said != (want == 15) {
			t.Errorf("%s: true rate %v, want %g; a warning: %v", filter, a.Clock.TrueRate, want, said)
		}
		if err := res.Close(); err != nil {
			t.Error(err)
		}
	}
}
