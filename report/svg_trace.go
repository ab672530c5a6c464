package report

import (
	"html/template"
	"math"
	"slices"
	"strings"

	"facialis/anatomy"
	"facialis/event"
)

// panel is one place of the face whose curves are drawn.
type panel struct {
	region int // column of the trace
	spasm  anatomy.Region
}

// panels are the eye, the cheek and the mouth; for the mouth the lips or the
// lower lip, whichever took part more.
func panels(a *Analysis) []panel {
	mouth := panel{anatomy.AtDepressor, anatomy.Depressor}
	for _, r := range a.Measures.Spread { // most frequent first
		if r.Region == anatomy.Depressor || r.Region == anatomy.OrbicularisOris {
			if r.Region == anatomy.OrbicularisOris {
				mouth = panel{anatomy.AtOrbicularisOris, anatomy.OrbicularisOris}
			}
			break
		}
	}
	return []panel{{anatomy.AtOrbicularisOculi, anatomy.OrbicularisOculi}, {anatomy.AtZygomaticus, anatomy.Zygomaticus}, mouth}
}

// peakIn is the largest movement of a region on a side within the spasms; empty when
// there is none.
func peakIn(events []event.Event, region anatomy.Region, side anatomy.Side) event.RegionMovement {
	var parts []event.RegionMovement
	for _, e := range ofKind(events, event.Spasm) {
		for _, r := range e.Regions {
			if r.Region == region && (r.Side == side || side == anatomy.Unknown) {
				parts = append(parts, r)
			}
		}
	}
	return furthest(parts)
}

// panelScale is the height of a panel's strips, mm: enough for every spasm and
// for the noise; without a spasm enough for everything.
func panelScale(a *Analysis, t *event.Trace, p panel) float64 {
	top := 0.0
	for s, side := range anatomy.Sides {
		if !a.SideKnown() {
			side = anatomy.Unknown
		}
		if m := peakIn(a.Events, p.spasm, side).PeakMM; m != nil {
			top = max(top, 1.25*math.Abs(*m))
		}
		if n := t.NoiseMM[s][p.region]; finite(n) {
			top = max(top, 10*n)
		}
	}
	if len(ofKind(a.Events, event.Spasm)) == 0 {
		for s := range 2 {
			for _, v := range t.Along[s][p.region] {
				if finite(float64(v)) {
					top = max(top, float64(v))
				}
			}
		}
	}
	return max(0.5, math.Ceil(top*2)/2)
}

// traces draws the curves of eye, cheek and mouth of both sides between two
// times. Each panel's two strips share one scale.
func (l voice) traces(a *Analysis, t *event.Trace, c canvas, id string, from, to float64, stripH float64, desc string) template.HTML {
	ps := panels(a)
	headH := 1.7 * c.font
	panelH := headH + 2*(stripH+4) + 6
	s := newSVG(id, c.w, float64(len(ps))*panelH+2*c.font, l.Say("report.traces.head"), desc)
	x := func(at float64) float64 {
		return c.left + (min(max(at, from), to)-from)/(to-from)*(c.w-c.left-4)
	}
	lo, _ := slices.BinarySearch(t.T, from)
	hi, _ := slices.BinarySearch(t.T, to)
	for i, p := range ps {
		y := float64(i) * panelH
		mm := panelScale(a, t, p)
		s.text("ink strong", "start", c.left, y+1.2*c.font, c.font, capital(l.region(p.spasm)))
		s.text("ink soft", "end", c.w-4, y+1.2*c.font, c.font*0.85, l.Say("report.cut", args{"Size": trim(mm, 1)}))
		for k, side := range anatomy.Sides {
			name := l.side(side)
			if !a.SideKnown() {
				side, name = anatomy.Unknown, [2]string{l.Say("report.traces.one"), l.Say("report.traces.other")}[k]
			}
			top := y + headH + float64(k)*(stripH+4)
			s.rect("lane", c.left, top, c.w-c.left-4, stripH, "")
			bands(s, a.Events, side, from, to, top, stripH, x)
			s.text("ink", "end", c.left-6, top+stripH/2+c.font*0.35, c.font, capital(name))
			zero := top + 0.8*stripH
			s.line("zero", c.left, zero, c.w-4, zero)
			if hi > lo && len(t.Along[k][p.region]) >= hi {
				path := minMaxPath(t.T[lo:hi], t.Along[k][p.region][lo:hi], c.points, x, func(v float64) float64 {
					return min(max(zero-v/mm*0.8*stripH, top), top+stripH)
				})
				s.add(`<path class="curve c-%s" d="%s"/>`, side, path)
			}
		}
	}
	l.axis(s, c, float64(len(ps))*panelH-4, from, to, tickStep(to-from, c.maxTicks), x)
	return s.html()
}

// bands marks the spasms and synkineses of a side behind its curve.
func bands(s *svg, events []event.Event, side anatomy.Side, from, to, y, h float64, x func(float64) float64) {
	last := math.Inf(-1)
	for _, e := range events {
		if (e.Kind != event.Spasm && e.Kind != event.Synkinesis) || !takesPart(e, side) || e.OffsetS < from || e.OnsetS > to {
			continue
		}
		a, b := max(x(e.OnsetS)-0.5, last), x(e.OffsetS)+0.5
		if b-a < 0.3 {
			continue
		}
		s.rect("band b-"+string(e.Kind), a, y, b-a, h, "")
		last = b
	}
}

// minMaxPath is a curve of at most about points vertices: each stretch of
// frames is drawn by its smallest and its largest value in the order in which
// they came. Missing values break the line.
func minMaxPath(t []float64, v []float32, points int, x, y func(float64) float64) string {
	var b strings.Builder
	step := max(1, (2*len(t)+points-1)/points)
	if len(t) <= points {
		step = 1
	}
	pen := "M"
	put := func(i int) {
		b.WriteString(pen + f1(x(t[i])) + " " + f1(y(float64(v[i]))))
		pen = "L"
	}
	for i := 0; i < len(t); i += step {
		lo, hi := -1, -1
		for j := i; j < min(i+step, len(t)); j++ {
			if !finite(float64(v[j])) {
				continue
			}
			if lo < 0 || v[j] < v[lo] {
				lo = j
			}
			if hi < 0 || v[j] > v[hi] {
				hi = j
			}
		}
		switch {
		case lo < 0:
			pen = "M"
		case lo == hi:
			put(lo)
		default:
			put(min(lo, hi))
			put(max(lo, hi))
		}
	}
	return b.String()
}
