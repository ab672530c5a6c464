package course

import (
	"math"

	"facialis/anatomy"
	"facialis/internal/signal"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Toxin is what the injections did.
type Toxin struct {
	Cycles             []Cycle     `json:"cycles"`
	MedianDurationDays *float64    `json:"median_duration_days"` // of the cycles that were seen to end
	RangeDays          *[2]float64 `json:"range_days"`
	Completed          int         `json:"completed"`
	Published          struct {
		OnsetDays    float64 `json:"onset_days"`
		DurationDays float64 `json:"duration_days"`
		DurationSD   float64 `json:"duration_sd"`
	} `json:"published"`
}

// Cycle is one injection's effect. Days are counted from the injection.
type Cycle struct {
	ID            string       `json:"id"` // the treatment entry's
	Date          string       `json:"date"`
	Label         string       `json:"label"`
	UnitsTotal    *float64     `json:"units_total"`
	Product       *string      `json:"product"`
	UnitsPerML    *float64     `json:"units_per_ml"`
	Sites         []SiteEffect `json:"sites"`       // each injected place with its region before and after
	Lids          []LidEffect  `json:"lids"`        // of each side: the gap between the lids before and after
	FilmBefore    *string      `json:"film_before"` // the recording before, by id; null if none is near enough
	FilmAfter     *string      `json:"film_after"`  // the one in which the effect should be at its height
	Figure        *string      `json:"figure"`      // attacks (a day, diary) or rate_per_min (recordings)
	Baseline      *float64     `json:"baseline"`
	BaselineFrom  *string      `json:"baseline_from"` // own: the weeks before; earlier: the one of the cycle before, which had not ended
	Points        int          `json:"points"`
	OnsetDay      *float64     `json:"onset_day"`      // first day at or below three quarters
	OnsetBetween  *[2]float64  `json:"onset_between"`  // 95 % by resampling (diary), or the recordings around it
	NadirDay      *float64     `json:"nadir_day"`      // of the smoothed curve
	NadirShare    *float64     `json:"nadir_share"`    // of baseline
	NadirBetween  *[2]float64  `json:"nadir_between"`  // 95 % of the share by resampling (diary); null where it was not had
	ReturnDay     *float64     `json:"return_day"`     // back at three quarters: the duration
	ReturnBetween *[2]float64  `json:"return_between"` //
	EffectDays    *float64     `json:"effect_days"`    // from onset to return
	AtLeastDays   *float64     `json:"at_least_days"`  // where no return was seen: how far the effect was followed
	AreaDays      *float64     `json:"area_days"`      // Σ (1 − share) · days: whole days of spasm saved
	State         string       `json:"state"`          // not_enough, waiting, no_effect, working, wearing_off, returned, renewed
	Predicted     *Prediction  `json:"predicted_return"`
	Flags         []CycleFlag  `json:"flags"`
	Curve         []CurvePoint `json:"curve"` // share of baseline, smoothed
}

// Prediction is when the effect may have worn off.
type Prediction struct {
	Date     string `json:"date"`
	Earliest string `json:"earliest"`
	Latest   string `json:"latest"`
	From     string `json:"from"` // own, own_one, published
}

// CycleFlag is something about a cycle to tell the doctor.
type CycleFlag struct {
	Code string `json:"code"` // short, no_response, eye_narrower
	Text string `json:"text"`
}

// CurvePoint is the severity on one day after an injection.
type CurvePoint struct {
	Day   float64 `json:"day"`
	Share float64 `json:"share"`
}

// toxin follows every injection up to the next one, an operation, or today.
func (c *Course) toxin(today int) Toxin {
	t := Toxin{Cycles: []Cycle{}}
	t.Published.OnsetDays, t.Published.DurationDays, t.Published.DurationSD = param("toxin_onset_published"), param("toxin_duration_published"), param("toxin_duration_sd_published")
	var shots []TreatmentMark
	var ends []int // what ends the cycle before: the next injection or an operation
	touch := int(param("toxin_touch_up_days"))
	for _, m := range c.Treatments {
		if k := len(shots); m.Type == BotulinumToxin && k > 0 && len(ends) < k && m.from-shots[k-1].from <= touch {
			continue // a touch-up while the first part is still coming on: one cycle
		}
		if m.Type != BotulinumToxin && m.Type != Surgery {
			continue
		}
		if len(shots) > len(ends) {
			ends = append(ends, m.from)
		}
		if m.Type == BotulinumToxin {
			shots = append(shots, m)
		}
	}
	ends = append(ends, today+1)
	var durations []float64
	for i, m := range shots {
		var before *Cycle
		if i > 0 {
			before = &t.Cycles[i-1]
		}
		cy := c.cycle(m, ends[i], today, before)
		if cy.State == "waiting" || cy.State == "working" || cy.State == "wearing_off" {
			cy.Predicted = predict(m.from, durations)
		}
		if cy.ReturnDay != nil {
			durations = append(durations, *cy.ReturnDay)
		}
		t.Cycles = append(t.Cycles, cy)
	}
	if t.Completed = len(durations); t.Completed > 0 {
		t.MedianDurationDays = ptr(signal.Median(durations))
		lo, hi := durations[0], durations[0]
		for _, d := range durations {
			lo, hi = min(lo, d), max(hi, d)
		}
		t.RangeDays = &[2]float64{lo, hi}
	}
	return t
}

// cycle follows one injection until the day end (excluded).
func (c *Course) cycle(m TreatmentMark, end, today int, before *Cycle) Cycle {
	cy := Cycle{ID: m.ID, Date: m.From, Label: m.Label, UnitsTotal: m.UnitsTotal, Product: m.Product, UnitsPerML: m.UnitsPerML, State: "not_enough", Flags: []CycleFlag{}, Curve: []CurvePoint{}}
	renewed := end <= today
	c.sites(&cy, m, end)
	cy.Flags = append(cy.Flags, c.lid(m, end)...)
	for _, figure := range []string{"attacks", "rate_per_min"} {
		cu := curve{figure: figure}
		c.collect(&cu, m.from, end)
		own := cu.baseline()
		from := "own"
		if before != nil && before.Baseline != nil && before.Figure != nil && *before.Figure == figure && before.ReturnDay == nil {
			// The injection before still worked: the weeks before this one are no baseline.
			own, from = *before.Baseline, "earlier"
		}
		if math.IsNaN(own) || own <= 0 || (figure == "attacks" && own < param("toxin_baseline_level")) {
			continue
		}
		if len(cu.after) == 0 && today-m.from > int(param("toxin_response_day")) {
			continue
		}
		cy.Figure, cy.Baseline, cy.BaselineFrom, cy.Points = &figure, &own, &from, len(cu.after)
		cu.level = own
		cu.read(&cy)
		if figure == "attacks" {
			cu.resample(&cy, from == "own")
		}
		break
	}
	if cy.Figure == nil {
		return cy
	}
	last := float64(min(end-1, today) - m.from)
	switch {
	case cy.ReturnDay != nil:
		cy.State = "returned"
	case cy.OnsetDay == nil && last < param("toxin_response_day"):
		cy.State = "waiting"
	case cy.OnsetDay == nil && cy.watched():
		cy.State = "no_effect"
	case cy.OnsetDay == nil:
		return cy
	case renewed:
		cy.State = "renewed"
	default:
		cy.State = "working"
		if k := len(cy.Curve); cy.NadirShare != nil && *cy.NadirDay < cy.Curve[k-1].Day && cy.Curve[k-1].Share > (*cy.NadirShare+param("toxin_share"))/2 {
			cy.State = "wearing_off"
		}
	}
	if cy.State == "no_effect" || (cy.OnsetDay != nil && *cy.OnsetDay > param("toxin_response_day")) {
		cy.Flags = append(cy.Flags, CycleFlag{"no_response", c.language().Say("course.toxin.flag.no_response")})
	}
	if cy.ReturnDay != nil && *cy.ReturnDay < param("toxin_short_days") {
		cy.Flags = append(cy.Flags, CycleFlag{"short", c.language().Say("course.toxin.flag.short")})
	}
	return cy
}

// watched says whether enough was noted in the weeks in which an effect comes on
// to say that there was none.
func (cy *Cycle) watched() bool {
	n, least := 0, 1
	if *cy.Figure == "attacks" {
		least = int(param("toxin_confirm_onset"))
	}
	for _, p := range cy.Curve {
		if p.Day >= 7 && p.Day <= param("toxin_response_day")+14 {
			n++
		}
	}
	return n >= least
}

// lid looks whether the affected eye has narrowed against the other between the
// last recording before and the first ones after an injection.
func (c *Course) lid(m TreatmentMark, end int) []CycleFlag {
	var before, after *RecordingPoint
	for i := range c.Recordings {
		r := &c.Recordings[i]
		if d := r.m.Resting.ApertureDifferenceMM; d.Value == nil || d.CI95 == nil {
			continue
		}
		switch days := float64(r.day - m.from); {
		case days < 0 && -days <= param("toxin_recording_days"):
			before = r
		case days > 0 && days <= param("toxin_recording_days") && r.day < end && after == nil:
			after = r
		}
	}
	if before == nil || after == nil || before.m.Side == nil || *before.m.Side == anatomy.Both {
		return nil
	}
	a, b := before.m.Resting.ApertureDifferenceMM, after.m.Resting.ApertureDifferenceMM
	sign := 1.0 // the difference is right minus left
	if *before.m.Side == anatomy.Left {
		sign = -1
	}
	change := sign * (*b.Value - *a.Value)
	half := math.Hypot((a.CI95[1]-a.CI95[0])/2, (b.CI95[1]-b.CI95[0])/2)
	if change < -param("toxin_lid_mm") && change+half < 0 {
		return []CycleFlag{{"eye_narrower", c.language().Say("course.toxin.flag.eye_narrower")}}
	}
	return nil
}

// predict says when an effect may end: by the person's own earlier cycles, or by
// the published mean and its spread between people.
func predict(from int, own []float64) *Prediction {
	mid, half, by := param("toxin_duration_published"), param("toxin_duration_sd_published"), "published"
	switch n := len(own); {
	case n == 1:
		mid, half, by = own[0], own[0]*param("toxin_own_spread"), "own_one"
	case n > 1:
		m, sd := stat.MeanStdDev(own, nil)
		t := distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(0.9) // 80 % for one more
		mid, half, by = m, min(max(t*sd*math.Sqrt(1+1/float64(n)), 7), m), "own"
	}
	return &Prediction{Date: date(from + int(math.Round(mid))), Earliest: date(from + int(math.Round(mid-half))), Latest: date(from + int(math.Round(mid+half))), From: by}
}
