package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"facialis/event"
	"facialis/night"
	"facialis/phantom"
	"facialis/report"
	"facialis/video"
)

// A long night is hours of drawn pieces, joined by stream copy into one film an hour:
// most of them of somebody who lies still, with a few of others in between. Each hour is
// another person's after every piece, which no real night is.

// hourFilms are the hours that a long night is made of: how many still pieces stand
// before each piece that is none.
var hourFilms = map[string][]hourPart{
	"A": {{"side-left", 18}, {"healthy", 18}, {"kept-a", 19}},
	"B": {{"", 14}, {"kept-b", 14}, {"side-right", 14}, {"kept-a", 14}},
	"C": {{"", 19}, {"covered", 19}, {"side-left", 18}, {"healthy", 0}},
}

// hourPart is a piece and how many still ones follow it.
type hourPart struct {
	name  string
	still int
}

// hourOrder is the night: eight hours.
const hourOrder = "ABBCBBCA"

// longPlan says which pieces each film of a long night has, in its own order.
type longPlan []longFilm

type longFilm struct {
	File   string   `json:"file"`
	Pieces []string `json:"pieces"`
}

const planFile = "plan.json"

// long joins the drawn nights of dir into a long night in out: films named by the time
// at which they begin, and the plan beside the folder of films.
func long(ctx context.Context, dir, out string) error {
	films := filepath.Join(out, "films")
	if err := os.MkdirAll(films, 0o777); err != nil {
		return fmt.Errorf("making the folder: %w", err)
	}
	at := time.Date(2026, 11, 28, 22, 30, 0, 0, time.UTC)
	var plan longPlan
	made := map[string]string{}
	for _, hour := range strings.Split(hourOrder, "") {
		var pieces []string
		for _, p := range hourFilms[hour] {
			if p.name != "" {
				pieces = append(pieces, p.name)
			}
			pieces = append(pieces, slices.Repeat([]string{"still"}, p.still)...)
		}
		film := filepath.Join(films, at.Format("20060102_150405")+".mp4")
		if first, ok := made[hour]; ok {
			if err := os.Link(first, film); err != nil {
				return fmt.Errorf("repeating an hour: %w", err)
			}
		} else if err := concat(ctx, dir, pieces, film); err != nil {
			return err
		}
		made[hour] = film
		info, err := video.Probe(ctx, film)
		if err != nil {
			return err
		}
		plan = append(plan, longFilm{filepath.Base(film), pieces})
		at = at.Add(time.Duration(info.Duration * float64(time.Second)))
	}
	b, err := json.MarshalIndent(plan, "", " ")
	if err != nil {
		return fmt.Errorf("encoding the plan: %w", err)
	}
	return os.WriteFile(filepath.Join(out, planFile), append(b, '\n'), 0o666)
}

// concat joins pieces of dir into a film, by stream copy.
func concat(ctx context.Context, dir string, pieces []string, film string) error {
	list := film + ".txt"
	var b strings.Builder
	for _, p := range pieces {
		path, err := filepath.Abs(filepath.Join(dir, p+".mp4"))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "file '%s'\n", path)
	}
	if err := os.WriteFile(list, []byte(b.String()), 0o666); err != nil {
		return fmt.Errorf("writing the list of pieces: %w", err)
	}
	defer os.Remove(list)
	said, err := exec.CommandContext(ctx, "ffmpeg", "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", list, "-c", "copy", film).CombinedOutput()
	if err != nil {
		return fmt.Errorf("joining pieces: %w: %s", err, said)
	}
	return nil
}

// tally is what was found of one kind of piece.
type tally struct {
	pieces, large, found, invented, blinksAsleep int
	right, wrong, cannot                         float64 // s
}

// nightFile is the part of a result's night.json that is judged.
type nightFile struct {
	Segments []night.Segment `json:"segments"`
	States   []night.Stretch `json:"states"`
}

// judgeLong holds the result of `facialis night` on a long night to the truth of its
// pieces.
func judgeLong(dir, folder, result string, verbose bool) error {
	var plan longPlan
	var a report.Analysis
	var n nightFile
	for path, into := range map[string]any{filepath.Join(folder, planFile): &plan, filepath.Join(result, "analysis.json"): &a, filepath.Join(result, "night.json"): &n} {
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(b, into); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	by := map[string]*tally{}
	all := &tally{}
	for _, film := range plan {
		i := slices.IndexFunc(n.Segments, func(s night.Segment) bool { return filepath.Base(s.Path) == film.File })
		if i < 0 {
			return fmt.Errorf("%s is not in the result", film.File)
		}
		at := n.Segments[i].StartS
		for _, name := range film.Pieces {
			truth, err := truthOf(filepath.Join(dir, name+".truth.json"))
			if err != nil {
				return err
			}
			if by[name] == nil {
				by[name] = &tally{}
			}
			t := tallyOf(truth, at, &a, n.States, verbose, name)
			by[name].add(t)
			all.add(t)
			at += truth.Recording.DurationS
		}
	}
	for _, name := range phantom.Nights() {
		if t := by[name]; t != nil {
			t.print(name)
		}
	}
	all.print("all")
	return nil
}

// tallyOf judges one piece that begins at a time of the night.
func tallyOf(truth *phantom.NightTruth, at float64, a *report.Analysis, states []night.Stretch, verbose bool, name string) *tally {
	t := &tally{pieces: 1}
	end := at + truth.Recording.DurationS
	var wanted []event.Event
	for _, e := range truth.Events {
		if e.Kind == event.Spasm {
			e.OnsetS, e.OffsetS = e.OnsetS+at, e.OffsetS+at
			wanted = append(wanted, e)
		}
	}
	is := func(o, e event.Event) bool { return o.Side == e.Side && overlaps(o, e) }
	for _, e := range wanted {
		if largest(e) < largeMM {
			continue
		}
		t.large++
		if slices.ContainsFunc(a.Events, func(o event.Event) bool {
			return (o.Kind == event.Spasm || o.Kind == event.Synkinesis) && is(o, e)
		}) {
			t.found++
		}
	}
	for _, o := range a.Events {
		if o.OnsetS < at || o.OnsetS >= end {
			continue
		}
		switch {
		case o.Kind == event.Spasm && !slices.ContainsFunc(wanted, func(e event.Event) bool { return is(o, e) }):
			t.invented++
			if verbose {
				fmt.Printf("  invented %s at %.1f s of its piece (%.1f s): %s %s %s %.1f mm %.2f\n", name, o.OnsetS-at, o.OnsetS, o.Side, o.Form, o.Lead, largest(o), o.Confidence)
			}
		case o.Kind == event.Blink && inside(truth.Night.Asleep, o.OnsetS-at):
			t.blinksAsleep++
		}
	}
	for s := at + night.BlockS/2; s < end; s += night.BlockS {
		asleep := inside(truth.Night.Asleep, s-at)
		switch got := night.At(states, s); {
		case got == night.Unknown:
			t.cannot += night.BlockS
		case (got == night.Asleep) == asleep && !inside(truth.Night.Shut, s-at):
			t.right += night.BlockS
		default:
			t.wrong += night.BlockS
		}
	}
	return t
}

func (t *tally) add(o *tally) {
	t.pieces, t.large, t.found, t.invented, t.blinksAsleep = t.pieces+o.pieces, t.large+o.large, t.found+o.found, t.invented+o.invented, t.blinksAsleep+o.blinksAsleep
	t.right, t.wrong, t.cannot = t.right+o.right, t.wrong+o.wrong, t.cannot+o.cannot
}

func (t *tally) print(name string) {
	fmt.Printf("%-12s %3d pieces  >=1.5 mm %4d/%4d  invented %3d  blinks asleep %2d  state right %.0f s wrong %.0f s cannot be told %.0f s\n",
		name, t.pieces, t.found, t.large, t.invented, t.blinksAsleep, t.right, t.wrong, t.cannot)
}
