package measure

import (
	"math"
	"slices"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// A region counts as usable from a second on that is a tenth of what was filmed.
func TestUsableFromASecondAndATenth(t *testing.T) {
	for _, c := range []struct {
		seenS, filmedS float64
		want           bool
	}{
		{1, 5, true}, {0.99, 5, false}, {1, 10, true}, {1, 10.1, false}, {6, 60, true}, {5.9, 60, false},
	} {
		var v View
		v.Region[anatomy.AtLeft][anatomy.AtMalar] = []Span{{3, 3 + c.seenS/2}, {50, 50 + c.seenS/2}}
		got := v.Usable(c.filmedS)
		if slices.Contains(got.Left, anatomy.Malar) != c.want || len(got.Right) != 0 || got.Any() != c.want {
			t.Errorf("%g s of %g s: %+v", c.seenS, c.filmedS, got)
		}
	}
}

// A stretch counts as unseen from a second on, and a glimpse of less does not part two.
func TestUnseenStretches(t *testing.T) {
	v := View{Face: []Span{{0, 20}}}
	v.Region[anatomy.AtRight][anatomy.AtMentalis] = []Span{{0, 2}, {2.9, 5}, {6.1, 6.9}, {8, 10}, {11.5, 13}, {14.2, 20}}
	// Unseen are 2–2.9 (short), 5–6.1 and 6.9–8 with a glimpse between them, 10–11.5 and 13–14.2.
	want := []Span{{5, 8}, {10, 11.5}, {13, 14.2}}
	if got := v.Unseen(anatomy.AtRight, anatomy.AtMentalis); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := v.Unseen(anatomy.AtLeft, anatomy.AtMentalis); !slices.Equal(got, []Span{{0, 20}}) {
		t.Errorf("a side that was never seen: %v", got)
	}
}

func TestMeanAndDeviation(t *testing.T) {
	mean, sd := meanSD([]float64{2, 4, 9})
	if math.Abs(mean-5) > 1e-12 || math.Abs(sd-math.Sqrt(13)) > 1e-12 {
		t.Errorf("%g ± %g, want 5 ± √13", mean, sd)
	}
	if mean, _ := meanSD([]float64{2}); !math.IsNaN(mean) {
		t.Errorf("of one value %g", mean)
	}
}

// A run's figures leave out the twentieth of its longest and shortest intervals.
func TestFiguresOfARun(t *testing.T) {
	at := []float64{10}
	for i := range 20 {
		step := 0.5 + 0.1*float64(i%2)
		switch i {
		case 7:
			step = 3 // a jerk that was missed
		case 12:
			step = 0.01 // one that was seen twice
		}
		at = append(at, at[len(at)-1]+step)
	}
	r := run(at)
	last := at[len(at)-1]
	if r.FromS != 10 || r.ToS != last || r.Jerks != 21 || math.Abs(r.RateHz-20/(last-10)) > 1e-12 {
		t.Errorf("%+v", r)
	}
	// Nine intervals of 0.5 s and nine of 0.6 s are left.
	if want := 0.05 * math.Sqrt(18.0/17) / 0.55; math.Abs(*r.CV-want) > 1e-9 {
		t.Errorf("cv %g, want %g", *r.CV, want)
	}
}

// The longest run of jerks is told, and a pause of more than RunGapS parts two runs.
func TestTheLongestRunOfJerks(t *testing.T) {
	p := DefaultParams()
	tr := &event.Trace{}
	for i := range 1800 {
		tr.T = append(tr.T, float64(i)/30)
	}
	for k := range tr.Diff {
		tr.Diff[k], tr.DiffNoiseMM[k] = make([]float32, len(tr.T)), 0.05
	}
	var events []event.Event
	jerk := func(side anatomy.Side, at float64) {
		sign := float32(1)
		if side == anatomy.Left {
			sign = -1
		}
		for i, x := range tr.T {
			d := (x - at) / 0.05
			tr.Diff[anatomy.AtZygomaticus][i] += sign * float32(2*math.Exp(-d*d))
		}
		events = append(events, event.Event{Kind: event.Spasm, Side: side, Lead: anatomy.Zygomaticus, OnsetS: at - 0.1, OffsetS: at + 0.1})
	}
	n := p.RunMinJerks
	for i := range n + 3 { // a run of the left
		jerk(anatomy.Left, 5+0.5*float64(i))
	}
	for i := range n { // a shorter one, after a pause
		jerk(anatomy.Left, 5+0.5*float64(n+2)+p.RunGapS+0.2+0.5*float64(i))
	}
	jerk(anatomy.Right, 36)
	for i := range n - 1 { // longer, but too few of the right
		jerk(anatomy.Right, 40+1.4*float64(i))
	}
	if got := jerks(tr, events[:n], p); got.LongestRun == nil || got.LongestRun.Jerks != n {
		t.Errorf("of %d jerks the longest run is %+v", n, got.LongestRun)
	}
	if got := jerks(tr, events[:n-1], p); got.LongestRun != nil {
		t.Errorf("of %d jerks the longest run is %+v", n-1, got.LongestRun)
	}
	got := jerks(tr, events, p)
	if got.N != 3*n+3 || got.LongestRun == nil || got.LongestRun.Jerks != n+3 || math.Abs(got.LongestRun.RateHz-2) > 0.05 {
		t.Errorf("%d jerks, longest run %+v", got.N, got.LongestRun)
	}
}

// Within one event a jerk is a rise and a fall of a third of the event's top, or of six
// times the noise where that is more.
func TestJerksWithinAnEvent(t *testing.T) {
	for _, c := range []struct {
		name     string
		humps    []float64 // mm, 0.2 s apart
		dip      float64   // mm between them
		noise    float64
		want     int
		leftSide bool
	}{
		{"two", []float64{3, 3}, 1.5, 0.05, 2, false}, {"a shallow dip", []float64{3, 3}, 2.2, 0.05, 1, false},
		{"of the left", []float64{3, 3}, 1.5, 0.05, 2, true}, {"a small second one", []float64{3, 0.8}, 0, 0.05, 1, false},
		{"within the noise", []float64{3, 3}, 1.5, 0.3, 1, false}, {"three", []float64{2, 3, 2.5}, 0.5, 0.05, 3, false},
	} {
		tr := &event.Trace{}
		sign := 1.0
		e := event.Event{Kind: event.Spasm, Side: anatomy.Right, Lead: anatomy.Mentalis, OnsetS: 1}
		if c.leftSide {
			sign, e.Side = -1, anatomy.Left
		}
		add := func(mm float64) {
			tr.T = append(tr.T, 1+0.1*float64(len(tr.T)))
			tr.Diff[anatomy.AtMentalis] = append(tr.Diff[anatomy.AtMentalis], float32(sign*mm))
		}
		add(0)
		for i, mm := range c.humps {
			if i > 0 {
				add(c.dip)
			}
			add(mm)
		}
		add(0)
		tr.DiffNoiseMM[anatomy.AtMentalis] = c.noise
		e.OffsetS = tr.T[len(tr.T)-1]
		got := peaks(tr, e)
		if len(got) != c.want {
			t.Errorf("%s: jerks at %v, want %d", c.name, got, c.want)
		}
		if c.want == 3 && !slices.Equal(got, []float64{tr.T[1], tr.T[3], tr.T[5]}) {
			t.Errorf("%s: at %v", c.name, got)
		}
	}
}

// An event without an episode has a vote of its own, and takes none from an episode.
func TestVotesWithoutEpisodes(t *testing.T) {
	v, one, two := votes{}, 1, 2
	for range 4 {
		v.cast(nil, anatomy.Right, false)
	}
	v.cast(&one, anatomy.Right, true)
	v.cast(&two, anatomy.Right, true)
	if share, _, n := v.share(); n != 6 || math.Abs(*share-1.0/3) > 1e-12 {
		t.Errorf("%d votes, %g of them yes", n, *share)
	}
}

// frames are times from 10 s on, 20 a second.
func frames(n int) []float64 {
	t := make([]float64, n)
	for i := range t {
		t[i] = 10 + 0.05*float64(i)
	}
	return t
}

// A closure takes in the lids' way down and up: past where they are narrow, as long as
// they are still lowered, and for less than 0.15 s.
func TestTheLidsWayBelongsToAClosure(t *testing.T) {
	for _, c := range []struct {
		name             string
		before, after    []float64 // how wide the eyes are, of open
		wantFrom, wantTo int       // frames; the closure itself is 5 to 9
	}{
		{"shut at once", []float64{1, 1, 1, 1, 1}, []float64{1, 1, 1, 1, 1}, 5, 9},
		{"on the way for 0.1 s", []float64{1, 1, 1, 0.7, 0.65}, []float64{0.65, 0.7, 1, 1, 1}, 3, 11},
		{"for longer", []float64{0.7, 0.7, 0.7, 0.7, 0.7}, []float64{0.7, 0.7, 0.7, 0.7, 0.7}, 3, 11},
		{"hardly lowered", []float64{1, 1, 1, 1, 0.8}, []float64{0.8, 1, 1, 1, 1}, 5, 9},
		{"narrow itself", []float64{1, 1, 1, 1, 0.59}, []float64{1, 1, 1, 1, 1}, 5, 9},
	} {
		times := frames(15)
		narrow := slices.Concat(c.before, []float64{0.2, 0.1, 0.1, 0.1, 0.2}, c.after)
		// A closure ends where the next frame is.
		got := closure{Span: Span{times[5], times[10]}}.whole(times, narrow)
		if math.Abs(got.FromS-times[c.wantFrom]) > 1e-9 || math.Abs(got.ToS-times[c.wantTo+1]) > 1e-9 || math.Abs(got.ShutS-0.25) > 1e-9 {
			t.Errorf("%s: %g to %g s, shut for %g; want %g to %g", c.name, got.FromS, got.ToS, got.ShutS, times[c.wantFrom], times[c.wantTo+1])
		}
	}
}

// Without a trace closures are told from events: of both sides, and as far as the eye
// that closes less.
func TestClosuresToldByEvents(t *testing.T) {
	p := DefaultParams()
	eye := func(side anatomy.Side, mm float64) event.RegionMovement {
		return event.RegionMovement{Region: anatomy.OrbicularisOculi, Side: side, PeakMM: ptr(mm)}
	}
	of := func(side anatomy.Side, regions ...event.RegionMovement) event.Event {
		return event.Event{Kind: event.Blink, Side: side, OnsetS: 3, OffsetS: 3.25, Regions: regions}
	}
	rest := RestingFace{}
	rest.ApertureMM.Right.Value, rest.ApertureMM.Left.Value = ptr(9.0), ptr(11.0) // open by 10 mm on average
	for _, c := range []struct {
		name  string
		e     event.Event
		least float64 // NaN for none
	}{
		{"both alike", of(anatomy.Both, eye(anatomy.Both, 9)), 0.1},
		{"one less", of(anatomy.Both, eye(anatomy.Right, 9), eye(anatomy.Left, 7)), 0.3},
		{"narrowed only", of(anatomy.Both, eye(anatomy.Right, 9), eye(anatomy.Left, 5)), math.NaN()},
		{"one eye", of(anatomy.Right, eye(anatomy.Right, 9)), math.NaN()},
		{"one eye not seen", of(anatomy.Both, eye(anatomy.Right, 9)), math.NaN()},
	} {
		got := closuresTold([]event.Event{c.e}, rest, p)
		if math.IsNaN(c.least) {
			if len(got) != 0 {
				t.Errorf("%s: %+v", c.name, got)
			}
			continue
		}
		if len(got) != 1 || math.Abs(got[0].Least-c.least) > 1e-9 || got[0].Span != (Span{3, 3.25}) || math.Abs(got[0].ShutS-0.25) > 1e-9 {
			t.Errorf("%s: %+v, want %g of open", c.name, got, c.least)
		}
	}
}

// A long stretch of narrow eyes is shut only where hardly more shows than at its darkest;
// a short one is a blink, and one that shows much all the time is a look down.
func TestShutWithinNarrowEyes(t *testing.T) {
	times := frames(30)
	flat := func(v float64) []float64 {
		out := make([]float64, len(times))
		for i := range out {
			out[i] = v
		}
		return out
	}
	dark, narrow := make([]bool, len(times)), flat(0.4)
	shown := flat(0.9) // looks down, but for frames 12 to 19
	for i := 12; i < 20; i++ {
		shown[i] = 0.05
	}
	dark[15], narrow[16] = true, 0.2
	span := func(got []closure) [][2]float64 {
		var out [][2]float64
		for _, c := range got {
			out = append(out, [2]float64{math.Round(c.FromS*100) / 100, math.Round(c.ToS*100) / 100})
		}
		return out
	}
	for _, c := range []struct {
		name string
		a, b int
		see  []float64
		want [][2]float64
	}{
		{"a closure in a look down", 2, 27, shown, [][2]float64{{10.6, 11}}},
		{"its end is the stretch's", 2, 21, shown, [][2]float64{{10.6, 11.1}}},
		{"its beginning is the stretch's", 10, 27, shown, [][2]float64{{10.5, 11}}},
		{"a look down", 2, 27, flat(0.6), nil},
		{"a short look is a blink", 2, 8, flat(0.6), [][2]float64{{10.1, 10.45}}},
		{"shut all the time", 2, 27, flat(0.05), [][2]float64{{10.1, 11.4}}},
		{"nothing is known", 2, 27, flat(math.NaN()), [][2]float64{{10.1, 11.4}}},
	} {
		got := shutWithin(times, narrow, c.see, dark, c.a, c.b)
		if !slices.Equal(span(got), c.want) {
			t.Errorf("%s: %v, want %v", c.name, span(got), c.want)
		}
		if c.name == "a closure in a look down" && (len(got) != 1 || !got[0].Dark || got[0].Least != 0.2) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
