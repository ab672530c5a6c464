package pipeline

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"facialis/event"
	"facialis/internal/digest"
	"facialis/internal/schematest"
	"facialis/night"
	"facialis/report"
	"facialis/video"
)

const sleeper = `
seconds: 26
seed: 31
person: {skin: 2}
camera: {width: 640, height: 480, fps: 12, face_height: 0.7, crf: 20}
head: {sway_mm: 0.2, turn_deg: 0.2, breath_mm: 0.8}
infrared: true
gain: 0.7
night_noise: 1.5
sleep: [{from_s: 1, to_s: 26}]
lies: [{at: 0, roll_deg: 90}]
events:
  - {at: 12, side: left, rise_ms: 90, fall_ms: 150, regions: [{region: zygomaticus, mm: 4}]}
  - {at: 24.6, side: left, rise_ms: 90, fall_ms: 150, regions: [{region: zygomaticus, mm: 4}]}
`

const waking = `
seconds: 14
seed: 77
person: {skin: 4, age: 60, hair: dark}
camera: {width: 640, height: 480, fps: 12, face_height: 0.55, crf: 20}
head: {sway_mm: 0.2, turn_deg: 0.2, breath_mm: 0.8}
blinks_per_min: 20
infrared: true
gain: 1
night_noise: 1.5
lies: [{at: 0, roll_deg: -80}]
events:
  - {at: 6, side: right, rise_ms: 90, fall_ms: 150, regions: [{region: zygomaticus, mm: 4}]}
`

// Films of two people joined by stream copy have the spasms of the two films, none at
// the joint, and nobody wakes there, although the one slept and the other is awake. As
// two films in a folder they are one night, whose analysis holds to the contract.
func TestNightOfJoinedFilms(t *testing.T) {
	if testing.Short() {
		t.Skip("draws and measures short nights")
	}
	engine, dir := opened(t), t.TempDir()
	lengths, list := []float64{26, 14}, ""
	var films []string
	for _, text := range []string{sleeper, waking} {
		path := drawnNight(t, text)
		films, list = append(films, path), list+"file '"+path+"'\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "list"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	both := filepath.Join(dir, "both.mp4")
	if out, err := exec.Command("ffmpeg", "-v", "error", "-f", "concat", "-safe", "0", "-i", filepath.Join(dir, "list"), "-c", "copy", both).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	measured := func(seg ...night.Segment) (*report.Analysis, []night.Block, []*Piece, []night.Segment) {
		opt := NightOptions{Options: DefaultOptions(), Folder: t.TempDir()}
		pieces, err := RunNight(t.Context(), engine, seg, opt, nil)
		if err != nil {
			t.Fatal(err)
		}
		var blocks []night.Block
		for _, p := range pieces {
			blocks = append(blocks, p.Blocks...)
		}
		return NightAnalysis(engine, seg, pieces, night.States(blocks), opt), blocks, pieces, seg
	}
	apart, _, _, segments := measured(night.Segment{Path: films[0], LengthS: lengths[0]}, night.Segment{Path: films[1], StartS: lengths[0], LengthS: lengths[1]})
	whole, blocks, pieces, _ := measured(night.Segment{Path: both, LengthS: lengths[0] + lengths[1]})
	if j := pieces[0].Joints; len(j) != 1 || math.Abs(j[0]-lengths[0]) > 0.01 {
		t.Errorf("joints at %v, want %g s", j, lengths[0])
	}
	spasms := func(a *report.Analysis) (out []event.Event) {
		for _, e := range a.Events {
			if e.Kind == event.Spasm {
				out = append(out, e)
			}
		}
		return out
	}
	want, got := spasms(apart), spasms(whole)
	if len(want) < 3 || len(got) != len(want) {
		t.Fatalf("%d spasms where the films are joined, %d where they are not, %d are drawn", len(got), len(want), 3)
	}
	for i, e := range got {
		if w := want[i]; e.Side != w.Side || math.Abs(e.OnsetS-w.OnsetS) > 0.2 || math.Abs(e.OffsetS-w.OffsetS) > 0.2 || e.Lead != w.Lead {
			t.Errorf("%s %s at %.2f to %.2f s, by itself %s %s at %.2f to %.2f s", e.Side, e.Lead, e.OnsetS, e.OffsetS, w.Side, w.Lead, w.OnsetS, w.OffsetS)
		}
	}
	if a, b := got[len(got)-2], got[len(got)-1]; b.OnsetS-a.OffsetS < 10 && a.Side == b.Side && *a.Attack == *b.Attack {
		t.Error("an attack goes on over the joint")
	}
	states := night.States(blocks)
	if s := night.At(states, 20); s != night.Asleep {
		t.Errorf("before the joint %s", s)
	}
	if s := night.At(states, 35); s != night.Awake {
		t.Errorf("after the joint %s", s)
	}
	if n := len(night.Summarize(blocks, states, whole.Events, NightView(pieces), 12).Awakenings); n != 0 {
		t.Errorf("%d awakenings, but nobody woke", n)
	}

	// The same as one recording, as the app measures a film of a night.
	opt := DefaultOptions()
	opt.Night = true
	one, err := Run(t.Context(), engine, both, opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	if n := len(spasms(one.Analysis)); n != len(want) || len(one.Analysis.Clock.Joints) != 1 || len(one.Trace.Stretches()) != 2 {
		t.Errorf("as one recording: %d spasms, joints at %v, stretches %v", n, one.Analysis.Clock.Joints, one.Trace.Stretches())
	}
	if s := one.Analysis.Night.States; night.At(s, 20) != night.Asleep || night.At(s, 35) != night.Awake {
		t.Errorf("as one recording: %+v", s)
	}

	sum := ""
	for _, s := range segments {
		one, err := digest.OfFile(t.Context(), s.Path)
		if err != nil {
			t.Fatal(err)
		}
		sum += one + "\n"
	}
	if of, err := digest.Of(t.Context(), strings.NewReader(sum)); err != nil || apart.Recording.SHA256 != of {
		t.Errorf("the checksum of two films is %s, want %s, %v", apart.Recording.SHA256, of, err)
	}
	if of, err := digest.OfFile(t.Context(), both); err != nil || whole.Recording.SHA256 != of {
		t.Errorf("the checksum of one film is %s, want %s, %v", whole.Recording.SHA256, of, err)
	}
	for _, a := range []*report.Analysis{apart, whole} {
		holdsToSchema(t, a)
	}
}

// holdsToSchema holds an analysis to the contract of analysis.json.
func holdsToSchema(t *testing.T, a *report.Analysis) {
	t.Helper()
	var b bytes.Buffer
	if err := report.EncodeJSON(&b, a); err != nil {
		t.Fatal(err)
	}
	if err := schematest.Validate(report.SchemaJSON, b.Bytes()); err != nil {
		t.Error(err)
	}
}

// At a joint the gate knows no face any more and lets through whatever comes for some
// seconds, but not what was kept back before.
func TestGateAtAJoint(t *testing.T) {
	const hz = 15.0
	rng, drawn := rand.New(rand.NewPCG(20, 1)), skins{}
	g := &gate{}
	after := 0
	for i := range int(30 * hz) {
		at := float64(i) / hz
		if i == 0 || at < 20 {
			g.box = faceBox{160, 120, 180, at}
		}
		f := drawn.draw(at, 0, 0, rng)
		f.Joint, f.Cut = i == int(20*hz), i == int(20*hz)
		for _, f := range g.next(t.Context(), f) {
			switch {
			case at >= 20 && f.T < 20:
				t.Fatalf("the picture of %.2f s was let through at %.2f s", f.T, at)
			case f.T >= 20 && f.T < 20+gateMeetS:
				after++
			}
		}
		if f.Joint && g.box.side != 0 {
			t.Error("the gate still knows where the face was")
		}
	}
	if want := int(gateMeetS * hz); after < want-1 {
		t.Errorf("%d pictures after the joint were let through, want %d", after, want)
	}
	n := g.again()
	if n.Passed+n.Kept != int(20*hz) {
		t.Errorf("read again from the joint on, %d pictures came before it, want %d", n.Passed+n.Kept, int(20*hz))
	}
}

// The ledgers of a film that is read again from a joint on are one.
func TestClockOfTwoReadings(t *testing.T) {
	first, rate := 0.5, 15.0
	a := video.Clock{FirstFrameS: &first, Jumps: []video.ClockJump{}, Holes: []video.Stretch{{FromS: 1, ToS: 2}, {FromS: 12, ToS: 13}}, Frozen: []video.Stretch{}, Resized: []float64{3, 11}, Joints: []float64{10}, Assumed: 1}
	b := video.Clock{FirstFrameS: new(7.0), Jumps: []video.ClockJump{}, Holes: []video.Stretch{{FromS: 12, ToS: 13}}, Frozen: []video.Stretch{}, Resized: []float64{11}, TrueRate: &rate}
	c := a.Until(10).Then(b)
	if *c.FirstFrameS != 0.5 || len(c.Holes) != 2 || len(c.Resized) != 2 || len(c.Joints) != 1 || c.Jumps == nil || c.Frozen == nil {
		t.Errorf("%+v", c)
	}
}
