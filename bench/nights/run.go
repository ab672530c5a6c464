package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/internal/pipeline"
	"facialis/night"
	"facialis/phantom"
	"facialis/video"
)

// score is how a night was found.
type score struct {
	name                string
	large, largeFound   int // true spasms of at least 1.5 mm while at least one picture showed the side
	small, smallFound   int
	invented            int // spasms that are none
	otherSide           int // of these, those at a true one of the other side
	blinks, blinksShut  int // reported; while the lids are shut
	right, wrong, cannt float64
	late                []float64 // s, how far off each true change of state is
	minutes             float64
	frames, measured    int
	gated               int // large ones that lie in a stretch that was not measured
}

// Events of at least this size are asked for, mm.
const largeMM = 1.5

// judge measures the drawn nights in dir and prints what was found.
func judge(dir string, names []string, all, verbose bool) error {
	engine, err := face.Open("")
	if err != nil {
		return err
	}
	defer engine.Close()
	var total score
	for _, name := range names {
		s, err := judgeOne(engine, dir, name, all, verbose)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.print()
		total.add(s)
	}
	total.name = "all"
	total.print()
	return nil
}

func (t *score) add(s *score) {
	t.large, t.largeFound, t.small, t.smallFound = t.large+s.large, t.largeFound+s.largeFound, t.small+s.small, t.smallFound+s.smallFound
	t.invented, t.otherSide, t.blinks, t.blinksShut = t.invented+s.invented, t.otherSide+s.otherSide, t.blinks+s.blinks, t.blinksShut+s.blinksShut
	t.right, t.wrong, t.cannt, t.minutes = t.right+s.right, t.wrong+s.wrong, t.cannt+s.cannt, t.minutes+s.minutes
	t.late, t.frames, t.measured, t.gated = append(t.late, s.late...), t.frames+s.frames, t.measured+s.measured, t.gated+s.gated
}

func (s *score) print() {
	late := 0.0
	for _, l := range s.late {
		late = math.Max(late, l)
	}
	fmt.Printf("%-12s %5.1f min  >=1.5 mm %2d/%2d  smaller %2d/%2d  invented %d (other side %d)  blinks %d, shut %d  state right %.0f s wrong %.0f s cannot be told %.0f s, changes %d, furthest off %.1f s  measured %d of %d pictures, %d gated away\n",
		s.name, s.minutes, s.largeFound, s.large, s.smallFound, s.small, s.invented, s.otherSide, s.blinks, s.blinksShut, s.right, s.wrong, s.cannt, len(s.late), late, s.measured, s.frames, s.gated)
}

// truthOf reads a drawn night's truth, or that of a head filmed elsewhere, whose sleep
// begins at asleepFrom.
func truthOf(path string) (*phantom.NightTruth, error) {
	t, err := phantom.ReadNightTruth(path)
	if err == nil && filepath.Base(path) == "e_night.truth.json" { // its list says when the eyes close, its truth does not
		t.Night.Asleep = []phantom.NightSpan{{FromS: headAsleepS, ToS: t.Recording.DurationS}}
	}
	return t, err
}

// headAsleepS is when the eyes of e_night close, seconds.
const headAsleepS = 15.0

func judgeOne(engine *face.Networks, dir, name string, all, verbose bool) (*score, error) {
	path := filepath.Join(dir, name+".mp4")
	truth, err := truthOf(filepath.Join(dir, name+".truth.json"))
	if err != nil {
		return nil, err
	}
	info, err := video.Probe(context.Background(), path)
	if err != nil {
		return nil, err
	}
	keep := filepath.Join(dir, name+".pieces")
	if all {
		keep += ".all"
	}
	if err := os.MkdirAll(keep, 0o777); err != nil {
		return nil, err
	}
	opt := pipeline.NightOptions{Options: pipeline.DefaultOptions(), Folder: keep, All: all}
	opt.Version = "bench"
	seg := []night.Segment{{Path: path, LengthS: info.Duration}}
	pieces, err := pipeline.RunNight(context.Background(), engine, seg, opt, nil)
	if err != nil {
		return nil, err
	}
	var blocks []night.Block
	for _, p := range pieces {
		blocks = append(blocks, p.Blocks...)
	}
	states := night.States(blocks)
	a := pipeline.NightAnalysis(engine, seg, pieces, states, opt)
	s := &score{name: name, minutes: info.Duration / 60}
	for _, p := range pieces {
		s.frames, s.measured = s.frames+p.Frames, s.measured+p.Measured
	}
	hit := map[int]bool{}
	for _, e := range truth.Events {
		if e.Kind != event.Spasm {
			continue
		}
		mm := largest(e)
		i := slices.IndexFunc(a.Events, func(o event.Event) bool {
			return (o.Kind == event.Spasm || o.Kind == event.Synkinesis) && o.Side == e.Side && overlaps(o, e)
		})
		for j, o := range a.Events {
			if o.Kind == event.Spasm && o.Side == e.Side && overlaps(o, e) {
				hit[j] = true
			}
		}
		n, f := &s.large, &s.largeFound
		if mm < largeMM {
			n, f = &s.small, &s.smallFound
		}
		*n++
		what := "missed"
		if i >= 0 {
			*f++
			what = "found "
		} else if mm >= largeMM {
			for _, p := range pieces {
				for _, h := range p.Held {
					if h.FromS < e.OffsetS && h.ToS > e.OnsetS {
						s.gated++
						what = "gated "
					}
				}
			}
		}
		if verbose {
			fmt.Printf("  %s %6.2f %-7s %s %s %s %.1f mm", what, e.OnsetS, night.At(states, e.OnsetS), e.Side, e.Form, e.Lead, mm)
			if i >= 0 {
				fmt.Printf(" -> %s %.2f-%.2f %.1f mm %.2f", a.Events[i].Lead, a.Events[i].OnsetS, a.Events[i].OffsetS, largest(a.Events[i]), a.Events[i].Confidence)
			}
			fmt.Println()
		}
	}
	for j, o := range a.Events {
		switch {
		case o.Kind == event.Blink:
			s.blinks++
			if inside(truth.Night.Asleep, o.OnsetS) || inside(truth.Night.Shut, o.OnsetS) {
				s.blinksShut++
			}
		case o.Kind == event.Spasm && !hit[j]:
			s.invented++
			if slices.ContainsFunc(truth.Events, func(e event.Event) bool { return e.Kind == event.Spasm && overlaps(o, e) }) {
				s.otherSide++
			}
			if verbose {
				fmt.Printf("  invented %.2f-%.2f %s %s %s %.1f mm %.2f %v\n", o.OnsetS, o.OffsetS, o.Side, o.Form, o.Lead, largest(o), o.Confidence, o.Reasons)
			}
		}
	}
	for t := 0.25; t < info.Duration; t += 0.5 {
		want := night.Awake
		if inside(truth.Night.Asleep, t) {
			want = night.Asleep
		}
		switch got := night.At(states, t); {
		case got == night.Unknown:
			s.cannt += 0.5
		case got == want && !inside(truth.Night.Shut, t):
			s.right += 0.5
		default:
			s.wrong += 0.5
		}
	}
	// Each true change: how far off the nearest change into that state is.
	for _, sp := range truth.Night.Asleep {
		for k, at := range [2]float64{sp.FromS, sp.ToS} {
			if at <= 0 || at >= info.Duration-0.5 {
				continue
			}
			want := [2]night.State{night.Asleep, night.Awake}[k]
			off := math.Inf(1)
			for _, st := range states {
				if st.State == want {
					off = math.Min(off, math.Abs(st.FromS-at))
				}
			}
			s.late = append(s.late, off)
		}
	}
	if verbose {
		for _, st := range states {
			fmt.Printf("  %6.1f-%6.1f %s %.2f %s\n", st.FromS, st.ToS, st.State, st.Certainty, st.Why)
		}
		for _, p := range pieces {
			fmt.Printf("  turned %d opens %.1f scale %.3f seen R", p.Turned, p.Opens, p.MMPerPx)
			for _, side := range anatomy.Sides {
				for _, r := range anatomy.Regions {
					x := p.Seen.Of(side)[r]
					mm := math.NaN()
					if x.SmallestMM != nil {
						mm = *x.SmallestMM
					}
					fmt.Printf(" %s %.0fs/%.1f", strings.TrimPrefix(string(r), "orbicularis_"), x.Seconds, mm)
				}
				fmt.Print(" | ")
			}
			fmt.Println("\n  held", p.Held)
		}
	}
	return s, nil
}

func inside(list []phantom.NightSpan, t float64) bool {
	return slices.ContainsFunc(list, func(s phantom.NightSpan) bool { return t >= s.FromS && t < s.ToS })
}
