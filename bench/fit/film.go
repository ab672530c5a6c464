package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"facialis/anatomy"
	"facialis/event"
	"facialis/report"
	"facialis/spasm"
)

// film is one recording of the list, its trace, what is true of it and what the
// detector looks at in it.
type film struct {
	Film   string `yaml:"film"`
	Person string `yaml:"person"`
	Set    string `yaml:"set"`

	trace   *event.Trace
	truth   []marked
	minutes float64 // in which at least one region was seen
	filmed  float64 // minutes
	found   spasm.Result
	cands   []cand
	pulls   []cand // of strong contractions that were put in, for the fit only
}

// marked is an event that is true of a film.
type marked struct {
	event.Event
	Place   string  `json:"place"`
	Yaw     float64 `json:"yaw"`     // degrees
	Turning float64 `json:"turning"` // degrees a second
}

// oneSided says that it ought to be found as a contraction of one side.
func (m marked) oneSided() bool {
	return m.Side != anatomy.Both && (m.Kind == event.Spasm || m.Kind == event.Synkinesis)
}

func (m marked) mm(r anatomy.Region) float64 {
	for _, x := range m.Regions {
		if x.Region == r && x.Side == m.Side && x.PeakMM != nil {
			return *x.PeakMM
		}
	}
	return 0
}

func (m marked) largest() float64 {
	var v float64
	for _, x := range m.Regions {
		if x.Side == m.Side && x.PeakMM != nil {
			v = math.Max(v, *x.PeakMM)
		}
	}
	return v
}

// cand is a candidate with its label.
type cand struct {
	spasm.Candidate
	film  *film
	x     []float64 // values of all features
	y     int       // 1 a contraction, 0 none, -1 neither: it overlaps one but is cut otherwise
	truth int       // which, -1 none
	score float64
}

func readFilms(list, traces, recordings string) ([]*film, error) {
	b, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	var films []*film
	if err := yaml.Unmarshal(b, &films); err != nil {
		return nil, fmt.Errorf("reading %s: %w", list, err)
	}
	var out []*film
	for _, f := range films {
		path := filepath.Join(traces, f.Film, "trace.parquet")
		if _, err := os.Stat(path); os.IsNotExist(err) {
			fmt.Fprintf(os.Stderr, "fit: no trace of %s\n", f.Film)
			continue
		}
		if err := f.read(path, recordings, traces); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// read reads the film's trace and what is marked in it.
func (f *film) read(path, recordings, traces string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err == nil {
		f.trace, err = report.DecodeParquet(file, info.Size())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return f.readTruth(recordings, traces)
}

func (f *film) readTruth(recordings, traces string) error {
	switch f.Set {
	case "pose":
		return f.readPoses(filepath.Join(recordings, "one_sided.events.csv"))
	case "talker":
		if !strings.HasPrefix(f.Film, "n_") {
			return nil
		}
	}
	dir := "implants"
	if f.Set == "head" {
		dir = "heads"
	}
	path := filepath.Join(recordings, dir, f.Film+".truth.json")
	if f.Set == "drawn" {
		path = filepath.Join(traces, f.Film, "truth.json")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var t struct {
		Events []marked `json:"events"`
	}
	if err := json.Unmarshal(b, &t); err != nil {
		return fmt.Errorf("%s: %w", f.Film, err)
	}
	f.truth = t.Events
	return nil
}

// readPoses takes the one-sided movements of posers out of their list.
func (f *film) readPoses(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return err
	}
	for _, r := range rows[1:] {
		if r[0] != f.Film+".mp4" {
			continue
		}
		from, err1 := strconv.ParseFloat(r[3], 64)
		to, err2 := strconv.ParseFloat(r[4], 64)
		if err1 != nil || err2 != nil {
			return fmt.Errorf("%s: %q", path, r)
		}
		m := marked{Event: event.Event{Kind: event.Voluntary, Side: anatomy.Side(r[6]), OnsetS: from, OffsetS: to, Form: event.Twitch}}
		switch r[7] {
		case "lid_closure":
			m.Lead = anatomy.OrbicularisOculi
		case "mouth_corner_pull":
			m.Lead = anatomy.Zygomaticus
		case "blink":
			m.Kind = event.Blink
		case "lid_closure_partial":
			continue
		default:
			m.Lead = anatomy.Frontalis
		}
		if m.Side != anatomy.Both && m.Lead != anatomy.Frontalis {
			m.Kind = event.Spasm
		}
		f.truth = append(f.truth, m)
	}
	return nil
}

// fits says that e tells truth event t: onset within 0.2 s, length within a factor of
// two or 0.3 s, the same side.
func fits(t, e event.Event) bool {
	if t.Side != e.Side || math.Abs(t.OnsetS-e.OnsetS) > onsetS {
		return false
	}
	a, b := t.Duration(), e.Duration()
	return math.Abs(a-b) <= lengthS || b <= lengthTimes*a && a <= lengthTimes*b
}

const (
	onsetS      = 0.2
	lengthS     = 0.3
	lengthTimes = 2
)

// find searches the film and labels what is found.
func (f *film) find(p spasm.Params) {
	f.found = spasm.Find(f.trace, nil, p)
	f.filmed = f.trace.FilmedS() / 60
	f.minutes = seenMinutes(f.trace, f.found.Events)
	f.cands = nil
	var truth []event.Event
	for _, t := range f.truth {
		e := t.Event
		if !t.oneSided() {
			e.Side = anatomy.Unknown
		}
		truth = append(truth, e)
	}
	for _, c := range f.found.Candidates {
		x := make([]float64, len(c.Terms))
		for i, t := range c.Terms {
			x[i] = t.Value
		}
		f.cands = append(f.cands, cand{Candidate: c, film: f, x: x, truth: -1, score: c.LogOdds})
	}
	for i := range f.cands {
		for _, t := range f.truth {
			if t.oneSided() && t.Side == f.cands[i].Side && t.OnsetS < f.cands[i].OffsetS && t.OffsetS > f.cands[i].OnsetS {
				f.cands[i].y = -1
			}
		}
	}
	for i := range f.cands {
		if len(f.cands[i].Gates) > 0 {
			f.cands[i].y = -2
		}
	}
	for i := range f.cands { // several may tell the same event; only one of a moment is reported
		if f.cands[i].y == -2 {
			continue
		}
		best := math.Inf(1)
		for k, t := range truth {
			if d := math.Abs(t.OnsetS - f.cands[i].OnsetS); d < best && fits(t, f.cands[i].Event) {
				best = d
				f.cands[i].y, f.cands[i].truth = 1, k
			}
		}
	}
}

// seenMinutes is how long at least one region of a side was seen: false events are
// counted over that, and what is marked and was not seen counts as missed.
func seenMinutes(tr *event.Trace, found []event.Event) float64 {
	look := spasm.Look(tr, found)
	var s float64
	for b, filmed := range look.Filmed {
		seen := false
		for side := range 2 {
			for k := range anatomy.NumRegions {
				seen = seen || look.SeenAt(side, k, b)
			}
		}
		if seen {
			s += float64(filmed)
		}
	}
	return s / 60
}
