package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/phantom"
)

func newEvent(kind event.Kind, side anatomy.Side, from, to float64, region anatomy.Region, mm float64) event.Event {
	e := event.Event{Kind: kind, Side: side, Form: event.Twitch, OnsetS: from, OffsetS: to, Lead: region}
	sides := []anatomy.Side{side}
	if side == anatomy.Both {
		sides = []anatomy.Side{anatomy.Right, anatomy.Left}
	}
	for _, s := range sides {
		e.Regions = append(e.Regions, event.RegionMovement{Region: region, Side: s, OnsetS: from, PeakMM: &mm})
	}
	return e
}

func clipOf(set string, seconds float64, truth, found []event.Event) *clip {
	return &clip{Name: set + "-1", Scene: set, Set: set, View: "main", Found: found, Asked: found, seenS: seconds,
		Truth: &phantom.Truth{Recording: phantom.Recording{FrameRate: 30, DurationS: seconds}, Events: truth}}
}

const (
	lid, corner, lip = anatomy.OrbicularisOculi, anatomy.Zygomaticus, anatomy.Depressor
)

func want(t *testing.T, f figure, value float64, n string, held bool) {
	t.Helper()
	if f.Value == nil || math.Abs(*f.Value-value) > 1e-9 || f.N != n || f.Held == nil || *f.Held != held {
		t.Errorf("%s: %s from %q, held %s; want %g from %q, held %v", f.Name, f.value(), f.N, f.held(), value, n, held)
	}
}

// TestPool counts a recording by hand.
func TestPool(t *testing.T) {
	p := newPool()
	p.add(clipOf(setSpasm, 60,
		[]event.Event{
			newEvent(event.Spasm, anatomy.Left, 1, 1.2, lid, 2),       // found one frame late, 10 % too large
			newEvent(event.Spasm, anatomy.Left, 3, 3.2, corner, 1.4),  // found, 10 % too small, as of the lip
			newEvent(event.Spasm, anatomy.Right, 5, 5.2, lip, 0.8),    // found on the wrong side
			newEvent(event.Spasm, anatomy.Left, 7, 7.2, lid, 0.5),     // missed
			newEvent(event.Spasm, anatomy.Left, 9, 9.2, lid, 0.25),    // half size, found
			newEvent(event.Spasm, anatomy.Left, 11, 11.2, lid, 0.35),  // between: counts for neither
			newEvent(event.Blink, anatomy.Both, 13, 13.3, lid, 10),    // found
			newEvent(event.Blink, anatomy.Both, 15, 15.3, lid, 10),    // missed
			newEvent(event.Spasm, anatomy.Left, 17, 17.2, lid, 1),     // called other
			newEvent(event.Spasm, anatomy.Right, 19, 19.2, corner, 2), // found, called synkinesis
		},
		[]event.Event{
			newEvent(event.Spasm, anatomy.Left, 1+1.0/30, 1.2, lid, 2.2),
			with(newEvent(event.Spasm, anatomy.Left, 3, 3.2, corner, 1.26), func(e *event.Event) { e.Lead, e.Form = lip, event.Clonic }),
			newEvent(event.Spasm, anatomy.Left, 3.4, 3.5, corner, 1), // false, a part of the one before
			newEvent(event.Spasm, anatomy.Left, 5, 5.2, lip, 0.8),
			newEvent(event.Spasm, anatomy.Left, 9, 9.2, lid, 0.25),
			newEvent(event.Blink, anatomy.Both, 13, 13.3, lid, 10),
			newEvent(event.Other, anatomy.Left, 17, 17.2, lid, 1),
			newEvent(event.Synkinesis, anatomy.Right, 19, 19.2, corner, 2),
			newEvent(event.Spasm, anatomy.Left, 30, 30.2, corner, 1), // false
		}))
	p.add(clipOf(setRest, 300, nil, []event.Event{newEvent(event.Spasm, anatomy.Left, 30, 30.2, corner, 1), newEvent(event.Blink, anatomy.Both, 40, 40.2, lid, 9)}))
	p.add(clipOf(setActive, 60, nil, []event.Event{newEvent(event.Spasm, anatomy.Left, 30, 30.2, corner, 1), newEvent(event.Other, anatomy.Left, 31, 31.2, corner, 1)}))
	f := p.figures()
	want(t, f.Recall, 4.0/6, "4 of 6", false)
	want(t, f.Half, 1, "1 of 1", true)
	want(t, f.Rest, 0.2, "1 in 5.0 min", true)
	want(t, f.Active, 1, "1 in 1.0 min", false)
	want(t, f.Side, 4.0/5, "4 of 5", false)
	want(t, f.Kind, 3.0/5, "3 of 5", false)    // full size and found as anything
	want(t, f.KindAll, 5.0/7, "5 of 7", false) // with a blink and the half-sized one
	want(t, f.Form, 3.0/4, "3 of 4", false)
	want(t, f.Lead, 2.0/3, "2 of 3", false) // from 1 mm: two right, one of the lip
	want(t, f.Bias, 0, "3", true)           // +10, −10 and 0 %
	want(t, f.Blinks, 2.0/4, "1 found, 1 missed, 1 false", false)
	if f.Precision.N != "5 of 7" || f.Loose.N != "1 in 1.0 min" {
		t.Errorf("precision from %q, false ones from %q", f.Precision.N, f.Loose.N)
	}
	if f.Onset.Value == nil || *f.Onset.Value > 1e-9 || f.Onset.N != "5" {
		t.Errorf("onset %s from %s", f.Onset.value(), f.Onset.N)
	}
	sd := 0.1
	if f.High.Value == nil || math.Abs(*f.High.Value-1.96*sd) > 1e-9 || !*f.High.Held {
		t.Errorf("upper limit %s, want %.3f", f.High.value(), 1.96*sd)
	}
}

func with(e event.Event, change func(*event.Event)) event.Event {
	change(&e)
	return e
}

// TestApart: closures of both sides and asked-for winks are told of by
// themselves and change no figure but the minutes'.
func TestApart(t *testing.T) {
	both := clipOf(setBoth, 60,
		[]event.Event{newEvent(event.Spasm, anatomy.Both, 1, 3, lid, 8), newEvent(event.Spasm, anatomy.Both, 5, 7, lid, 8), newEvent(event.Spasm, anatomy.Both, 9, 9.3, lid, 8), newEvent(event.Blink, anatomy.Both, 11, 11.3, lid, 8)},
		[]event.Event{newEvent(event.Voluntary, anatomy.Both, 1, 3, lid, 8), newEvent(event.Spasm, anatomy.Left, 5, 5.2, lid, 1), newEvent(event.Blink, anatomy.Both, 11, 11.3, lid, 8)})
	wink := clipOf(setWink, 60, []event.Event{newEvent(event.Voluntary, anatomy.Left, 1, 2, lid, 9)}, []event.Event{newEvent(event.Spasm, anatomy.Left, 1, 2, lid, 9)})
	wink.Asked = []event.Event{newEvent(event.Voluntary, anatomy.Left, 1, 2, lid, 9)}
	p := newPool()
	p.add(both)
	p.add(wink)
	for _, f := range p.figures().list() {
		if f.Value != nil {
			t.Errorf("%s has a value: %s from %s", f.Name, f.value(), f.N)
		}
	}
	ls := lines([]*clip{both, wink})
	if got := counts(ls[0].Called); got != "nothing 1, spasm left 1, voluntary 1" {
		t.Errorf("called %q", got)
	}
	if ls[1].Called["spasm left"] != 1 || ls[1].Asked["voluntary"] != 1 {
		t.Errorf("winks: %v, %v with the protocol", ls[1].Called, ls[1].Asked)
	}
}

// TestMistakes names each thing that is wrong.
func TestMistakes(t *testing.T) {
	c := clipOf(setSpasm, 60,
		[]event.Event{newEvent(event.Spasm, anatomy.Left, 1, 1.2, lid, 2), newEvent(event.Spasm, anatomy.Left, 3, 3.2, lid, 0.25), newEvent(event.Spasm, anatomy.Right, 5, 5.2, corner, 2),
			newEvent(event.Blink, anatomy.Both, 7, 7.2, lid, 9), newEvent(event.Spasm, anatomy.Left, 9, 9.2, lid, 2)},
		[]event.Event{newEvent(event.Other, anatomy.Left, 1, 1.2, lid, 2),
			with(newEvent(event.Synkinesis, anatomy.Left, 5, 5.2, lip, 2), func(e *event.Event) { e.Form = event.Tonic }),
			newEvent(event.Spasm, anatomy.Left, 9, 9.2, lid, 2), newEvent(event.Spasm, anatomy.Left, 9.3, 9.4, lid, 1), newEvent(event.Blink, anatomy.Both, 20, 20.2, lid, 9), newEvent(event.Spasm, anatomy.Left, 22, 22.1, lid, 1)})
	var got []string
	for _, m := range c.mistakes() {
		got = append(got, m.What)
	}
	if s := strings.Join(got, "; "); s != "missed; missed, half size; side; kind; form; lead; missed blink; false, part of a drawn one; false blink; false" {
		t.Error(s)
	}
}

func TestMedianCI(t *testing.T) {
	if medianCI([]float64{1, 2, 3, 4, 5}) != nil {
		t.Error("five values have no 95 % interval of the median")
	}
	var x []float64
	for i := range 20 {
		x = append(x, float64(i+1))
	}
	// Exact binomial: ranks 6 and 15 hold 95.9 %.
	if ci := medianCI(x); ci[0] < 5 || ci[0] > 6 || ci[1] < 15 || ci[1] > 16 {
		t.Errorf("interval of the median of 1…20: %v", *ci)
	}
}

// TestScenes holds the list to what it is for.
func TestScenes(t *testing.T) {
	clips, err := readScenes(scenesFile)
	if err != nil {
		t.Fatal(err)
	}
	n, seconds := map[string]int{}, map[string]float64{}
	for _, c := range clips {
		for _, e := range c.Truth.Events {
			if c.Group == "" && oneSided(e) {
				n[c.Set+" "+c.View]++
				if e.Kind == event.Spasm && half(e) {
					n["half "+c.View]++
				}
			}
			if (c.Set == setRest || c.Set == setActive || c.Set == setTurns) && involuntary(e) {
				t.Errorf("%s: a spasm in a face that has none", c.Name)
			}
		}
		d := c.Truth.Recording.DurationS
		if d < 15 || d > 120 {
			t.Errorf("%s lasts %.0f s", c.Name, d)
		}
		if c.Group == "" {
			seconds[c.Set+" "+c.View] += d
		}
		if c.View == "main" && (c.spec.Camera.Width != 1920 || c.spec.Camera.FPS != 30 || c.spec.Camera.FaceHeight != 0.5) {
			t.Errorf("%s is filmed as %+v", c.Name, c.spec.Camera)
		}
	}
	if n["spasm main"] < 80 || n["locked main"] < 30 || n["half main"] < 15 || n["spasm 720p"] < 30 {
		t.Errorf("too few events: %v", n)
	}
	// No false event in less time says nothing about the goals: Garwood's upper
	// limit of none is 3.69.
	for set, perMin := range map[string]float64{setRest: 0.2, setActive: 0.5} {
		if length := seconds[set+" main"] / 60; 3.69/length > perMin {
			t.Errorf("%.1f minutes of %s cannot show %g a minute", length, set, perMin)
		}
	}
	for _, bad := range []string{"scenes: [{name: a, set: spasm, preset: none, seconds: 10, seeds: [1]}]", "scenes: [{name: a, set: other, seeds: [1]}]",
		"scenes: [{name: a, set: rest, preset: healthy-rest, seconds: 10, seeds: [1], with: {person: {color: 3}}}]", "scenes: [{name: a, sets: rest}]"} {
		if _, err := readScenes([]byte(bad)); err == nil {
			t.Errorf("no error for %s", bad)
		}
	}
}

// TestDrawingVersion changes with the code, not with its comments.
func TestDrawingVersion(t *testing.T) {
	dir := t.TempDir()
	version := func(src string) string {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
		v, err := drawingVersion(dir)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	a := version("package a\n\nconst x = 1\n")
	if b := version("package a\n\n// x is one.\nconst x = 1\n"); a != b {
		t.Error("a comment changes the version")
	}
	if b := version("package a\n\nconst x = 2\n"); a == b {
		t.Error("the code does not change the version")
	}
	if _, err := drawingVersion(filepath.Join(dir, "none")); err == nil {
		t.Error("no error without sources")
	}
}

// TestPage writes a page and a table from a few events.
func TestPage(t *testing.T) {
	c := clipOf(setSpasm, 60, []event.Event{newEvent(event.Spasm, anatomy.Left, 1, 1.2, lid, 2)}, []event.Event{newEvent(event.Spasm, anatomy.Left, 1, 1.2, lid, 2.1)})
	g := clipOf(setSpasm, 60, c.Truth.Events, nil)
	g.Group, g.Scene = "beard", "group-beard"
	r := summarize([]*clip{c, g}, "1", time.Minute)
	dir := t.TempDir()
	if err := r.write(filepath.Join(dir, "page.md"), dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"page.md": "| beard | 0.000 (0.000 to 0.793), 0 of 1 |", "result.json": `"spasms found:`, "mistakes.txt": "missed"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(b), want) {
			t.Errorf("%s: no %q (%v)", name, want, err)
		}
	}
}

// What was not seen is missed, and shortens the time that false ones are counted over.
func TestUnseenTimeCountsAsMissed(t *testing.T) {
	truth := []event.Event{newEvent(event.Spasm, anatomy.Left, 1, 1.2, corner, 1), newEvent(event.Spasm, anatomy.Left, 50, 50.2, corner, 1)}
	seen := clipOf(setSpasm, 60, truth, truth[:1])
	seen.seenS = 15
	rest := clipOf(setRest, 60, nil, []event.Event{newEvent(event.Spasm, anatomy.Left, 2, 2.2, corner, 1)})
	rest.seenS = 30
	p := newPool()
	p.add(seen)
	p.add(rest)
	f := p.figures()
	want(t, f.Recall, 0.5, "1 of 2", false)
	want(t, f.Rest, 2, "1 in 0.5 min", false)
	if f.Seen.Value == nil || math.Abs(*f.Seen.Value-45.0/120) > 1e-9 || f.Seen.N != "0.8 of 2.0 min" {
		t.Errorf("seen %s of %s", f.Seen.value(), f.Seen.N)
	}
}
