package report

import (
	"html/template"
	"math"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// canvas is one of the two widths in which wide pictures are drawn: for a desk
// and for a phone.
type canvas struct {
	name           string
	w, left, font  float64
	rows, maxTicks int
	points         int // of a curve
}

var canvases = []canvas{
	{name: "wide", w: 1080, left: 74, font: 15, rows: 8, maxTicks: 10, points: 2000},
	{name: "narrow", w: 360, left: 44, font: 12, rows: 8, maxTicks: 4, points: 700},
}

// sheetCanvases are those of the first page, which has fewer rows.
var sheetCanvases = []canvas{
	{name: "sheet-wide", w: 1080, left: 66, font: 15, rows: sheetRows, maxTicks: 10},
	{name: "sheet-narrow", w: 360, left: 44, font: 12, rows: sheetRows, maxTicks: 4},
}

// drawnKinds is the order in which events are drawn, the most important last
// and so on top.
var drawnKinds = []event.Kind{event.Other, event.Voluntary, event.Blink, event.Synkinesis, event.Spasm}

// kindHeight is how much of a lane a kind's mark fills.
var kindHeight = map[event.Kind]float64{event.Other: 0.45, event.Voluntary: 0.6, event.Blink: 0.3, event.Synkinesis: 0.8, event.Spasm: 1}

const maxTooltips = 500 // more events than this are drawn without a text of their own

// rowLength is a round length of time of which about rows, and no more than a
// twentieth over, make up the film.
func rowLength(duration float64, rows int) float64 {
	for _, s := range []float64{20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200} {
		if duration <= s*float64(rows)*1.05 {
			return s
		}
	}
	return math.Ceil(duration/float64(rows)/3600) * 3600
}

// tickStep is a round step that makes at most n ticks in a length of time.
func tickStep(length float64, n int) float64 {
	for _, s := range []float64{0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200} {
		if length/s <= float64(n) {
			return s
		}
	}
	return length / float64(n)
}

// timeline draws the film as rows of two lanes, the right side above the left; of
// one lane where the sides cannot be told apart.
func (l voice) timeline(a *Analysis, gaps []measure.Span, c canvas) template.HTML {
	dur := max(a.Recording.DurationS, 1)
	row := rowLength(dur, c.rows)
	n := max(1, int(math.Ceil(dur/row-0.05)))
	if rest := dur - float64(n-1)*row; n == 1 || rest > row { // no row for the last second of a film
		row = dur / float64(n)
	}
	lane := 1.6 * c.font
	taskH := 0.0
	if len(a.Tasks) > 0 {
		taskH = 1.5 * c.font
	}
	lanes := anatomy.Sides[:]
	m := a.Measures.Sides
	desc := l.Say("report.timeline.desc", args{"Lines": n, "Length": l.clock(row), "Right": m.Right.Spasms, "Left": m.Left.Spasms})
	if !a.SideKnown() {
		lanes = []anatomy.Side{anatomy.Unknown}
		desc = l.Say("report.timeline.desc.hidden", args{"Lines": n, "Length": l.clock(row), "Spasms": a.Measures.Spasms})
	}
	rowH := taskH + float64(len(lanes))*lane + 2.6*c.font
	s := newSVG("timeline-"+c.name, c.w, float64(n)*rowH+4, l.Say("report.timeline.head"), desc)
	for i := range n {
		from := float64(i) * row
		r := timelineRow{voice: l, canvas: c, lanes: lanes, s: s, from: from, to: min(from+row, dur), row: row, y: float64(i) * rowH, lane: lane, taskH: taskH,
			scale: (c.w - c.left - 4) / row}
		r.draw(a, gaps)
	}
	return s.html()
}

type timelineRow struct {
	voice
	canvas
	lanes          []anatomy.Side
	s              *svg
	from, to, row  float64 // row is the length of every row but the last
	y, lane, taskH float64
	scale          float64 // units a second
}

func (r *timelineRow) x(t float64) float64 {
	return r.left + (min(max(t, r.from), r.to)-r.from)*r.scale
}

func (r *timelineRow) draw(a *Analysis, gaps []measure.Span) {
	top := r.y + r.taskH
	for _, t := range a.Tasks {
		if t.ToS <= r.from || t.FromS >= r.to {
			continue
		}
		x, w := r.x(t.FromS), r.x(t.ToS)-r.x(t.FromS)
		name := r.task(t.Task)
		r.s.rect("task", x, r.y+2, max(w-1, 1), r.taskH-4, name)
		if textWidth(name, r.font*0.85) < w-6 {
			r.s.text("ink", "start", x+4, r.y+r.taskH-0.45*r.font, r.font*0.85, name)
		}
	}
	bottom := top + float64(len(r.lanes))*(r.lane+3) - 3
	for k, side := range r.lanes {
		y := top + float64(k)*(r.lane+3)
		r.s.rect("lane", r.left, y, (r.to-r.from)*r.scale, r.lane, "")
		if side != anatomy.Unknown {
			r.s.text("ink", "end", r.left-6, y+r.lane*0.72, r.font, capital(r.side(side)))
		}
		for _, kind := range drawnKinds {
			r.marks(a.Events, side, kind, y)
		}
	}
	for _, g := range gaps {
		if g.ToS > r.from && g.FromS < r.to {
			r.s.rect("gap", r.x(g.FromS), top, max(r.x(g.ToS)-r.x(g.FromS), 1), bottom-top, r.Say("report.notSeen"))
		}
	}
	r.axis(r.s, r.canvas, bottom, r.from, r.to, tickStep(r.row, r.maxTicks), r.x)
}

// marks draws one kind's events on one side; marks that would touch are drawn
// as one, which bounds the picture's size however long the film.
func (r *timelineRow) marks(events []event.Event, side anatomy.Side, kind event.Kind, y float64) {
	h := r.lane * kindHeight[kind]
	var x0, x1 float64
	var title string
	open := false
	flush := func() {
		if open {
			r.s.rect("k-"+string(kind), x0, y+r.lane-h, x1-x0, h, title)
		}
		open = false
	}
	for _, e := range events {
		if e.Kind != kind || !takesPart(e, side) || e.OffsetS <= r.from || e.OnsetS >= r.to {
			continue
		}
		a := r.x(e.OnsetS)
		b := max(r.x(e.OffsetS), a+2.5)
		if open && a < x1+0.5 {
			x1, title = max(x1, b), ""
			continue
		}
		flush()
		x0, x1, open, title = a, b, true, ""
		if len(events) <= maxTooltips {
			title = r.eventTitle(e)
		}
	}
	flush()
}

// takesPart says whether an event belongs into a side's lane.
func takesPart(e event.Event, side anatomy.Side) bool {
	return e.Side == side || e.Side == anatomy.Both || side == anatomy.Unknown
}

// axis draws ticks and times below y.
func (l voice) axis(s *svg, c canvas, y, from, to, step float64, x func(float64) float64) {
	for t := math.Ceil(from/step-1e-9) * step; t <= to+1e-9; t += step {
		s.line("tick", x(t), y, x(t), y+4)
		anchor := "middle"
		if x(t) > c.w-1.2*c.font {
			anchor = "end"
		} else if x(t)-c.left < 1 {
			anchor = "start"
		}
		s.text("ink soft", anchor, x(t), y+4+c.font, c.font*0.9, l.stamp(t, step < 1))
	}
}

// eventTitle is an event in one line of words.
func (l voice) eventTitle(e event.Event) string {
	side := capital(l.side(e.Side))
	out := l.Say("report.event.title", args{"Kind": l.kind(e.Kind), "Side": side, "At": l.stamp(e.OnsetS, true), "Length": l.clock(e.Duration())})
	for _, r := range byOnset(e.Regions) {
		if e.Side != anatomy.Both || r.Side != anatomy.Left {
			out = l.Parts(out, l.region(r.Region)+" "+l.movement(r))
		}
	}
	return out
}

// legend names the kinds that the film has, with their marks.
func (l voice) legend(a *Analysis, gaps []measure.Span) []legendItem {
	var out []legendItem
	for i := len(drawnKinds) - 1; i >= 0; i-- {
		if k := drawnKinds[i]; len(ofKind(a.Events, k)) > 0 {
			out = append(out, legendItem{"k-" + string(k), 20 * kindHeight[k], l.kind(k), len(ofKind(a.Events, k))})
		}
	}
	if len(gaps) > 0 {
		out = append(out, legendItem{"gap", 20, capital(l.Say("report.notSeen")), 0})
	}
	return out
}

type legendItem struct {
	Class  string
	Height float64
	Name   string
	N      int
}

// Y is where the mark's box begins.
func (l legendItem) Y() float64 { return 20 - l.Height }
