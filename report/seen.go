package report

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"

	"facialis/anatomy"
	"facialis/measure"
	"facialis/words"
)

// NothingSeen is the code of the warning that no region was seen well enough.
const NothingSeen = "nothing_seen"

// EncodeSeenCSV writes one row a region and side: for how long it was seen, how small a
// movement would have been found, and in how many spasms it took part in that time. An
// empty cell is a value that is not known: what was not seen is not 0. Without
// tracking.seen (older versions) there are no rows.
func EncodeSeenCSV(w io.Writer, a *Analysis) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	c.Write([]string{"region", "side", "seen_s", "smallest_mm", "spasms", "rate_per_min", "rate_per_min_low", "rate_per_min_high"})
	for _, side := range anatomy.Sides {
		if a.Tracking.Seen == nil {
			break
		}
		sum := a.Measures.Sides.Of(side)
		for _, region := range anatomy.Regions {
			s := a.Tracking.Seen.Of(side)[region]
			row := []string{string(region), string(side), num(s.Seconds, 3), optNum(s.SmallestMM, 2), "", "", "", ""}
			if !a.SideKnown() { // as in the trace: of the picture as it is
				row[1] = string(anatomy.Unknown)
			}
			for _, r := range sum.Regions {
				if r.Region == region && r.SeenS > 0 {
					row[4], row[5] = strconv.Itoa(r.Spasms), optNum(r.RatePerMin.Value, 4)
					if ci := r.RatePerMin.CI95; ci != nil {
						row[6], row[7] = num(ci[0], 4), num(ci[1], 4)
					}
				}
			}
			c.Write(row)
		}
	}
	c.Flush()
	return c.Error()
}

// NotUsable are the regions of a side of which too little was seen to say anything;
// none in analyses of older versions.
func (a *Analysis) NotUsable(side anatomy.Side) []anatomy.Region {
	if a.Quality.UsableRegions == nil {
		return nil
	}
	var out []anatomy.Region
	for _, r := range anatomy.Regions {
		if !slices.Contains(a.Quality.UsableRegions.Of(side), r) {
			out = append(out, r)
		}
	}
	return out
}

// NotSeenNotes say of each side which regions were seen too little to be counted.
func (a *Analysis) NotSeenNotes(language *words.Language) []string {
	l := voice{language}
	var out []string
	for _, side := range anatomy.Sides {
		hidden := a.NotUsable(side)
		if len(hidden) == 0 {
			continue
		}
		what := l.places(hidden)
		if len(hidden) == anatomy.NumRegions {
			what = l.Say("report.unseen.whole")
		}
		name := l.side(side)
		if !a.SideKnown() {
			name = l.Say("report.unseen.oneSide")
		}
		out = append(out, l.Say("report.unseen", args{"Side": name, "Places": what}))
	}
	if len(out) == 2 && out[0] == out[1] {
		return out[:1]
	}
	return out
}

// SpasmsOf is how many spasms a side had, in words: "not seen" where nothing of it was.
func SpasmsOf(language *words.Language, s measure.SideSummary, spasms int) string {
	if s.Unseen() && spasms == 0 {
		return language.Say("report.unseen.count")
	}
	return strconv.Itoa(spasms)
}

func (l voice) spasmsOf(s measure.SideSummary) string { return SpasmsOf(l.Language, s, s.Spasms) }

// seenFigures say of each side what was seen, for how long and how fine.
func (l voice) seenFigures(a *Analysis) []figure {
	if a.Tracking.Seen == nil || !a.SideKnown() {
		return nil
	}
	var out []figure
	for _, side := range anatomy.Sides {
		var plain, exact []string
		for _, region := range anatomy.Regions {
			s := a.Tracking.Seen.Of(side)[region]
			name := l.region(region)
			if s.SmallestMM == nil {
				plain = append(plain, l.Say("report.figure.seen.not", args{"Place": name}))
				exact = append(exact, l.Say("report.figure.seen.not", args{"Place": name}))
				continue
			}
			plain = append(plain, l.Say("report.figure.seen.one", args{"Place": name, "Length": l.clock(s.Seconds), "Size": l.about(*s.SmallestMM)}))
			exact = append(exact, l.Say("report.figure.seen.one", args{"Place": string(region), "Length": l.trim(s.Seconds, 1) + " s", "Size": l.trim(*s.SmallestMM, 2)}))
		}
		out = append(out, figure{l.Say("report.figure.seen", args{"Side": l.side(side)}), l.Clauses(plain...), l.Clauses(exact...)})
	}
	return out
}
