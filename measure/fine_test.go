package measure

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// sums is a column of tones, mm and Hz each, at 25 frames a second.
func sums(n int, tones ...[2]float64) ([]float64, []float32) {
	t, c := make([]float64, n), make([]float32, n)
	for i := range t {
		t[i] = float64(i) / 25
		for _, x := range tones {
			c[i] += float32(x[0] * math.Sin(2*math.Pi*x[1]*t[i]))
		}
	}
	return t, c
}

// The tones of a window are told by their size and rate: 50 frames, so that a bin is
// half a Hz.
func TestTonesOfAWindow(t *testing.T) {
	p := DefaultParams()
	p.FineWindowS = 2
	for _, c := range []struct {
		name          string
		tones         [][2]float64
		amp, hz, conc float64
	}{
		{"one", [][2]float64{{0.4, 6}}, 0.4, 6, 1},
		{"at the low end", [][2]float64{{0.4, 2}}, 0.4 * math.Sqrt(5.0/6), 2, 1}, // a side lobe of a sixth lies below
		{"at the high end", [][2]float64{{0.4, 10}}, 0.4 * math.Sqrt(5.0/6), 10, 1},
		{"with a slow and a fast one", [][2]float64{{0.4, 6}, {3, 0.5}, {3, 12}}, 0.4, 6, 1},
		{"two of a size, far apart", [][2]float64{{0.4, 4}, {0.41, 8}}, 0.41, 8, 0.512},
		{"a smaller one beside it", [][2]float64{{0.4, 7}, {0.2, 4}}, 0.4, 7, 0.8},
	} {
		at, col := sums(150, c.tones...)
		for i, got := range tones(at, col, 50, 25, p) {
			if math.Abs(got.amp-c.amp) > 0.004 || math.Abs(got.hz-c.hz) > 1e-9 || math.Abs(got.conc-c.conc) > 0.01 {
				t.Errorf("%s, window %d: %+v, want %g mm at %g Hz, %g of the power", c.name, i, got, c.amp, c.hz, c.conc)
			}
		}
	}
	at, col := sums(150, [2]float64{0.4, 6})
	if got := tones(at, col, 50, 25, p); len(got) != 5 { // half overlapped
		t.Errorf("150 frames have %d windows of 50", len(got))
	}
}

// A window looks the same forwards and backwards.
func TestTonesBackwards(t *testing.T) {
	p := DefaultParams()
	p.FineWindowS = 2
	r := rand.New(rand.NewPCG(8, 8))
	at, col := sums(50)
	for i := range col {
		col[i] = float32(r.NormFloat64())
	}
	there := tones(at, col, 50, 25, p)[0]
	slices.Reverse(col)
	back := tones(at, col, 50, 25, p)[0]
	if math.Abs(there.amp-back.amp) > 1e-9 || there.hz != back.hz || math.Abs(there.conc-back.conc) > 1e-9 {
		t.Errorf("forwards %+v, backwards %+v", there, back)
	}
}

// A window with a hole in its time or too much that is missing has no tone; a frame
// that is missing is taken for the one before.
func TestTonesOfBrokenWindows(t *testing.T) {
	p := DefaultParams()
	p.FineWindowS = 2
	at, col := sums(50, [2]float64{0.4, 3})
	for i := 30; i < 50; i++ {
		at[i] += 0.5
	}
	if got := tones(at, col, 50, 25, p)[0]; got.amp == got.amp {
		t.Errorf("over a hole: %+v", got)
	}
	for _, missing := range []int{2, 3} { // a twentieth of 50 frames is 2
		at, col = sums(50, [2]float64{0.4, 3})
		for i := range missing {
			col[10+9*i] = float32(math.NaN())
		}
		got := tones(at, col, 50, 25, p)[0]
		if known := got.amp == got.amp; known != (missing == 2) || known && (got.hz != 3 || math.Abs(got.amp-0.4) > 0.03) {
			t.Errorf("%d missing: %+v", missing, got)
		}
	}
	at, col = sums(50, [2]float64{0.4, 3})
	want := slices.Clone(col)
	want[20] = want[19]
	col[20] = float32(math.NaN())
	if a, b := tones(at, col, 50, 25, p)[0], tones(at, want, 50, 25, p)[0]; a != b {
		t.Errorf("a missing frame: %+v, as the one before it: %+v", a, b)
	}
}

// Which windows are active, and of which side.
func TestActiveWindows(t *testing.T) {
	p := DefaultParams()
	amp := func(mm float64) tone { return tone{mm, 6, 0.9} }
	none := tone{math.NaN(), math.NaN(), math.NaN()}
	for _, c := range []struct {
		name                        string
		right, left                 tone
		alone                       *tone
		noiseRight, noiseLeft, diff float64
		loud                        bool
		looked, active, both, ofR   int
	}{
		{"right", amp(0.4), amp(0.1), nil, 0.05, 0.05, 0.05, false, 1, 1, 0, 1},
		{"left", amp(0.1), amp(0.4), nil, 0.05, 0.05, 0.05, false, 1, 1, 0, 0},
		{"both", amp(0.3), amp(0.4), nil, 0.05, 0.05, 0.05, false, 1, 1, 1, 0},
		{"half of the other's", amp(0.4), amp(0.19), nil, 0.05, 0.05, 0.05, false, 1, 1, 0, 1},
		{"too small", amp(0.09), amp(0.05), nil, 0.01, 0.01, 0.01, false, 1, 0, 0, 0},
		{"in its noise", amp(0.4), amp(0.1), nil, 0.3, 0.01, 0.01, false, 1, 0, 0, 0},
		{"in the other side's noise", amp(0.4), amp(0.1), nil, 0.01, 0.3, 0.3, false, 1, 1, 0, 1},
		{"left in its noise", amp(0.1), amp(0.4), nil, 0.01, 0.3, 0.01, false, 1, 0, 0, 0},
		{"something larger goes on", amp(0.4), amp(0.1), nil, 0.05, 0.05, 0.05, true, 0, 0, 0, 0},
		{"right not known", none, amp(0.4), nil, 0.05, 0.05, 0.05, false, 0, 0, 0, 0},
		{"left not known", amp(0.4), none, nil, 0.05, 0.05, 0.05, false, 0, 0, 0, 0},
		{"lids together", amp(0.4), amp(0.38), &tone{0.05, 6, 0.9}, 0.01, 0.01, 0.01, false, 1, 0, 0, 0},
		{"a lid alone", amp(0.4), amp(0.38), &tone{0.2, 6, 0.9}, 0.01, 0.01, 0.01, false, 1, 1, 0, 1},
		{"a lid in its noise", amp(0.4), amp(0.1), &tone{0.2, 6, 0.9}, 0.01, 0.01, 0.2, false, 1, 0, 0, 0},
		{"the lids' difference not known", amp(0.4), amp(0.1), &none, 0.01, 0.01, 0.01, false, 1, 0, 0, 0},
	} {
		tr := &event.Trace{}
		k := anatomy.AtMentalis
		tr.NoiseMM[anatomy.AtRight][k], tr.NoiseMM[anatomy.AtLeft][k], tr.DiffNoiseMM[k] = c.noiseRight, c.noiseLeft, c.diff
		var alone []tone
		if c.alone != nil {
			alone = []tone{*c.alone}
		}
		w := activeWindows(tr, k, [2][]tone{{c.right}, {c.left}}, alone, []bool{!c.loud}, p)
		if w.looked != c.looked || w.active != c.active || w.both != c.both || w.right != c.ofR {
			t.Errorf("%s: looked at %d, active %d, both %d, right %d", c.name, w.looked, w.active, w.both, w.right)
		}
	}
}

// A region's fine movement is of the side that most of its windows are of.
func TestFineMovementOfWindows(t *testing.T) {
	for _, c := range []struct {
		active, both, right int
		want                anatomy.Side
	}{{5, 3, 2, anatomy.Both}, {5, 2, 2, anatomy.Right}, {5, 2, 1, anatomy.Left}, {4, 2, 0, anatomy.Left}, {4, 0, 2, anatomy.Left}, {4, 0, 3, anatomy.Right}} {
		w := fineWindows{looked: 10, active: c.active, both: c.both, right: c.right,
			amp: []float64{0.1, 0.2, 0.6}, hz: []float64{7, 3, 5, 6, 4}, conc: []float64{0.5, 0.7, 0.6}}
		f := w.movement(anatomy.Malar)
		if f.Side != c.want || f.ActiveShare != float64(c.active)/10 || *f.ActiveShareCI95 != *Wilson(c.active, 10) {
			t.Errorf("%+v: %+v", c, f)
		}
		// The quartiles of the rates are 4 and 6 Hz.
		if f.AmplitudeMM != 0.2 || f.RateHz != 5 || f.Concentration != 0.6 || math.Abs(f.RateSpreadHz-2/1.349) > 1e-9 {
			t.Errorf("%+v", f)
		}
	}
}

// What hides fine movement: what was asked for, and events that go beyond 1.5 mm or of
// which nobody knows how far, from a little before to a little after.
func TestLargeMovements(t *testing.T) {
	p := DefaultParams()
	of := func(kind event.Kind, on float64, mm ...float64) event.Event {
		e := event.Event{Kind: kind, OnsetS: on, OffsetS: on + 1}
		for _, v := range mm {
			e.Regions = append(e.Regions, event.RegionMovement{PeakMM: ptr(v)})
		}
		return e
	}
	got := largeMovements([]event.Event{
		of(event.Spasm, 10, 0.5, 2, 1), of(event.Spasm, 20, 1.4, 0.2), of(event.Blink, 30, 9), of(event.Spasm, 40),
	}, []event.Task{{Task: "smile", FromS: 50, ToS: 55}, {Task: "rest", FromS: 60, ToS: 70}}, p)
	want := []Span{{9.9, 11.3}, {39.9, 41.3}, {50, 55}}
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i := range want {
		if math.Abs(got[i].FromS-want[i].FromS) > 1e-9 || math.Abs(got[i].ToS-want[i].ToS) > 1e-9 {
			t.Errorf("%v, want %v", got[i], want[i])
		}
	}
}

// tremor is a chin that trembles on the left by 0.4 mm at 6.05 Hz, the middle of a bin
// of 62 frames at 25 a second, for s seconds.
func tremor(s, rate float64) *event.Trace {
	tr := still(s)
	for i := range tr.T {
		tr.T[i] *= 30 / rate
		tr.Along[anatomy.AtLeft][anatomy.AtMentalis][i] += float32(0.4 * math.Sin(2*math.Pi*15*25.0/62*tr.T[i]))
	}
	differ(tr)
	return tr
}

// A head that is held turned hides nothing, one that turns does, each way; so do lips
// that part, and not lips that stay apart.
func TestWhatHidesATremor(t *testing.T) {
	swing := func(c []float32, level, by float64) {
		for i := range c {
			c[i] = float32(level + by*math.Sin(float64(i)/12))
		}
	}
	for name, c := range map[string]struct {
		do   func(tr *event.Trace)
		want int
	}{
		"nothing":           {func(*event.Trace) {}, 1},
		"a turned head":     {func(tr *event.Trace) { swing(tr.Yaw, 10, 0.1) }, 1},
		"a head that turns": {func(tr *event.Trace) { swing(tr.Yaw, 0, 3) }, 0},
		"one that nods":     {func(tr *event.Trace) { swing(tr.Pitch, 0, 3) }, 0},
		"one that tilts":    {func(tr *event.Trace) { swing(tr.Roll, 0, 3) }, 0},
		"one that sways":    {func(tr *event.Trace) { swing(tr.Roll, 0, 1.5) }, 1},
		"parted lips":       {func(tr *event.Trace) { swing(tr.LipOpen, 6, 0.1) }, 1},
		"lips that part":    {func(tr *event.Trace) { swing(tr.LipOpen, 0, 1) }, 0},
	} {
		tr := tremor(20, 30)
		c.do(tr)
		if got := watched(tr, nil, nil).Fine; len(got) != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// The rate of a tremor is told by the film's own clock, from enough of film and with
// enough pictures a second.
func TestFineNeedsFilm(t *testing.T) {
	tr := tremor(8, 25)
	got := watched(tr, nil, nil).Fine
	if len(got) != 1 || math.Abs(got[0].RateHz-15*25.0/62) > 0.01 {
		t.Errorf("a tremor of %.3f Hz: %+v", 15*25.0/62, got)
	}
	for _, c := range []struct {
		s, rate float64
		want    int
	}{{8, 25, 1}, {7, 25, 0}, {30, 21.5, 0}, {30, 23, 1}} { // 210 pictures have five windows
		if got := watched(tremor(c.s, c.rate), nil, nil).Fine; len(got) != c.want {
			t.Errorf("%g pictures, %g a second: %+v", 30*c.s, c.rate, got)
		}
	}
}
