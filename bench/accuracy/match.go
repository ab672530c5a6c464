package main

import (
	"fmt"
	"sort"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/validate"
)

// An event counts as of full size from what the goals name, and as of half size
// between 0.465 and 0.525 of it: frames may miss a twitch's very peak.
func full(e event.Event) bool { return validate.AtGoal(e) }
func half(e event.Event) bool { r := validate.GoalRatio(e); return r >= 0.465 && r <= 0.525 }

func involuntary(e event.Event) bool { return e.Kind == event.Spasm || e.Kind == event.Synkinesis }

// oneSided are the events that ought to be found as involuntary.
func oneSided(e event.Event) bool { return involuntary(e) && e.Side != anatomy.Both }

// matched is a clip's truth beside what was found, by indices into the two; −1
// for none.
type matched struct {
	truth, found []event.Event
	// Among the involuntary: which of the found is the drawn one, and back.
	spasms, spasmOf []int
	// Among all events, of whatever kind.
	any, anyOf []int
}

// match pairs the events of a clip: the one-sided, involuntary ones among each
// other, whatever their side and which of the two kinds they are called; and
// all of them, of the same kind rather than of another.
func match(truth, found []event.Event) *matched {
	m := &matched{truth: truth, found: found}
	alike := func(t, r event.Event) float64 {
		var w float64
		if t.Kind == r.Kind {
			w += 3
		}
		if t.Side == r.Side {
			w += 2
		}
		return w
	}
	tol := validate.DefaultParams().ToleranceS
	pair := func(admit func(t, r event.Event) bool) (to, back []int) {
		to, back = make([]int, len(truth)), make([]int, len(found))
		for i := range to {
			to[i] = -1
		}
		for i := range back {
			back[i] = -1
		}
		for _, p := range validate.Match(truth, found, tol, admit, alike) {
			to[p.Truth], back[p.Result] = p.Result, p.Truth
		}
		return to, back
	}
	m.spasms, m.spasmOf = pair(func(t, r event.Event) bool { return involuntary(t) && involuntary(r) })
	m.any, m.anyOf = pair(func(t, r event.Event) bool { return true })
	return m
}

// mistake is an event that is missed, false or mistaken.
type mistake struct {
	Clip  string  `json:"clip"`
	Set   string  `json:"set"`
	AtS   float64 `json:"at_s"`
	What  string  `json:"what"`
	Drawn string  `json:"drawn"` // empty for false ones
	Found string  `json:"found"` // empty for missed ones
}

// mistakes lists what is wrong in a clip, in order of time.
func (c *clip) mistakes() []mistake {
	m := match(c.Truth.Events, c.Found)
	var out []mistake
	add := func(what string, t, r *event.Event) {
		k := mistake{Clip: c.Name, Set: c.Set, What: what}
		if r != nil {
			k.AtS, k.Found = r.OnsetS, describe(*r)
		}
		if t != nil {
			k.AtS, k.Drawn = t.OnsetS, describe(*t)
		}
		out = append(out, k)
	}
	for i, t := range m.truth {
		switch {
		case oneSided(t):
			j := m.spasms[i]
			if j < 0 {
				what := "missed"
				if half(t) {
					what = "missed, half size"
				} else if !full(t) {
					what = "missed, below full size"
				}
				var r *event.Event
				if k := m.any[i]; k >= 0 {
					r = &m.found[k]
				}
				add(what, &t, r)
				continue
			}
			r := m.found[j]
			if t.Side != r.Side {
				add("side", &t, &r)
			}
			if t.Kind != r.Kind {
				add("kind", &t, &r)
			}
			if t.Form != r.Form {
				add("form", &t, &r)
			}
			if t.Lead != r.Lead && peak(t) >= 1 {
				add("lead", &t, &r)
			}
		case m.any[i] < 0:
			add("missed "+string(t.Kind), &t, nil)
		case m.found[m.any[i]].Kind != t.Kind && t.Kind != event.Spasm: // of both sides: see the page
			add("kind", &t, &m.found[m.any[i]])
		}
	}
	for j, r := range m.found {
		switch {
		case involuntary(r) && m.spasmOf[j] < 0:
			what := "false"
			if m.partOf(j) {
				what = "false, part of a drawn one"
			}
			add(what, nil, &r)
		case r.Kind == event.Blink && m.anyOf[j] < 0:
			add("false blink", nil, &r)
		}
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].AtS < out[b].AtS })
	return out
}

// partOf reports whether found event j, which has no partner, lies within half
// a second of a drawn spasm: a part of it that was reported as an event of its own.
func (m *matched) partOf(j int) bool {
	r := m.found[j]
	for _, t := range m.truth {
		if involuntary(t) && r.OnsetS < t.OffsetS+0.5 && r.OffsetS > t.OnsetS-0.5 {
			return true
		}
	}
	return false
}

// peak is an event's largest displacement, mm.
func peak(e event.Event) float64 {
	var top float64
	for _, r := range e.Regions {
		if r.PeakMM != nil {
			top = max(top, *r.PeakMM)
		}
	}
	return top
}

func describe(e event.Event) string {
	var parts []string
	for _, r := range e.Regions {
		p := string(r.Region)
		if e.Side == anatomy.Both {
			p = string(r.Side) + " " + p
		}
		if r.PeakMM != nil {
			p += fmt.Sprintf(" %.2f", *r.PeakMM)
		}
		parts = append(parts, p)
	}
	return fmt.Sprintf("%s %s %s %.2f-%.2f s, lead %s (%s), sure %.2f", e.Side, e.Form, e.Kind, e.OnsetS, e.OffsetS, e.Lead, strings.Join(parts, ", "), e.Confidence)
}
