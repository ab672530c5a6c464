package pipeline

import (
	"cmp"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
	"facialis/report"
	"facialis/spasm"
	"facialis/words"
)

// View is when the face was tracked and when each region of each side was seen, by the
// trace and what was found in it.
func View(tr *event.Trace, events []event.Event) (measure.View, *event.Sight) {
	sight := spasm.Look(tr, events)
	return measure.ViewOf(Usable(tr), sight, events), sight
}

// mostUnseen is how many stretches of one region and side are told, the longest
// first: a film of hours may have hundreds, and the figures of tracking.seen hold them
// all.
const mostUnseen = 12

// unseenJoinS: stretches of several regions of one side that begin and end within this
// of each other are told in one sentence.
const unseenJoinS = 1.0

// unseen is a stretch in which regions of one side were not seen.
type unseen struct {
	side    int
	span    measure.Span
	regions []anatomy.Region
}

// unseenWarnings say what was not seen, with its times: the code is lid_not_seen where
// it is an eye alone, else not_seen.
func unseenWarnings(v measure.View, sidesKnown bool) []report.Warning {
	var all []unseen
	for s := range anatomy.Sides {
		for k, region := range anatomy.Regions {
			spans := v.Unseen(s, k)
			slices.SortFunc(spans, func(a, b measure.Span) int { return cmp.Compare(b.Len(), a.Len()) })
			for _, u := range spans[:min(len(spans), mostUnseen)] {
				i := slices.IndexFunc(all, func(o unseen) bool {
					return o.side == s && abs(o.span.FromS-u.FromS) < unseenJoinS && abs(o.span.ToS-u.ToS) < unseenJoinS
				})
				if i < 0 {
					all = append(all, unseen{s, u, []anatomy.Region{region}})
					continue
				}
				o := &all[i]
				o.span = measure.Span{FromS: min(o.span.FromS, u.FromS), ToS: max(o.span.ToS, u.ToS)}
				o.regions = append(o.regions, region)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b unseen) int { return cmp.Compare(a.span.FromS, b.span.FromS) })
	var out []report.Warning
	for _, u := range all {
		code := "not_seen"
		if len(u.regions) == 1 && u.regions[0] == anatomy.OrbicularisOculi {
			code = "lid_not_seen"
		}
		out = append(out, report.Warning{Code: code, Text: report.NotSeenText(words.Default(), u.regions, anatomy.Sides[u.side], sidesKnown), FromS: &u.span.FromS, ToS: &u.span.ToS})
	}
	return out
}

func abs(v float64) float64 { return max(v, -v) }
