package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/cli"
	"facialis/measure"
)

// sizeOf is one printed size with what is true of it.
type sizeOf struct {
	Film   string         `json:"film"`
	Who    string         `json:"who"` // the head, or the person
	Region anatomy.Region `json:"region"`
	Both   bool           `json:"both,omitempty"`
	Read   float64        `json:"read"`  // as printed, mm
	Truth  float64        `json:"truth"` // mm
	SD     float64        `json:"sd"`    // the trace's own, mm, with the scale's
}

// sizeGroup is what is fitted together: a region in movements of one side, the eyes in
// those of both, or all other regions in those of both.
type sizeGroup struct {
	region anatomy.Region // empty: all others
	both   bool
}

func (g sizeGroup) String() string {
	switch {
	case g.both && g.region == "":
		return "other regions, both sides"
	case g.both:
		return g.region.Words() + ", both sides"
	case g.region == "":
		return "all regions, one side"
	}
	return g.region.Words() + ", one side"
}

func (s sizeOf) group() sizeGroup {
	if s.Both && s.Region != anatomy.OrbicularisOculi {
		return sizeGroup{"", true}
	}
	return sizeGroup{s.Region, s.Both}
}

// printedSizes are the sizes of the film's events that a true one stands behind: one to
// one, of the same side, alike or sharing a third of their time, whatever kind they are
// reported as. A region that the truth does not name there is left out and counted:
// nobody knows how far it truly went.
func (f *film) printedSizes() (out []sizeOf, untold int) {
	p := pair(f.truth.Events, f.Events, func(t, r event.Event) bool { return r.Side == t.Side && same(t, r) })
	for i, t := range f.truth.Events {
		if p.to[i] < 0 {
			continue
		}
		e := &f.Events[p.to[i]]
		for k := range e.Regions {
			r := &e.Regions[k]
			if r.PeakMM == nil {
				continue
			}
			mm, ok := f.truth.sizeAt(i, r)
			if !ok {
				untold++
				continue
			}
			out = append(out, sizeOf{f.Name, f.Who, r.Region, t.Side == anatomy.Both, thousandths(*r.PeakMM), mm, thousandths(measure.OwnSizeSD(e, r, f.Trace))})
		}
	}
	return out, untold
}

func thousandths(v float64) float64 { return math.Round(v*1e3) / 1e3 }

// sizeAt is how far the region of a printed size truly goes in event i, mm; false where
// the truth does not say so.
func (t *truth) sizeAt(i int, r *event.RegionMovement) (float64, bool) {
	for _, q := range t.Events[i].Regions {
		region := q.Region
		if t.More[i].Place == string(anatomy.Cheek) && region == anatomy.Zygomaticus && t.Events[i].Form == event.Twitch {
			region = anatomy.Malar
		}
		if q.PeakMM != nil && region == r.Region && q.Side == r.Side {
			return *q.PeakMM, true
		}
	}
	return 0, false
}

// sizePages measures the printed sizes of heads and people, fits the model and writes
// it, the sizes it was fitted on and the page.
func sizePages(ctx context.Context, folder string, l looker, workers int) error {
	var films []*film
	for _, part := range []struct {
		dir string
		who func(string) string
	}{{"heads", headOf}, {"implants", personOf}} {
		dir := filepath.Join(folder, part.dir)
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			fmt.Printf("The films of %s are not here (FACIALIS_RECORDINGS names their folder): nothing was measured.\n", dir)
			return nil
		}
		more, err := readFilms(dir, part.who)
		if err != nil {
			return err
		}
		films = append(films, more...)
	}
	if err := each(ctx, films, workers, l); err != nil {
		return err
	}
	var all []sizeOf
	left := 0
	for _, f := range films {
		some, untold := f.printedSizes()
		all, left = append(all, some...), left+untold
	}
	m := fitModel(all)
	found := coverage(all)
	found.note("%d more sizes of the same events are of regions that the truth does not name there (on heads mostly the cheek, of which it says nothing): skin that goes along with a neighbor, or a region named wrongly. They are in no figure of this page.", left)
	r := &result{Schema: "facialis.heads/1", Version: cli.Version, What: "sizes", Programs: []string{l.Name},
		Sections: []*section{found, coverageByFace(all), rows(&m), resting(films), rates(films)}}
	fmt.Print(r.short(true))
	return errors.Join(writeJSON("measure/sizes.json", m), writeLines("measure/testdata/sizes.jsonl", all),
		os.WriteFile("docs/sizes.md", []byte(r.markdown(document{title: "How true the printed sizes are", about: text("sizes page")})), 0o666))
}

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return os.WriteFile(path, append(b, '\n'), 0o666)
}

func writeLines(path string, all []sizeOf) error {
	var b strings.Builder
	for _, s := range all {
		line, err := json.Marshal(s)
		if err != nil {
			return fmt.Errorf("writing %s: %w", path, err)
		}
		b.Write(append(line, '\n'))
	}
	return os.WriteFile(path, []byte(b.String()), 0o666)
}
