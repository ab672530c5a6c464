package validate

import (
	"fmt"
	"math"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/words"
)

// timeline is the drawing of one recording: rows of time, in each a lane for
// the truth and one for the result on either side. Positions are shares of the
// row's width, so that one drawing serves a phone and a desk.
type timeline struct {
	Name  string
	Notes []string
	Rows  []timeRow
}

type timeRow struct {
	From, To string
	Ticks    []tick
	Lanes    []lane
	Height   int
}

type tick struct {
	X    string
	Text string
}

type lane struct {
	Y, TextY int
	Label    string
	Marks    []mark
}

type mark struct {
	X, Width string
	Y        int
	Class    string // kind, and whether it was paired
	Title    string
}

// rowLengths are the lengths of time a row may have, seconds.
var rowLengths = []float64{5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600, 7200, 14400}

const (
	rowsAtMost = 24
	laneHeight = 14
)

func newTimeline(l *words.Language, r *Recording) timeline {
	t := timeline{Name: r.Name, Notes: r.Notes}
	end := 0.0
	if r.DurationS != nil {
		end = *r.DurationS
	}
	for _, list := range [][]event.Event{r.A.Events, r.B.Events} {
		for _, e := range list {
			end = math.Max(end, e.OffsetS)
		}
	}
	if end <= 0 {
		return t
	}
	length := rowLengths[len(rowLengths)-1]
	for _, l := range rowLengths {
		if end <= l || l >= 30 && end <= l*rowsAtMost {
			length = l
			break
		}
	}
	pairedT, pairedR := map[int]bool{}, map[int]bool{}
	for _, p := range r.Pairs {
		pairedT[p.Truth], pairedR[p.Result] = true, true
	}
	rows := int(math.Ceil(end / length))
	parts := 4 // a row is ticked at round times
	switch length {
	case 5, 10, 300, 600:
		parts = 5
	case 30:
		parts = 3
	}
	for i := 0; i < rows && i < 500; i++ {
		from := float64(i) * length
		row := timeRow{From: clock(from), To: clock(from + length)}
		for k := range parts {
			row.Ticks = append(row.Ticks, tick{percentOf(float64(k) / float64(parts)), clock(from + length*float64(k)/float64(parts))})
		}
		y := 0
		for _, side := range []anatomy.Side{anatomy.Right, anatomy.Left} {
			row.Lanes = append(row.Lanes,
				newLane(l, say(l, "report.validation.lane.truth", "Side", name(l, side)), side, r.A.Events, pairedT, from, length, y, l.Say("report.validation.missed")),
				newLane(l, say(l, "report.validation.lane.result", "Side", name(l, side)), side, r.B.Events, pairedR, from, length, y+laneHeight+2, l.Say("report.validation.false")))
			y += 2*laneHeight + 10
		}
		row.Height = y + 12
		t.Rows = append(t.Rows, row)
	}
	return t
}

func newLane(lang *words.Language, label string, side anatomy.Side, events []event.Event, paired map[int]bool, from, length float64, y int, alone string) lane {
	l := lane{Y: y, TextY: y + laneHeight - 3, Label: label}
	for i, e := range events {
		if e.OffsetS < from || e.OnsetS >= from+length || e.Side != side && e.Side != anatomy.Both && e.Side != "" {
			continue
		}
		a, b := math.Max(0, (e.OnsetS-from)/length), math.Min(1, (e.OffsetS-from)/length)
		m := mark{X: percentOf(a), Width: percentOf(math.Max(b-a, 0)), Y: y, Class: string(e.Kind)}
		var what []string
		for _, id := range []string{string(e.Side), string(e.Kind), string(e.Form), string(e.Lead)} {
			if id != "" {
				what = append(what, name(lang, id))
			}
		}
		title := []string{strings.Join(what, " "), lang.Decimal(fmt.Sprintf("%.2f–%.2f s", e.OnsetS, e.OffsetS))}
		if p := peakMM(e); p != nil {
			title = append(title, lang.Decimal(fmt.Sprintf("%.1f mm", *p)))
		}
		if !paired[i] {
			m.Class += " alone"
			title = append(title, alone)
		}
		m.Title = lang.Parts(title...)
		l.Marks = append(l.Marks, m)
	}
	return l
}

func percentOf(v float64) string { return fmt.Sprintf("%.3f%%", 100*v) }

// clock writes a time as m:ss, or h:mm:ss from an hour on.
func clock(s float64) string {
	n := int(math.Round(s))
	if n >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", n/3600, n/60%60, n%60)
	}
	return fmt.Sprintf("%d:%02d", n/60, n%60)
}
