package course

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/measure"

	"gonum.org/v1/gonum/stat/distuv"
)

// SiteEffect is one injected place with what its region did before and after. It
// records; it says nothing of how much should be injected.
type SiteEffect struct {
	Site
	Region     *string          `json:"measured_region"` // the region that measures the place; null if none does
	PeakBefore *float64         `json:"peak_before_mm"`  // median peak of the region in spasms of that side, mm
	PeakAfter  *float64         `json:"peak_after_mm"`
	RateBefore measure.Estimate `json:"rate_before_per_min"` // how often the region took part, while it was seen
	RateAfter  measure.Estimate `json:"rate_after_per_min"`
}

// LidEffect is the gap between the lids of one side at rest.
type LidEffect struct {
	Side   string           `json:"side"`
	Before measure.Estimate `json:"before_mm"`
	After  measure.Estimate `json:"after_mm"`
	// Change is after less before, mm: negative where the eye is open less, as with a
	// hanging lid; positive where it is open wider.
	Change measure.Estimate `json:"change_mm"`
}

// sites puts each injected place beside its region in the last recording before and
// in the one after that is nearest to the height of the effect.
func (c *Course) sites(cy *Cycle, m TreatmentMark, end int) {
	cy.Sites, cy.Lids = []SiteEffect{}, []LidEffect{}
	before, after := c.around(m, end)
	for _, s := range m.Sites {
		e := SiteEffect{Site: s}
		if r, ok := anatomy.RegionOf(anatomy.Tapped(s.Region)); ok {
			if anatomy.Region(s.Region).Index() >= 0 { // a muscle was written down, not a place
				r = anatomy.Region(s.Region)
			}
			e.Region = ptr(string(r))
			e.PeakBefore, e.RateBefore = before.region(s.Side, r)
			e.PeakAfter, e.RateAfter = after.region(s.Side, r)
		}
		cy.Sites = append(cy.Sites, e)
	}
	if before == nil || after == nil {
		return
	}
	cy.FilmBefore, cy.FilmAfter = &before.ID, &after.ID
	for _, side := range []anatomy.Side{anatomy.Right, anatomy.Left} {
		a, b := aperture(before, side), aperture(after, side)
		if a.Value == nil || b.Value == nil {
			continue
		}
		l := LidEffect{Side: string(side), Before: a, After: b, Change: measure.Estimate{Value: ptr(*b.Value - *a.Value)}}
		if a.CI95 != nil && b.CI95 != nil {
			half := math.Hypot((a.CI95[1]-a.CI95[0])/2, (b.CI95[1]-b.CI95[0])/2)
			l.Change.CI95 = &[2]float64{*l.Change.Value - half, *l.Change.Value + half}
		}
		cy.Lids = append(cy.Lids, l)
	}
}

func aperture(r *RecordingPoint, side anatomy.Side) measure.Estimate {
	if side == anatomy.Right {
		return r.m.Resting.ApertureMM.Right
	}
	return r.m.Resting.ApertureMM.Left
}

// around are the last recording before an injection, and the one after it that is
// nearest to the height of its effect.
func (c *Course) around(m TreatmentMark, end int) (before, after *RecordingPoint) {
	height := int(param("toxin_height_days"))
	for i := range c.Recordings {
		r := &c.Recordings[i]
		days := r.day - m.from
		switch {
		case days <= 0 && -days <= int(param("toxin_recording_days")):
			before = r
		case days > 0 && days <= int(param("toxin_recording_days")) && r.day < end &&
			(after == nil || abs(days-height) < abs(after.day-m.from-height)):
			after = r
		}
	}
	return before, after
}

func abs(n int) int { return max(n, -n) }

// region is how far a region of a side went in spasms, and how often it took part.
func (r *RecordingPoint) region(side string, region anatomy.Region) (peak *float64, rate measure.Estimate) {
	if r == nil || r.m.SideUnknown() {
		return nil, rate
	}
	s := r.m.Sides.Of(anatomy.Side(side))
	if i := slices.IndexFunc(s.Regions, func(x measure.RegionRate) bool { return x.Region == region }); i >= 0 && s.Regions[i].SeenS > 0 {
		rate = s.Regions[i].RatePerMin
	}
	if i := slices.IndexFunc(s.Spread, func(x measure.RegionShare) bool { return x.Region == region }); i >= 0 {
		peak = s.Spread[i].PeakMM
	}
	return peak, rate
}

// Pooled are several recordings taken as one.
type Pooled struct {
	Recordings int              `json:"recordings"`
	From       string           `json:"from"`
	To         string           `json:"to"`
	UsableS    float64          `json:"usable_s"`
	Spasms     int              `json:"spasms"`
	RatePerMin measure.Estimate `json:"rate_per_min"`
	// Scatter is how many times more the recordings differ than counts by chance
	// would, as a variance: 1 is by chance alone. The interval is as much wider.
	Scatter float64 `json:"scatter"`
}

// pooled takes the recordings since the last treatment, of at most the last three
// months, as one. Days differ: the interval of the rate holds how far the recordings
// differ from each other, not only the counting.
func (c *Course) pooled(today int) *Pooled {
	from := today - int(param("pool_days"))
	for _, t := range c.Treatments {
		if t.Type == BotulinumToxin || t.Type == Surgery {
			from = max(from, t.from+1)
		}
	}
	var list []RecordingPoint
	p := Pooled{Scatter: 1}
	for _, r := range c.Recordings {
		if r.day < from || r.RatePerMin.Value == nil || r.UsableS <= 0 {
			continue
		}
		list = append(list, r)
		p.UsableS += r.UsableS
		p.Spasms += r.Spasms
	}
	if len(list) < 2 {
		return nil
	}
	p.Recordings, p.From, p.To = len(list), list[0].Date, list[len(list)-1].Date
	p.RatePerMin = measure.PoissonRate(p.Spasms, p.UsableS/60)
	if p.Spasms == 0 {
		return &p
	}
	chi := 0.0 // Pearson's, of the counts against one common rate
	for _, r := range list {
		want := float64(p.Spasms) * r.UsableS / p.UsableS
		chi += (float64(r.Spasms) - want) * (float64(r.Spasms) - want) / want
	}
	p.Scatter = max(1, chi/float64(len(list)-1))
	if p.Scatter > 1 && p.RatePerMin.CI95 != nil {
		// on the logarithm, as far as the counting alone reaches on each side, times the root of the scatter, which
		// is itself known from as few recordings as there are
		t := distuv.StudentsT{Sigma: 1, Nu: float64(len(list) - 1)}.Quantile(0.975) / distuv.UnitNormal.Quantile(0.975)
		v, w := *p.RatePerMin.Value, math.Sqrt(p.Scatter)*t
		p.RatePerMin.CI95 = &[2]float64{v * math.Pow(p.RatePerMin.CI95[0]/v, w), v * math.Pow(p.RatePerMin.CI95[1]/v, w)}
	}
	return &p
}
