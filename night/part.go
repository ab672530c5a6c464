package night

import (
	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// PartBinS is how long the stretches of [Part] are, seconds.
const PartBinS = 600.0

// Part is what one film of a night says by short stretches, so that the films of a
// night can be joined by the clock. It stands in the film's analysis.
type Part struct {
	BinS   float64   `json:"bin_s"`
	Bins   []Hour    `json:"bins"` // those in which something was filmed; times are seconds of the film
	States []Stretch `json:"states"`
}

// PartOf is the part of a night that one film shows.
func PartOf(blocks []Block, states []Stretch, events []event.Event, view measure.View) *Part {
	return &Part{BinS: PartBinS, Bins: hours(blocks, byState(states), states, events, view, PartBinS), States: states}
}

// Recount are the part's stretches with the spasms of other events: the corrected ones.
func (p *Part) Recount(events []event.Event) []Hour {
	out := make([]Hour, len(p.Bins))
	for i, b := range p.Bins {
		b.Spasms, b.Asleep = [2]int{}, [2]int{}
		b.count(events, p.States, p.BinS)
		b.SleepRate = measure.Estimate{} // of the counts that were
		out[i] = b
	}
	return out
}

// count counts the spasms that begin within the stretch, those asleep too, and returns
// how many were asleep on either side.
func (h *Hour) count(events []event.Event, states []Stretch, lengthS float64) (asleepAny int) {
	for _, e := range events {
		if e.Kind != event.Spasm && e.Kind != event.Synkinesis || e.OnsetS < h.FromS || e.OnsetS >= h.FromS+lengthS {
			continue
		}
		asleep := At(states, e.OnsetS) == Asleep
		if asleep {
			asleepAny++
		}
		for s, side := range anatomy.Sides {
			if e.Side == side || e.Side == anatomy.Both {
				h.Spasms[s]++
				if asleep {
					h.Asleep[s]++
				}
			}
		}
	}
	return asleepAny
}

// byState are the filmed times in each state.
func byState(states []Stretch) map[State][]measure.Span {
	by := map[State][]measure.Span{}
	for _, s := range states {
		if s.Why != WhyNotFilmd {
			by[s.State] = append(by[s.State], measure.Span{FromS: s.FromS, ToS: s.ToS})
		}
	}
	return by
}
