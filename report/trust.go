package report

import (
	"slices"
	"strings"

	"facialis/anatomy"
	"facialis/internal/signal"
)

// coarseMM is the smallest visible movement, mm, in the middle region from which the
// page warns that small movements are missed. An engineering choice: about the size of
// a faint twitch of the lower lid.
const coarseMM = 1.0

// trust says how far the figures can be trusted, and each reason for caution. The first
// page and the appendix both say what it says.
func (l voice) trust(a *Analysis) (verdict string, why []string) {
	m := a.Measures
	if s := m.UsableS; s > 0 && s < shortS {
		why = append(why, l.Say("report.trust.short", args{"Seen": l.clock(s)}))
	}
	if !a.SideKnown() {
		why = append(why, l.Say("report.trust.side"))
	}
	if x := middleSmallest(a); x > coarseMM {
		why = append(why, l.Say("report.trust.coarse", args{"Size": l.about(x)}))
	}
	stretches := 0
	for _, w := range a.Quality.Warnings {
		switch {
		case w.Code == SideUnknown:
		case w.FromS != nil:
			stretches++
		case w.Text != "":
			why = append(why, l.sentence(short(WarningText(l.Language, w), sheetSentence)))
		}
	}
	if stretches > 0 {
		why = append(why, l.Count("report.trust.stretches", stretches))
	}
	switch {
	case !a.Quality.Usable:
		return l.Say("report.trust.not"), why
	case len(why) > 0:
		return l.Say("report.trust.limited"), why
	}
	return l.Say("report.trust.good"), nil
}

// sentence is a text that begins with a capital and ends with a stop.
func (l voice) sentence(s string) string {
	if !strings.HasSuffix(s, l.Stop()) && !strings.HasSuffix(s, "…") {
		s += l.Stop()
	}
	return capital(s)
}

// smallest are the smallest movements that would have been found, mm, of every region
// of which enough was seen.
func smallest(a *Analysis) []float64 {
	var all []float64
	for _, side := range anatomy.Sides {
		for _, r := range anatomy.Regions {
			switch seen := a.Tracking.Seen; {
			case seen != nil:
				if x := seen.Of(side)[r].SmallestMM; x != nil && finite(*x) && !slices.Contains(a.NotUsable(side), r) {
					all = append(all, *x)
				}
			default:
				noise := a.Tracking.NoiseMM.Right
				if side == anatomy.Left {
					noise = a.Tracking.NoiseMM.Left
				}
				if x := noise[r]; x != nil && finite(*x) {
					all = append(all, noiseSDs**x)
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

// middleSmallest is the median of smallest, mm; 0 where nothing is known.
func middleSmallest(a *Analysis) float64 {
	all := smallest(a)
	if len(all) == 0 {
		return 0
	}
	return signal.Middle(all)
}

// unseen says what the recording does not show.
func (l voice) unseen(a *Analysis) []string {
	var out []string
	if gone := a.Recording.DurationS - a.Measures.UsableS; gone >= gapS {
		out = append(out, l.Say("report.sheet.unseen.time", args{"Length": l.clock(gone), "All": l.clock(a.Recording.DurationS)}))
	}
	if a.Measures.UsableS > 0 {
		out = append(out, a.NotSeenNotes(l.Language)...)
		if all := smallest(a); len(all) > 0 {
			least, most := l.about(all[0]), l.about(all[len(all)-1])
			if least == most {
				out = append(out, l.Say("report.sheet.unseen.size", args{"Size": least}))
			} else {
				out = append(out, l.Say("report.sheet.unseen.small", args{"Least": least, "Most": most}))
			}
		}
	}
	out = l.firstOf(out, sheetUnseen)
	return append(out, l.Say("report.sheet.unseen.always"))
}
