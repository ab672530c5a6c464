package phantom

import (
	"context"
	"math"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// TestTimesAreInTheFile holds the truth's times to the file's own time stamps.
func TestTimesAreInTheFile(t *testing.T) {
	for _, c := range []Camera{{FPS: 30}, {FPS: 29.97}, {FPS: 60}, {FPS: 24, Variable: true}} {
		s := &Spec{Seconds: 1, Camera: c}
		s.Camera.Width, s.Camera.Height = 64, 64
		path := filepath.Join(t.TempDir(), "a.mp4")
		tr, err := Render(context.Background(), s, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "packet=pts_time", "-of", "csv=p=0", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Fields(string(out))
		if len(lines) != tr.Recording.Frames {
			t.Errorf("%+v: %d frames in the file, %d in the truth", c, len(lines), tr.Recording.Frames)
			continue
		}
		for i, l := range lines {
			v, err := strconv.ParseFloat(strings.Trim(l, ","), 64)
			if err != nil || math.Abs(v-tr.Displacement.T[i]) > 2e-6 {
				t.Errorf("%+v: frame %d at %s in the file, at %v in the truth", c, i, l, tr.Displacement.T[i])
				break
			}
		}
	}
}

func TestBlinksComeAtTheirRate(t *testing.T) {
	s := &Spec{Seconds: 1200, Camera: Camera{Width: 64, Height: 64, FPS: 100}}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	ts, _ := s.times()
	tr := tell(s, ts)
	if rate := float64(len(tr.Events)) / 20; math.Abs(rate-17) > 2 {
		t.Errorf("%.1f blinks a minute, want about 17", rate)
	}
	for _, e := range tr.Events {
		if e.Kind != event.Blink || e.Side != anatomy.Both || e.Duration() < 0.12 || e.Duration() > 0.35 || len(e.Regions) != 2 {
			t.Fatalf("a blink is %+v", e)
		}
		if a, b := *e.Regions[0].PeakMM, *e.Regions[1].PeakMM; math.Abs(a-b) > 0.05*max(a, b) {
			t.Errorf("the lids differ: %v and %v mm", a, b)
		}
	}
}

func TestCloseTwitchesAreOneEvent(t *testing.T) {
	twitch := func(at float64, side anatomy.Side) EventSpec {
		return EventSpec{At: at, Side: side, Regions: []RegionSpec{{Region: anatomy.Zygomaticus, MM: 1}}}
	}
	s := &Spec{Seconds: 20, Blinks: Blinks{RatePerMin: -1},
		Events: []EventSpec{twitch(1, anatomy.Left), twitch(1.4, anatomy.Left), twitch(2.4, anatomy.Left), twitch(2.5, anatomy.Right), twitch(15, anatomy.Left)}}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	ts, _ := s.times()
	tr := tell(s, ts)
	if len(tr.Events) != 4 {
		t.Fatalf("%d events, want 4", len(tr.Events))
	}
	if e := tr.Events[0]; e.Form != event.Clonic || e.Twitches != 2 || e.RateHz == nil || math.Abs(*e.RateHz-2.5) > 0.01 {
		t.Errorf("two twitches 0.4 s apart: %+v", e)
	}
	var attacks []int
	for _, e := range tr.Events {
		attacks = append(attacks, *e.Attack)
	}
	if l, r := attacks[0], attacks[2]; attacks[1] != l || r == l || attacks[3] == l || attacks[3] == r {
		t.Errorf("attacks %v, want one of the left, one of the right, another of the left", attacks)
	}
}

// TestRateOfJoinedTrains counts the second train's own length too.
func TestRateOfJoinedTrains(t *testing.T) {
	train := func(at float64, n int) EventSpec {
		return EventSpec{At: at, Side: anatomy.Left, Form: event.Clonic, Twitches: n, RateHz: 5, Regular: true,
			Regions: []RegionSpec{{Region: anatomy.Zygomaticus, MM: 1}}}
	}
	tr, err := Tell(&Spec{Seconds: 5, Blinks: Blinks{RatePerMin: -1}, Events: []EventSpec{train(1, 5), train(2.1, 3)}})
	if err != nil {
		t.Fatal(err)
	}
	if len(tr.Events) != 1 || tr.Events[0].Twitches != 8 || math.Abs(*tr.Events[0].RateHz-7/1.5) > 0.001 {
		t.Errorf("5 twitches from 1 s and 3 from 2.1 s: %+v", tr.Events)
	}
}

// TestPeaksAreTheSkins holds an event's peaks to where the drawn fields move the
// patches when several muscles act at once.
func TestPeaksAreTheSkins(t *testing.T) {
	mm := map[int]float64{anatomy.AtZygomaticus: 3, anatomy.AtOrbicularisOris: 0.9, anatomy.AtDepressor: 1.2, anatomy.AtMentalis: 0.8, anatomy.AtOrbicularisOculi: 2}
	e := EventSpec{At: 1, Side: anatomy.Left, Form: event.Tonic}
	st := new(state)
	for _, k := range []int{anatomy.AtOrbicularisOculi, anatomy.AtZygomaticus, anatomy.AtOrbicularisOris, anatomy.AtDepressor, anatomy.AtMentalis} {
		e.Regions = append(e.Regions, RegionSpec{Region: anatomy.Regions[k], MM: mm[k]})
		st.pull[1][k] = mm[k]
	}
	tr, err := Tell(&Spec{Seconds: 5, Blinks: Blinks{RatePerMin: -1}, Events: []EventSpec{e}})
	if err != nil {
		t.Fatal(err)
	}
	w := newWarp()
	w.set(newMuscles(0), st)
	for _, r := range tr.Events[0].Regions {
		want := mm[anatomy.AtOrbicularisOculi]
		if p := PatchOf(r.Region); r.Region != anatomy.OrbicularisOculi {
			layer := w.up
			if p.Down > lipLine(p.Out) {
				layer = w.lower
			}
			dx, dy := at(layer, float32(p.Out), float32(p.Down))
			want = float64(dx)*p.DirOut + float64(dy)*p.DirDown
		}
		if math.Abs(*r.PeakMM-want) > 0.02 {
			t.Errorf("%s: peak %.3f mm, the skin goes %.3f mm", r.Region, *r.PeakMM, want)
		}
	}
}
