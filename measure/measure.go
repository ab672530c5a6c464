package measure

import (
	"cmp"
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
)

// Params are the choices behind the figures.
type Params struct {
	OverlapS     float64 // onsets of both sides this close are one moment: two frames at 30 a second
	BothShare    float64 // the lesser side's share of spasms from which the side is "both"
	MinIntervals int     // fewest intervals for a coefficient of variation or a regularity

	RestingMinS    float64 // seconds between movements that the face at rest needs
	FacingDeg      float64 // the head turned or tilted by more is not looked at, degrees
	LandmarkBiasMM float64 // what landmarks of one side may be off, mm (one standard deviation)

	LiftMM       float64 // from here on a brow has risen, mm
	LongClosureS float64 // a closure of both eyes from here on is no blink
	ShutShare    float64 // of the open aperture, from which an eye counts as shut
	// TalkWindowS and TalkTurns say what talking is: lips that part by FineLipsMM and
	// meet so many times within a window.
	TalkWindowS float64
	TalkTurns   int
	ClusterGapS float64 // closures this close are one cluster

	RunGapS     float64 // a pause between jerks from which a run ends
	RunMinJerks int     // fewest jerks whose rhythm is told

	FineWindowS, FineLowHz, FineHighHz float64
	FineMinMM, FineNoiseK              float64 // an active window's amplitude: at least this, and this many noise floors
	FineLargeMM                        float64 // an event beyond this is no fine movement, mm
	FineLipsMM, FineHeadDeg            float64 // lips that part, or a head that turns, by more within a window hide it
	FineMinWindows                     int     // fewest windows to speak of a region
}

// DefaultParams are the parameters to use unless there is a reason. A closure
// of more than half a second is no blink (whole blinks take 0.1 to 0.4 s); the
// other limits are this program's own.
func DefaultParams() Params {
	return Params{OverlapS: 0.067, BothShare: 0.2, MinIntervals: 3,
		RestingMinS: 3, FacingDeg: 12, LandmarkBiasMM: 0.5,
		LiftMM: 0.3, LongClosureS: 0.5, ShutShare: 0.6, TalkWindowS: 2, TalkTurns: 3, ClusterGapS: 0.6,
		RunGapS: 1.5, RunMinJerks: 8,
		FineWindowS: 2.5, FineLowHz: 2, FineHighHz: 10, FineMinMM: 0.1, FineNoiseK: 1.5,
		FineLargeMM: 1.5, FineLipsMM: 1.5, FineHeadDeg: 4, FineMinWindows: 6}
}

// Summarize computes every figure of a recording from its events. Rates and shares of
// time are over the time seen (v); events that begin while the face was not tracked are
// left out. Tasks are the protocol's, nil without one.
func Summarize(events []event.Event, v View, tasks []event.Task, p Params) Summary {
	var spasms, blinks []event.Event
	for _, e := range events {
		switch {
		case e.Kind == event.Spasm && find(v.of(e.Side), e.OnsetS) >= 0:
			spasms = append(spasms, e)
		case e.Kind == event.Blink && find(v.Face, e.OnsetS) >= 0:
			blinks = append(blinks, e)
		}
	}
	slices.SortStableFunc(spasms, func(a, b event.Event) int { return cmp.Compare(a.OnsetS, b.OnsetS) })

	s := Summary{UsableS: total(v.Any), Spasms: len(spasms)}
	s.RatePerMin = PoissonRate(len(spasms), s.UsableS/60)
	s.Burden = burden(spasms, v.Any)
	s.Sides.Right = summarizeSide(spasms, anatomy.Right, &v)
	s.Sides.Left = summarizeSide(spasms, anatomy.Left, &v)
	s.Side, s.Laterality = side(s.Sides.Right.Spasms, s.Sides.Left.Spasms, p)
	both := v.both()
	if len(both) == 0 { // nobody knows what the other side did
		s.Laterality = nil
	}
	if slices.ContainsFunc(spasms, sideless) {
		unknown := anatomy.Unknown
		s.Side, s.Laterality, s.Sides = &unknown, nil, Sides{}
	}
	s.Episodes = distinct(spasms, func(e event.Event) *int { return e.Episode })
	s.Attacks = distinct(spasms, func(e event.Event) *int { return e.Attack })
	s.AttackS = attackLengths(spasms)
	s.DurationS = durations(spasms)
	s.IntervalS, s.Regularity = rhythm(spasms, &v, s.Side, p)
	s.LongestFreeS = longestFree(spasms, v.Any)
	s.TonicFraction = tonicFraction(spasms)
	s.Spread = spread(spasms, s.Side, &v)
	s.BilateralOverlap, s.BilateralOverlapCI95 = overlap(slices.DeleteFunc(slices.Clone(spasms), func(e event.Event) bool {
		return find(both, e.OnsetS) < 0
	}), p.OverlapS)
	s.BrowLiftShare, s.BrowLiftShareCI95, s.BrowLiftOf = browLift(spasms)
	s.BlinkRatePerMin = blinkRate(blinks, v.Face, tasks)
	s.ByTask = byTask(spasms, v.Any, tasks)
	for _, t := range s.ByTask {
		if t.Task == "rest" {
			s.RestRatePerMin = t.RatePerMin
		}
	}
	s.ByTrigger = byTrigger(spasms)
	return s
}

// on says whether an event takes part on a side; "both" takes part in each, and
// where the side is not known, every event takes part.
func on(e event.Event, side anatomy.Side) bool {
	return e.Side == side || e.Side == anatomy.Both || either(side)
}

// either says that a side stands for the one or the other.
func either(s anatomy.Side) bool { return s == anatomy.Both || s == anatomy.Unknown }

func sideless(e event.Event) bool { return e.Side == anatomy.Unknown }

func of(events []event.Event, side anatomy.Side) []event.Event {
	var out []event.Event
	for _, e := range events {
		if on(e, side) {
			out = append(out, e)
		}
	}
	return out
}

func spans(events []event.Event) []Span {
	out := make([]Span, len(events))
	for i, e := range events {
		out[i] = Span{e.OnsetS, e.OffsetS}
	}
	return Union(out)
}

// burden is the share of usable time covered by the events' union.
func burden(events []event.Event, usable []Span) *float64 {
	t := total(usable)
	if t <= 0 {
		return nil
	}
	return ptr(total(Intersect(spans(events), usable)) / t)
}

func summarizeSide(spasms []event.Event, side anatomy.Side, v *View) SideSummary {
	mine, seen := of(spasms, side), v.of(side)
	out := SideSummary{
		SeenS:      ptr(total(seen)),
		Spasms:     len(mine),
		RatePerMin: PoissonRate(len(mine), total(seen)/60),
		Burden:     burden(mine, seen),
		Spread:     spread(spasms, &side, v),
		Regions:    []RegionRate{},
	}
	for k, region := range anatomy.Regions {
		in := v.region(side, k)
		r := RegionRate{Region: region, SeenS: total(in)}
		for _, e := range mine {
			if _, ok := movement(e, region, side); ok && find(in, e.OnsetS) >= 0 {
				r.Spasms++
			}
		}
		r.RatePerMin = PoissonRate(r.Spasms, r.SeenS/60)
		out.Regions = append(out.Regions, r)
	}
	return out
}

// side is the leading side and the laterality of spasm counts.
func side(right, left int, p Params) (*anatomy.Side, *float64) {
	n := right + left
	if n == 0 {
		return nil, nil
	}
	lead := anatomy.Right
	if left > right {
		lead = anatomy.Left
	}
	if float64(min(right, left)) >= p.BothShare*float64(n) {
		lead = anatomy.Both
	}
	return &lead, ptr(float64(right-left) / float64(n))
}

func distinct(events []event.Event, number func(event.Event) *int) int {
	seen := map[int]bool{}
	for _, e := range events {
		if n := number(e); n != nil {
			seen[*n] = true
		}
	}
	return len(seen)
}

// attackLengths are the times from each attack's first onset to its last offset.
func attackLengths(spasms []event.Event) Quantiles {
	attacks := map[int]Span{}
	for _, e := range spasms {
		if e.Attack == nil {
			continue
		}
		s, ok := attacks[*e.Attack]
		if !ok {
			s = Span{e.OnsetS, e.OffsetS}
		}
		attacks[*e.Attack] = Span{min(s.FromS, e.OnsetS), max(s.ToS, e.OffsetS)}
	}
	var x []float64
	for _, s := range attacks {
		x = append(x, s.Len())
	}
	return quantiles(x)
}

func durations(spasms []event.Event) Quantiles {
	x := make([]float64, len(spasms))
	for i, e := range spasms {
		x[i] = e.Duration()
	}
	return quantiles(x)
}

// longestFree is the longest tracked stretch without a spasm; a gap in
// tracking ends a stretch, since what happened in it is not known.
func longestFree(spasms []event.Event, usable []Span) *float64 {
	if len(usable) == 0 {
		return nil
	}
	longest := 0.0
	for _, s := range subtract(usable, spans(spasms)) {
		longest = max(longest, s.Len())
	}
	return &longest
}

// tonicFraction is the part of the time in spasm that lies in tonic holds.
func tonicFraction(spasms []event.Event) *float64 {
	all := total(spans(spasms))
	if all <= 0 {
		return nil
	}
	var tonic []event.Event
	for _, e := range spasms {
		if e.Form == event.Tonic {
			tonic = append(tonic, e)
		}
	}
	return ptr(total(spans(tonic)) / all)
}

// rhythm describes the intervals between onsets of one side that lie in one
// stretch in which the side was seen. Where both sides have spasms, each side's own intervals are
// taken together; CV2 pairs neighbors of one side and one stretch only.
func rhythm(spasms []event.Event, v *View, lead *anatomy.Side, p Params) (Intervals, *float64) {
	if lead == nil {
		return Intervals{}, nil
	}
	sides := []anatomy.Side{*lead}
	if *lead == anatomy.Both {
		sides = []anatomy.Side{anatomy.Right, anatomy.Left}
	}
	var all, cv2 []float64
	for _, side := range sides {
		mine, seen := of(spasms, side), v.of(side)
		last := math.NaN() // the interval before, within the same stretch
		for i := 1; i < len(mine); i++ {
			if find(seen, mine[i].OnsetS) != find(seen, mine[i-1].OnsetS) {
				last = math.NaN()
				continue
			}
			d := mine[i].OnsetS - mine[i-1].OnsetS
			all = append(all, d)
			if sum := d + last; sum > 0 {
				cv2 = append(cv2, 2*math.Abs(d-last)/sum)
			}
			last = d
		}
	}
	iv := Intervals{Quantiles: quantiles(all)}
	var regularity *float64
	if len(all) >= max(2, p.MinIntervals) {
		if mean, sd := meanSD(all); mean > 0 {
			iv.CV = ptr(sd / mean)
		}
		if len(cv2) > 0 {
			sum := 0.0
			for _, c := range cv2 {
				sum += c
			}
			iv.CV2 = ptr(sum / float64(len(cv2)))
			regularity = ptr(max(0, 1-*iv.CV2))
		}
	}
	return iv, regularity
}
