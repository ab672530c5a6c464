package measure

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math"
	"os"
	"testing"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
)

// knownSize is a size that a result printed, with the true one (docs/sizes.md).
type knownSize struct {
	Who               string
	Region            anatomy.Region
	Both              bool
	Read, Truth, SD   float64
	inOwn, inInterval bool
}

// knownSizes are the printed sizes that the error model was fitted on, each judged by
// the trace's own uncertainty and by a model.
func knownSizes(t *testing.T, m SizeModel) []knownSize {
	t.Helper()
	b, err := os.ReadFile("testdata/sizes.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []knownSize
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		var k knownSize
		if err := json.Unmarshal(s.Bytes(), &k); err != nil {
			t.Fatal(err)
		}
		row, ok := m.Of(k.Region, k.Both)
		if !ok {
			t.Fatalf("no row for %s, both %t", k.Region, k.Both)
		}
		ci := m.Interval(row, k.Read, k.SD, sizeLevel)
		k.inInterval = k.Truth >= ci[0] && k.Truth <= ci[1]
		k.inOwn = math.Abs(k.Truth-k.Read) <= 1.96*k.SD
		out = append(out, k)
	}
	return out
}

// The intervals hold the true sizes that they were fitted on, in every region and of
// every head and person, where the trace's own uncertainty alone does not. Faces that
// took no part in the fit are judged in docs/sizes.md.
func TestSizesHoldTheTruth(t *testing.T) {
	all := knownSizes(t, Sizing())
	if len(all) < 300 {
		t.Fatalf("only %d sizes", len(all))
	}
	type tally struct{ own, in, n int }
	by := map[string]*tally{}
	for _, k := range all {
		for _, name := range []string{"all", string(k.Region), k.Who} {
			if by[name] == nil {
				by[name] = new(tally)
			}
			by[name].n++
			if k.inOwn {
				by[name].own++
			}
			if k.inInterval {
				by[name].in++
			}
		}
	}
	for name, c := range by {
		least := 0.9 // few sizes each
		if name == "all" {
			least = 0.95
		}
		if share := float64(c.in) / float64(c.n); share < least {
			t.Errorf("%s: %d of %d true sizes lie in their interval, less than %.2f", name, c.in, c.n, least)
		}
	}
	if c := by["all"]; float64(c.own)/float64(c.n) > 0.8 {
		t.Errorf("the trace's own uncertainty holds %d of %d: the model is not needed", c.own, c.n)
	}
}

// An interval is no wider than the errors ask for: half of the true sizes lie in the
// interval of 68 %, and not all of them.
func TestSizesNoWiderThanNeeded(t *testing.T) {
	m := Sizing()
	in, all := 0, knownSizes(t, m)
	for _, k := range all {
		row, _ := m.Of(k.Region, k.Both)
		if ci := m.Interval(row, k.Read, k.SD, 0.68); k.Truth >= ci[0] && k.Truth <= ci[1] {
			in++
		}
	}
	if share := float64(in) / float64(len(all)); share < 0.6 || share > 0.85 {
		t.Errorf("%d of %d true sizes lie in the interval of 68 %%", in, len(all))
	}
}

// Every number of the model says where it comes from, and every region has a row.
func TestSizeModel(t *testing.T) {
	m := Sizing()
	for _, r := range m.Rows {
		if m.Sources[r.Source] == "" || r.Tag != "derived" && r.Tag != "estimate" || (r.Tag == "estimate") != (r.Region == "") {
			t.Errorf("%s: tag %q, source %q", r.Region, r.Tag, r.Source)
		}
		if r.Gain <= 0 || r.Share < 0 || r.FloorMM <= 0 || r.N < 4 || r.Groups < 3 {
			t.Errorf("%+v is no row", r)
		}
	}
	for _, region := range anatomy.Regions {
		for _, both := range []bool{false, true} {
			if _, ok := m.Of(region, both); !ok {
				t.Errorf("%s, both %t, has no row", region, both)
			}
		}
	}
	for _, short := range []anatomy.Region{anatomy.Malar, anatomy.Depressor} { // about half, and four fifths
		row, _ := m.Of(short, false)
		if ci := m.Interval(row, 2, 0.1, 0.95); ci[1]-2 <= 1.5*(2-ci[0]) {
			t.Errorf("%s, which reads short: 2 mm (%.2f–%.2f)", short, ci[0], ci[1])
		}
	}
}

// An interval holds the size that was read, is on its side of zero, grows with the size,
// with the trace's own uncertainty and with the probability, and is the same for a
// movement against the region's direction.
func TestSizeInterval(t *testing.T) {
	m := Sizing()
	rapid.Check(t, func(t *rapid.T) {
		row, _ := m.Of(rapid.SampledFrom(anatomy.Regions).Draw(t, "region"), rapid.Bool().Draw(t, "both"))
		mm, sd := rapid.Float64Range(0.01, 20).Draw(t, "mm"), rapid.Float64Range(0, 3).Draw(t, "sd")
		ci := m.Interval(row, mm, sd, 0.95)
		if ci[0] < 0 || ci[0] > mm || ci[1] < mm {
			t.Fatalf("%v does not hold %g", ci, mm)
		}
		for _, more := range [][2]float64{m.Interval(row, mm, sd+0.1, 0.95), m.Interval(row, mm, sd, 0.99), m.Interval(row, mm+0.1, sd, 0.95)} {
			if more[1] <= ci[1] {
				t.Errorf("%v after %v", more, ci)
			}
		}
		if away := m.Interval(row, -mm, sd, 0.95); away != [2]float64{-ci[1], -ci[0]} {
			t.Errorf("%v of a movement the other way, %v", away, ci)
		}
	})
}

// The sizes of events get their intervals from the trace's uncertainty while they last,
// and nothing else of the events changes.
func TestSizes(t *testing.T) {
	const n, at = 100, 0.1
	tr := &event.Trace{MMPerPx: 0.3, ScaleUncertainty: 0.08}
	for i := range n {
		tr.T = append(tr.T, float64(i)*at)
	}
	nan := float32(math.NaN())
	for s := range tr.SD {
		for k := range tr.SD[s] {
			tr.SD[s][k] = make([]float32, n)
			for i := range n {
				tr.SD[s][k][i] = 3 // elsewhere
				if i >= 20 && i <= 30 {
					tr.SD[s][k][i] = 0.3 + 0.1*float32(s)
				}
			}
			tr.NoiseMM[s][k] = 0.25
		}
	}
	mm := 2.0
	part := func(side anatomy.Side, size *float64) event.RegionMovement {
		return event.RegionMovement{Region: anatomy.Zygomaticus, Side: side, OnsetS: 2, PeakMM: size}
	}
	of := func(side anatomy.Side, parts ...event.RegionMovement) *event.Event {
		return &event.Event{Side: side, OnsetS: 2, OffsetS: 3, Regions: parts}
	}
	scale := 0.04 * mm
	for _, c := range []struct {
		name string
		e    *event.Event
		want float64
	}{
		{"one side", of(anatomy.Right, part(anatomy.Right, &mm)), math.Hypot(math.Hypot(0.3, 0.4), scale)},
		{"both sides", of(anatomy.Both, part(anatomy.Left, &mm)), math.Hypot(0.4, scale)},
	} {
		if sd := OwnSizeSD(c.e, &c.e.Regions[0], tr); math.Abs(sd-c.want) > 1e-6 {
			t.Errorf("%s: %g, want %g", c.name, sd, c.want)
		}
	}
	for i := 20; i <= 30; i++ {
		tr.SD[0][anatomy.AtZygomaticus][i], tr.SD[1][anatomy.AtZygomaticus][i] = nan, nan
	}
	if e := of(anatomy.Right, part(anatomy.Right, &mm)); math.Abs(OwnSizeSD(e, &e.Regions[0], tr)-math.Hypot(0.25, scale)) > 1e-6 {
		t.Errorf("a region whose uncertainty is not known has %g", OwnSizeSD(e, &e.Regions[0], tr))
	}
	events := []event.Event{*of(anatomy.Right, part(anatomy.Right, &mm), part(anatomy.Right, nil))}
	Sizes(events, tr)
	r := events[0].Regions
	if *r[0].PeakMM != mm || r[0].PeakCI95MM == nil || r[1].PeakCI95MM != nil {
		t.Errorf("%+v", r)
	}
	row, _ := sizeModel.Of(anatomy.Zygomaticus, false)
	want := sizeModel.Interval(row, mm, math.Hypot(0.25, scale), 0.95)
	if got := *r[0].PeakCI95MM; math.Abs(got[0]-want[0]) > 1e-3 || math.Abs(got[1]-want[1]) > 1e-3 {
		t.Errorf("%v, want %v", got, want)
	}
}

// The interval of a median is from the median of the low ends to that of the high ones.
func TestSpreadWithItsRange(t *testing.T) {
	var events []event.Event
	for i, mm := range []float64{1, 3, 2} {
		events = append(events, event.Event{Kind: event.Spasm, Side: anatomy.Left, OnsetS: float64(i), OffsetS: float64(i) + 0.2,
			Regions: []event.RegionMovement{{Region: anatomy.Malar, Side: anatomy.Left, OnsetS: float64(i), PeakMM: &mm, PeakCI95MM: &[2]float64{mm - 0.5, 2 * mm}}}})
	}
	sum := func() RegionShare {
		return Summarize(events, FullView([]Span{{0, 10}}), nil, DefaultParams()).Spread[0]
	}
	if r := sum(); *r.PeakMM != 2 || r.PeakCI95MM == nil || *r.PeakCI95MM != [2]float64{1.5, 4} {
		t.Errorf("%+v", r)
	}
	events[1].Regions[0].PeakCI95MM = nil
	if r := sum(); r.PeakCI95MM != nil {
		t.Errorf("one size without an interval: %v", *r.PeakCI95MM)
	}
}
