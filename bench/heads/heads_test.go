package main

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/phantom"
)

const (
	lid    = anatomy.OrbicularisOculi
	corner = anatomy.Zygomaticus
)

func newEvent(kind event.Kind, side anatomy.Side, from, to float64, region anatomy.Region, mm float64) event.Event {
	e := event.Event{Kind: kind, Side: side, Form: event.Twitch, OnsetS: from, OffsetS: to, Lead: region}
	sides := []anatomy.Side{side}
	if side == anatomy.Both {
		sides = anatomy.Sides[:]
	}
	for _, s := range sides {
		e.Regions = append(e.Regions, event.RegionMovement{Region: region, Side: s, OnsetS: from, PeakMM: &mm})
	}
	return e
}

// newFilm is a film of seconds at 30 frames a second in which nothing moves.
func newFilm(seconds float64, truths, found []event.Event) *film {
	const rate = 30
	n := int(seconds * rate)
	t := &truth{Truth: phantom.Truth{Recording: phantom.Recording{FrameRate: rate, DurationS: seconds}, Events: truths}, More: make([]more, len(truths))}
	t.Displacement.Right, t.Displacement.Left = map[anatomy.Region][]float64{}, map[anatomy.Region][]float64{}
	tr := &event.Trace{}
	for k, r := range anatomy.Regions {
		tr.Diff[k] = make([]float32, n)
		for s := range anatomy.Sides {
			tr.Along[s][k] = make([]float32, n)
		}
		if r != anatomy.Platysma {
			t.Displacement.Right[r], t.Displacement.Left[r] = make([]float64, n), make([]float64, n)
		}
	}
	tr.Yaw, tr.Pitch, tr.Roll = make([]float32, n), make([]float32, n), make([]float32, n)
	t.Head = phantom.HeadTruth{Yaw: make([]float64, n), Pitch: make([]float64, n), Roll: make([]float64, n)}
	for i := range n {
		t.Displacement.T = append(t.Displacement.T, float64(i)/rate)
	}
	tr.T = t.Displacement.T
	return &film{Name: "a", Who: "a", truth: t, seen: &seen{Trace: tr, Events: found}}
}

func TestAlike(t *testing.T) {
	for _, c := range []struct {
		name                     string
		tFrom, tTo, rFrom, rTo   float64
		alike, shareThirdOrAlike bool
	}{
		{"the same", 1, 1.2, 1, 1.2, true, true},
		{"begun 0.2 s late", 1, 1.2, 1.2, 1.4, true, true},
		{"begun later than that", 1, 1.2, 1.21, 1.41, false, false},
		{"0.3 s longer", 1, 1.1, 1, 1.4, true, true},
		{"more than twice and 0.3 s longer", 1, 1.2, 1, 1.55, false, true},
		{"a hold told half as long", 1, 5, 1.1, 3.1, true, true},
		{"a hold told shorter than half", 1, 5, 1.1, 3, false, true},
		{"a hold told as its beginning", 1, 5, 1.1, 1.5, false, false},
		{"a long movement over a twitch", 1, 1.2, 0, 6.5, false, false},
	} {
		a, b := newEvent(event.Spasm, anatomy.Left, c.tFrom, c.tTo, lid, 1), newEvent(event.Spasm, anatomy.Left, c.rFrom, c.rTo, lid, 1)
		if alike(a, b) != c.alike || same(a, b) != c.shareThirdOrAlike {
			t.Errorf("%s: alike %v, same %v; want %v, %v", c.name, alike(a, b), same(a, b), c.alike, c.shareThirdOrAlike)
		}
	}
}

func TestFound(t *testing.T) {
	f := newFilm(20, []event.Event{
		newEvent(event.Spasm, anatomy.Left, 1, 1.2, lid, 2),
		newEvent(event.Spasm, anatomy.Left, 3, 3.2, corner, 2),   // reported as another kind
		newEvent(event.Spasm, anatomy.Right, 5, 5.2, corner, 2),  // told on the other side
		newEvent(event.Synkinesis, anatomy.Left, 7, 7.2, lid, 1), // reported as a spasm: not found
		newEvent(event.Spasm, anatomy.Both, 9, 9.2, lid, 2),      // not one-sided
		newEvent(event.Spasm, anatomy.Left, 11, 11.2, lid, 2),    // two told for it: one is found
	}, []event.Event{
		newEvent(event.Spasm, anatomy.Left, 1.05, 1.2, lid, 2),
		newEvent(event.Other, anatomy.Left, 3, 3.2, corner, 2),
		newEvent(event.Spasm, anatomy.Left, 5, 5.2, corner, 2),
		newEvent(event.Spasm, anatomy.Left, 7, 7.2, lid, 1),
		newEvent(event.Spasm, anatomy.Left, 9, 9.2, lid, 1),
		newEvent(event.Spasm, anatomy.Left, 11, 11.1, corner, 2),
		newEvent(event.Spasm, anatomy.Left, 11.01, 11.2, lid, 2),
	})
	var c scored
	c.score(f, f.found(), func(int) bool { return true })
	if c.k != 3 || c.n != 5 || c.side != 2 || c.form != 3 || c.lead != 3 {
		t.Errorf("%d of %d found, %d sides, %d forms, %d leads right; want 3 of 5, 2, 3, 3", c.k, c.n, c.side, c.form, c.lead)
	}
	if d := c.onset[0]; math.Abs(d-1.5) > 1e-9 {
		t.Errorf("found %.2f frames late, want 1.5", d)
	}
}

func TestInvented(t *testing.T) {
	f := newFilm(30, []event.Event{
		newEvent(event.Spasm, anatomy.Left, 1, 1.2, lid, 2),
		newEvent(event.Voluntary, anatomy.Both, 5, 8, corner, 4),
	}, []event.Event{
		newEvent(event.Voluntary, anatomy.Both, 0, 6, anatomy.Platysma, 1),    // over a twitch: its own
		newEvent(event.Other, anatomy.Left, 1, 1.2, lid, 2),                   // the twitch, by another kind
		newEvent(event.Voluntary, anatomy.Both, 5, 7.9, corner, 4),            // the smile
		newEvent(event.Other, anatomy.Left, 7.5, 8.2, corner, 1),              // a part of it
		newEvent(event.Spasm, anatomy.Left, 8.1, 8.3, lid, 1),                 // beside it, of another region: its own
		newEvent(event.Blink, anatomy.Both, 10, 10.2, lid, 8),                 // blinks are told of apart
		newEvent(event.Voluntary, anatomy.Both, 12, 14, anatomy.Depressor, 2), // speech
		newEvent(event.Spasm, anatomy.Left, 12.5, 12.7, anatomy.Depressor, 2), // one side of speech: invented
	})
	for i, at := range f.truth.Displacement.T {
		if at > 12 && at < 14 {
			f.truth.Displacement.Right[anatomy.Depressor][i], f.truth.Displacement.Left[anatomy.Depressor][i] = 3, 3
		}
	}
	own, parts := f.invented()
	if len(own) != 3 || own[0].Lead != anatomy.Platysma || own[1].OnsetS != 8.1 || own[2].OnsetS != 12.5 {
		t.Errorf("invented %+v", own)
	}
	if len(parts) != 1 || parts[0].OnsetS != 7.5 {
		t.Errorf("parts %+v", parts)
	}
}

func TestCalm(t *testing.T) {
	f := newFilm(4, []event.Event{newEvent(event.Blink, anatomy.Both, 3, 3.2, lid, 8)}, nil)
	f.truth.Displacement.Left[corner][60] = 1                                          // at 2 s
	f.truth.Displacement.Left[lid][30], f.truth.Displacement.Right[lid][30] = 0.4, 0.4 // a glance
	for _, c := range []struct {
		region anatomy.Region
		at     int
		calm   bool
	}{
		{corner, 50, true}, {corner, 52, false}, {corner, 60, false}, {corner, 68, false}, {corner, 70, true},
		{corner, 92, true}, {lid, 92, false}, {lid, 30, true}, {lid, 80, true},
		{anatomy.Platysma, 60, true}, {anatomy.Platysma, 92, false}, // of the neck only the events are known
	} {
		if got := f.truth.calm(c.region)[c.at]; got != c.calm {
			t.Errorf("%s at frame %d: calm %v, want %v", c.region, c.at, got, c.calm)
		}
	}
}

func TestBins(t *testing.T) {
	for _, c := range []struct {
		yaw, pitch, speed float64
		want              bin
	}{{0, 0, 0, facing}, {-10, 10, 15, facing}, {-12, 3, 2, yaw20}, {3, -12, 2, pitch20}, {15, 12, 0, yaw20}, {-21, 0, 0, beyond}, {5, 0, 16, turning}} {
		if got := binOf(c.yaw, c.pitch, c.speed); got != c.want {
			t.Errorf("yaw %g, pitch %g, %g a second: %s, want %s", c.yaw, c.pitch, c.speed, binNames[got], binNames[c.want])
		}
	}
	f := newFilm(3, nil, nil)
	for i := range f.truth.Head.Yaw {
		f.truth.Head.Yaw[i] = max(0, min(15, 20*(f.truth.Displacement.T[i]-1))) // turned by 15° at 20° a second
	}
	bins := f.truth.bins()
	for _, c := range []struct {
		at   int
		want bin
	}{{15, facing}, {40, turning}, {80, yaw20}} {
		if bins[c.at] != c.want {
			t.Errorf("frame %d: %s, want %s", c.at, binNames[bins[c.at]], binNames[c.want])
		}
	}
}

// TestRatio: a twitch of 2 mm reads 1.5 in the trace, on a level of −1 that is
// not the truth's.
func TestRatio(t *testing.T) {
	e := newEvent(event.Spasm, anatomy.Left, 1, 1.2, corner, 2)
	f := newFilm(3, []event.Event{e}, nil)
	k := anatomy.AtZygomaticus
	for i, at := range f.truth.Displacement.T {
		shape := 0.0
		if at >= 1 && at <= 1.2 {
			shape = math.Sin(math.Pi * (at - 1) / 0.2)
		}
		f.truth.Displacement.Left[corner][i] = 2 * shape
		f.Trace.Along[1][k][i] = float32(-1 + 1.5*shape)
		f.Trace.Diff[k][i] = float32(1 - 1.5*shape) // right minus left
	}
	p := f.truth.parts(0)[0]
	alone, diff := f.ratio(&e, &p)
	if math.Abs(alone-0.75) > 1e-5 || math.Abs(diff-0.75) > 1e-5 {
		t.Errorf("ratios %.3f and %.3f, want 0.75", alone, diff)
	}
	f.truth.Displacement.Left, f.truth.Displacement.Right = nil, nil // as of the implants
	if alone, diff = f.ratio(&e, &p); math.Abs(alone-0.75) > 1e-5 || math.Abs(diff-0.75) > 1e-5 {
		t.Errorf("without the truth's frames: %.3f and %.3f, want 0.75", alone, diff)
	}
	for i := range f.Trace.Diff[k] {
		f.Trace.Diff[k][i] = event.Missing
	}
	if alone, diff = f.ratio(&e, &p); math.Abs(alone-0.75) > 1e-5 || !math.IsNaN(diff) {
		t.Errorf("the other side unseen: %.3f and %.3f, want 0.75 and none", alone, diff)
	}
}

func TestKeptShare(t *testing.T) {
	e := newEvent(event.Spasm, anatomy.Right, 2, 6, corner, 2)
	f := newFilm(9, []event.Event{e}, nil)
	for i, at := range f.truth.Displacement.T {
		f.Trace.Along[0][anatomy.AtZygomaticus][i] = 0.5
		if at >= 2 && at <= 6 {
			f.truth.Displacement.Right[corner][i] = 2
			f.Trace.Along[0][anatomy.AtZygomaticus][i] += float32(2)
			if at > 4 {
				f.Trace.Along[0][anatomy.AtZygomaticus][i] -= 0.5
			}
		}
	}
	p := f.truth.parts(0)[0]
	if v := f.keptShare(&e, &p); math.Abs(v-0.75) > 1e-6 {
		t.Errorf("kept %.3f, want 0.75", v)
	}
}

func TestBlocks(t *testing.T) {
	var b blocks
	for i := range 300 {
		at := float64(i) / 30
		x := 10 * math.Sin(at)
		b.add("a", at, x, 1.2*x+1)
		b.add("a", at, x, math.NaN()) // not measured: left out
	}
	if len(b.all) != 10 || b.total().n != 300 {
		t.Fatalf("%d blocks of %.0f frames", len(b.all), b.total().n)
	}
	c := b.figure(slope, 2)
	if c.Value == nil || math.Abs(*c.Value-1.2) > 1e-9 || math.Abs(*c.Low-1.2) > 1e-6 || math.Abs(*c.High-1.2) > 1e-6 {
		t.Errorf("slope %s, want 1.2", c.text())
	}
	var still blocks
	for i := range 300 {
		still.add("a", float64(i)/30, 0.1*math.Sin(float64(i)), 2)
	}
	if c := still.figure(slope, 2); c.Value != nil {
		t.Errorf("slope %s of a head that stands still", c.text())
	}
	if c := still.figure(rms, 2); c.Value == nil || math.Abs(*c.Value-2) > 0.01 || *c.Low > *c.Value || *c.High < *c.Value {
		t.Errorf("rms %s, want 2.00", c.text())
	}
	if c := still.figure(offset, 2); math.Abs(*c.Value-2) > 0.01 {
		t.Errorf("offset %s, want 2.00", c.text())
	}
	var few blocks
	few.add("a", 0, 0, 1)
	if c := few.figure(rms, 2); c.Value != nil {
		t.Errorf("rms %s of one frame", c.text())
	}
}

// TestQuick: a level and a slow rise are taken out, a twitch is not, and the
// noise is that of the rest.
func TestQuick(t *testing.T) {
	n := 300
	ts, c := make([]float64, n), make([]float32, n)
	for i := range n {
		ts[i] = float64(i) / 30
		c[i] = float32(3 + 0.2*ts[i] + 0.1*float64(1-2*(i%2)))
	}
	for i := 150; i < 154; i++ {
		c[i] += 2
	}
	q := quick(ts, c)
	noise := localNoise(ts, q)
	if q[151] < 1.8 || q[151] > 2.3 {
		t.Errorf("a twitch of 2 mm reads %.2f", q[151])
	}
	if math.Abs(noise[151]-madSD*0.1) > 0.03 {
		t.Errorf("noise %.3f, want %.3f", noise[151], madSD*0.1)
	}
	c[10] = event.Missing
	if q := quick(ts, c); !math.IsNaN(q[10]) || math.IsNaN(q[11]) {
		t.Error("only what is missing stays missing")
	}
}

func TestCells(t *testing.T) {
	for _, c := range []struct {
		cell cell
		want string
	}{
		{share(3, 4), "0.75 (0.30 to 0.95); 3 of 4"},
		{share(0, 0), "– 0 of 0"},
		{perMinute(0, 3), "0.00 (0.00 to 1.23); 0 in 3.0 min"},
		{spread([]float64{1, 2, 3}, 1), "2.0 (1.1 to 2.9); n 3"},
		{spread(nil, 1), "– n 0"},
		{plain(-0.001, 2, ""), "0.00"},
		{plain(-1.5, 1, "x"), "−1.5; x"},
		{plain(math.NaN(), 1, ""), "–"},
	} {
		if got := c.cell.text(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestBeside: the second program has a row the first lacks, and lacks one.
func TestBeside(t *testing.T) {
	a, b := newSection("s", "", []string{all}), newSection("s", "", []string{all})
	a.put("one", "", all, plain(1, 0, ""))
	b.put("two", "", all, plain(2, 0, ""))
	b.note("a note")
	s := beside([][]*section{{a}, {b}})[0]
	table := s.table([]string{"new", "old"})
	for _, want := range []string{"| one | 1 |", "| two |  |", "| – old | 2 |"} {
		if !strings.Contains(table, want) && !strings.Contains(strings.ReplaceAll(table, "| – |", "|  |"), want) {
			t.Errorf("no %q in\n%s", want, table)
		}
	}
	if len(s.Notes) != 2 || len(s.Notes[1]) != 1 {
		t.Errorf("notes %q", s.Notes)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{"mid50": "a", "hfs": "b", "e_synk": "e", "f_hfs": "f", "new": "new"} {
		if got := headOf(name); got != want {
			t.Errorf("head %s of %s, want %s", got, name, want)
		}
	}
	for name, want := range map[string]string{"c_p3a": "p3", "x_p12": "p12", "talking_face": "talking_face"} {
		if got := personOf(name); got != want {
			t.Errorf("person %s of %s, want %s", got, name, want)
		}
	}
	if !named("e_synk", "a,e_*") || named("synk", "e_*") || !named("a", "a,e_*") {
		t.Error("names that are asked for")
	}
}

// TestReadTruth: the signs of face.Pose, the order of the onsets, the cheek in
// twitches only, and regions that only go along.
func TestReadTruth(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a"+truthEnd)
	text := map[string]any{"schema": phantom.Schema, "head": map[string]any{"yaw": []float64{1}, "pitch": []float64{2}, "roll": []float64{3}},
		"state": stateRest, "dist_mm": 500, "events": []map[string]any{
			{"kind": "spasm", "side": "left", "form": "tonic", "onset_s": 5, "offset_s": 8, "lead": "zygomaticus", "place": "cheek",
				"regions": []map[string]any{{"region": "zygomaticus", "side": "left", "peak_mm": 2}}},
			{"kind": "spasm", "side": "left", "form": "twitch", "onset_s": 1, "offset_s": 1.2, "lead": "zygomaticus", "place": "cheek", "yaw": 12, "turning": 3,
				"regions": []map[string]any{{"region": "zygomaticus", "side": "left", "peak_mm": 1, "moved": true}, {"region": "depressor", "side": "left", "peak_mm": 4, "moved": false}}},
		}}
	b, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	tr, err := readTruth(path)
	if err != nil {
		t.Fatal(err)
	}
	if tr.Head.Yaw[0] != 1 || tr.Head.Pitch[0] != -2 || tr.Head.Roll[0] != -3 {
		t.Errorf("head %+v", tr.Head)
	}
	if tr.Events[0].OnsetS != 1 || tr.mm(0) != 1 || tr.skin(0) != cheek || tr.atGoal(0) || tr.bin(0) != yaw20 {
		t.Errorf("first: %g mm of the %s, at goal %v, %s", tr.mm(0), tr.skin(0), tr.atGoal(0), binNames[tr.bin(0)])
	}
	if tr.skin(1) == cheek || !tr.atGoal(1) {
		t.Errorf("second: %s, at goal %v", tr.skin(1), tr.atGoal(1))
	}
	if *tr.DistMM != 500 || tr.State != stateRest {
		t.Errorf("distance %v, state %s", *tr.DistMM, tr.State)
	}
}

// TestEach: a program that fails on one film stops the run and names it.
func TestEach(t *testing.T) {
	films := []*film{{Name: "a"}, {Name: "b"}}
	err := each(context.Background(), films, 1, looker{"x", func(_ context.Context, path string) (*seen, error) { return nil, os.ErrClosed }})
	if err == nil || !strings.Contains(err.Error(), "a: ") {
		t.Errorf("error %v", err)
	}
}

// TestRooms: whatever the pipeline is made of is a room, or makes no trace.
func TestRooms(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "facialis/internal/pipeline").Output()
	if err != nil {
		t.Fatal(err)
	}
	noTrace := []string{"words", "measure", "report", "interview", "assess", "course", "night", "spasm", "internal/libdir", "internal/jail", "internal/digest", "internal/scratch"}
	for _, p := range strings.Fields(string(out)) {
		if room, ours := strings.CutPrefix(p, "facialis/"); ours && !slices.Contains(rooms, room) && !slices.Contains(noTrace, room) {
			t.Errorf("%s is neither a room nor known to make no trace", room)
		}
	}
}
