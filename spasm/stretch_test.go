package spasm

import (
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"sort"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// lively is a face that blinks, smiles, turns and has twitches, trains and holds,
// and a mouth that follows its blinks.
func lively(seconds float64, seed uint64) face {
	f := newFace(seconds, seed)
	r := rand.New(rand.NewPCG(seed, 4))
	add := func(side, region int, at, rise, hold, mm float64) {
		from, to := sort.SearchFloat64s(f.T, at-1), sort.SearchFloat64s(f.T, at+2*rise+hold+1)
		face{f.Between(from, to)}.move(side, region, at, rise, hold, mm)
	}
	for at := 2.0; at < seconds-10; at += 0.6 + 4*r.Float64() {
		switch n := r.IntN(12); {
		case n < 5:
			add(anatomy.AtRight, anatomy.AtOrbicularisOculi, at, 0.1, 0.02, 9)
			add(anatomy.AtLeft, anatomy.AtOrbicularisOculi, at, 0.1, 0.02, 8.7)
			if n < 4 {
				add(anatomy.AtLeft, anatomy.AtZygomaticus, at+0.03, 0.08, 0.02, 1)
			}
		case n < 6:
			for s := range 2 {
				add(s, anatomy.AtZygomaticus, at, 0.4, 1, 4)
			}
		case n < 8:
			add(anatomy.AtLeft, anatomy.AtOrbicularisOculi, at, 0.06, 0.02, 0.3+2*r.Float64())
		case n < 9:
			for k := range 4 {
				add(anatomy.AtLeft, anatomy.AtZygomaticus, at+0.2*float64(k), 0.06, 0.02, 1.5)
			}
		case n < 10:
			add(anatomy.AtLeft, anatomy.AtOrbicularisOculi, at, 0.1, 2+10*r.Float64(), 3)
		case n < 11:
			add(anatomy.AtRight, anatomy.AtDepressor, at, 0.5, 0.5, 1.2)
		default:
			part := face{f.Between(sort.SearchFloat64s(f.T, at-1), sort.SearchFloat64s(f.T, at+4))}
			part.turnTo(part.Yaw, at, 1, 12)
		}
	}
	return f
}

// alike reports whether two lists tell the same events, but for rounding.
func alike(t *testing.T, a, b []event.Event) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%d events, as a whole %d", len(a), len(b))
	}
	for i := range a {
		x, y := a[i], b[i]
		if math.Abs(x.OnsetS-y.OnsetS) > 1e-6 || math.Abs(x.OffsetS-y.OffsetS) > 1e-6 || math.Abs(x.Confidence-y.Confidence) > 0.0011 || len(x.Regions) != len(y.Regions) {
			t.Fatalf("event %d is %+v, as a whole %+v", i, x, y)
		}
		for k := range x.Regions {
			p, q := x.Regions[k], y.Regions[k]
			if p.Region != q.Region || p.Side != q.Side || math.Abs(p.OnsetS-q.OnsetS) > 1e-6 || math.Abs(*p.PeakMM-*q.PeakMM) > 0.0011 {
				t.Fatalf("event %d: part %+v, as a whole %+v", i, p, q)
			}
		}
		x.OnsetS, x.OffsetS, x.Confidence, x.Regions, x.RateHz = y.OnsetS, y.OffsetS, y.Confidence, y.Regions, y.RateHz
		if !reflect.DeepEqual(x, y) {
			t.Fatalf("event %d is %+v, as a whole %+v", i, x, y)
		}
	}
}

// A recording searched in stretches has the events that it has as a whole, one by
// one.
func TestStretchesAreTheWhole(t *testing.T) {
	f := lively(1500, 1)
	for i := 700 * 30; i < 702*30; i++ { // nothing seen
		for s := range 2 {
			for k := range anatomy.NumRegions {
				f.DX[s][k][i], f.DY[s][k][i] = event.Missing, event.Missing
			}
		}
	}
	for i := 1000 * 30; i < f.Len(); i++ { // nothing filmed
		f.T[i] += 200
	}
	before := allocated()
	whole := detect(f.Trace, nil, DefaultParams(), f.Len()).Events
	once := allocated() - before
	kinds := map[event.Kind]int{}
	for _, e := range whole {
		kinds[e.Kind]++
	}
	for _, k := range []event.Kind{event.Blink, event.Voluntary, event.Spasm, event.Synkinesis} {
		if kinds[k] < 5 {
			t.Errorf("too little to tell: %v", kinds)
		}
	}
	for _, frames := range []int{9000, 15000} {
		n := len(stretchesOf(f.T, frames))
		t.Logf("%d events in %d stretches", len(whole), n)
		if n < 3 && frames < 10000 {
			t.Errorf("%d stretches", n)
		}
		before := allocated()
		alike(t, detect(f.Trace, nil, DefaultParams(), frames).Events, whole)
		if took := allocated() - before; took > mostAgain*once {
			t.Errorf("in %d stretches %d MB were allocated, in one %d: something is worked out again for each movement", n, took>>20, once>>20)
		}
	}
}

// mostAgain is how many times the memory that a search in one stretch allocates, one in
// several may: they overlap, and what is seldom asked for is worked out again.
const mostAgain = 3

// allocated is all that was ever allocated, bytes.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// Every frame is in one stretch of its own, well within what is searched of it.
func TestStretches(t *testing.T) {
	for _, rate := range []float64{10, 30, 240} {
		f := make([]float64, int(rate*3600))
		for i := range f {
			f[i] = float64(i) / rate
		}
		next := 0
		for _, s := range stretchesOf(f, stretchFrames) {
			if s.from != next || s.to <= s.from {
				t.Fatalf("%g frames a second: %+v after frame %d", rate, s, next)
			}
			if s.from > 0 && f[s.from]-f[s.a] < overlapS-0.01 || s.to < len(f) && f[s.b]-f[s.to] < overlapS-0.01 {
				t.Errorf("%g frames a second: %+v is too narrow", rate, s)
			}
			if f[s.b-1]-f[s.a] < stretchS && s.b-s.a < len(f) {
				t.Errorf("%g frames a second: %+v is too short", rate, s)
			}
			next = s.to
		}
		if next != len(f) {
			t.Errorf("%g frames a second: %d of %d frames", rate, next, len(f))
		}
	}
	if n := len(stretchesOf(make([]float64, stretchFrames), stretchFrames)); n != 1 {
		t.Errorf("twenty minutes are %d stretches", n)
	}
}

// They are joined where nothing moves.
func TestJoinedInAPause(t *testing.T) {
	f := &found{}
	f.one[2] = []movement{{on: 90, off: 98}, {on: 103, off: 108}, {on: 98.5, off: 99}}
	f.lids = []movement{{on: 110, off: 160}, {on: 50, off: 91}}
	if at := calmest(100, f); at != 101 {
		t.Errorf("joined at %g", at)
	}
	f.mesh = []movement{{on: 40, off: 160}}
	if at := calmest(100, f); at != 100 {
		t.Errorf("without a pause joined at %g", at)
	}
}
