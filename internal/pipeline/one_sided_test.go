package pipeline

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/internal/recordings"
	"facialis/spasm"
)

// pose is a one-sided movement that somebody annotated in a filmed face.
type pose struct {
	side     anatomy.Side
	from, to float64
	what     string
}

// poses reads the one-sided movements of a film from the annotations. What one
// eye does along with the other's wink is left out: both eyes close then.
func poses(t *testing.T, dir, film string) []pose {
	f, err := os.Open(filepath.Join(dir, "one_sided.events.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []pose
	for _, row := range rows[1:] {
		if row[0] != film || row[6] == "both" || strings.HasSuffix(row[7], "_partial") {
			continue
		}
		p := pose{side: anatomy.Side(row[6]), what: row[7]}
		if p.from, err = strconv.ParseFloat(row[3], 64); err != nil {
			t.Fatal(err)
		}
		if p.to, err = strconv.ParseFloat(row[4], 64); err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// Every one-sided pose of a filmed face is looked at as a movement of its side, and
// none of them is a spasm of the other. What of it is an event is a matter of the
// score: docs/detector.md has the figures on people held out.
func TestOneSidedPosesKeepTheirSide(t *testing.T) {
	if testing.Short() {
		t.Skip("analyzes two films")
	}
	dir := recordings.Folder(t, filepath.Join("..", ".."))
	engine, err := face.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	for film, n := range map[string]int{"one_sided_eyes.mp4": 4, "one_sided_mouth.mp4": 4} {
		t.Run(film, func(t *testing.T) {
			res, err := Run(context.Background(), engine, filepath.Join(dir, film), DefaultOptions(), func(Progress) {})
			if err != nil {
				t.Fatal(err)
			}
			all := poses(t, dir, film)
			if len(all) != n {
				t.Fatalf("%d one-sided poses are annotated, expected %d", len(all), n)
			}
			found := spasm.Find(res.Trace, nil, spasm.DefaultParams())
			sameButForRanges(t, res.Analysis.Events, found.Events)
			looked := found.Candidates
			for _, p := range all {
				found := false
				for _, c := range looked {
					found = found || c.OnsetS < p.to && c.OffsetS > p.from && c.Side == p.side
				}
				for _, e := range res.Analysis.Events {
					meets := e.OnsetS < p.to && e.OffsetS > p.from
					posed := slices.ContainsFunc(all, func(o pose) bool { // both sides do something at that moment
						return o.side == e.Side && e.OnsetS < o.to && e.OffsetS > o.from
					})
					if meets && !posed && e.Side == p.side.Other() && e.Kind == event.Spasm {
						t.Errorf("%s at %.2f s of the %s: a spasm of the %s at %.2f s", p.what, p.from, p.side, e.Side, e.OnsetS)
					}
				}
				if !found {
					t.Errorf("%s at %.2f s: no movement of the %s", p.what, p.from, p.side)
				}
			}
		})
	}
}

// sameButForRanges fails unless events are those found, with a range behind every size
// and nothing else changed; sides may be hidden.
func sameButForRanges(t *testing.T, events, found []event.Event) {
	t.Helper()
	if len(events) != len(found) || len(events) == 0 {
		t.Fatalf("%d events of %d found", len(events), len(found))
	}
	for i, e := range events {
		f := found[i]
		if e.Kind != f.Kind || e.Form != f.Form || e.OnsetS != f.OnsetS || e.OffsetS != f.OffsetS || e.Lead != f.Lead || e.Confidence != f.Confidence || len(e.Regions) != len(f.Regions) {
			t.Errorf("%+v was found as %+v", e, f)
			continue
		}
		for k, r := range e.Regions {
			switch mm := f.Regions[k].PeakMM; {
			case (r.PeakMM == nil) != (mm == nil) || mm != nil && *mm != *r.PeakMM:
				t.Errorf("%s: a size of %s changed", e.ID, r.Region)
			case (r.PeakMM == nil) != (r.PeakCI95MM == nil):
				t.Errorf("%s: size and range of %s: %v, %v", e.ID, r.Region, r.PeakMM, r.PeakCI95MM)
			}
		}
	}
}
