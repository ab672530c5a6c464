package spasm

import "facialis/event"

// Small are the candidates that are no events, with their terms: what is written
// beside an analysis.
func (r Result) Small(p Params) *event.Candidates {
	out := &event.Candidates{LeastLogOdds: p.LeastLogOdds}
	for _, f := range Features {
		out.Terms = append(out.Terms, f.Name)
	}
	for _, c := range r.Candidates {
		if c.Reported {
			continue
		}
		out.List = append(out.List, event.Candidate{Event: c.Event, LogOdds: c.LogOdds, Terms: c.Terms, Gates: c.Gates, Rival: c.Rival})
	}
	return out
}
