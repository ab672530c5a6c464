package assess

import (
	"cmp"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// neckSpasms is the fewest spasms of which thirds are made.
const neckSpasms = 9

// neckFacts says whether the neck takes part in the strong spasms: its share in
// the weakest and in the strongest third of them, by the largest movement of the
// face, mm, the neck's own left out; each with its 95 % interval.
func neckFacts(spasms []event.Event, put func(string, float64)) {
	type one struct {
		mm   float64
		neck bool
	}
	var all []one
	for _, e := range spasms {
		var x one
		for _, m := range e.Regions {
			switch {
			case m.Region == anatomy.Platysma:
				x.neck = true
			case m.PeakMM != nil:
				x.mm = max(x.mm, *m.PeakMM)
			}
		}
		if x.mm > 0 {
			all = append(all, x)
		}
	}
	if len(all) < neckSpasms {
		return
	}
	slices.SortStableFunc(all, func(a, b one) int { return cmp.Compare(a.mm, b.mm) })
	third := len(all) / 3
	share := func(part []one) measure.Estimate {
		n := 0
		for _, x := range part {
			if x.neck {
				n++
			}
		}
		s := float64(n) / float64(len(part))
		return measure.Estimate{Value: &s, CI95: measure.Wilson(n, len(part))}
	}
	estimate("video.platysma_weak_share", share(all[:third]), put)
	estimate("video.platysma_strong_share", share(all[len(all)-third:]), put)
}
