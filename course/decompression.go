package course

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"facialis/internal/signal"
	"facialis/measure"
)

// Decompression is the time after a microvascular decompression. Relief may come
// within a week or after a year, so nothing is judged in the first twelve months.
type Decompression struct {
	ID     string  `json:"id"` // the treatment entry's
	Date   string  `json:"date"`
	Days   float64 `json:"days"` // since the operation
	Months float64 `json:"months"`
	// State is not_enough, free, better, not_yet, relapsed (there are spasms again
	// after a stretch without any), or, after twelve months only, spasms_remain and
	// never (no fewer than before the operation).
	State          string      `json:"state"`
	FreeSince      *string     `json:"free_since"` // first day of the stretch without an attack that reaches up to now
	Before         *float64    `json:"before"`     // attacks a day in the four weeks before
	Now            *float64    `json:"now"`        // attacks a day in the last four weeks
	Figure         *string     `json:"figure"`     // attacks or rate_per_min
	ShareOfBefore  *float64    `json:"share_of_before"`
	NowCI95        *[2]float64 `json:"now_ci95"`              // of a recording's rate
	BeforeCI95     *[2]float64 `json:"before_ci95"`           // of a recording's rate
	PublishedShare *float64    `json:"published_share"`       // free by this day, of those who became free in the end
	PublishedFinal float64     `json:"published_final_share"` // free in the end, of all
	PublishedText  string      `json:"published_text"`
	Outcomes       []Outcome   `json:"outcomes"`  // what became of people in studies
	FreeFrom       *string     `json:"free_from"` // of a stretch without an attack that ended again
	FreeTo         *string     `json:"free_to"`   // its last day
	TooEarly       bool        `json:"too_early"` // for a verdict
	Text           string      `json:"text"`
}

func (c *Course) decompressions(today int) []Decompression {
	out := []Decompression{}
	for i, m := range c.Treatments {
		if !m.mvd {
			continue
		}
		end := today + 1
		for _, n := range c.Treatments[i+1:] {
			if n.mvd {
				end = n.from // a second operation takes over
				break
			}
		}
		out = append(out, c.decompression(m, end))
	}
	return out
}

func (c *Course) decompression(m TreatmentMark, end int) Decompression {
	ev := Standard().Decompression
	now := end - 1
	since := float64(now - m.from)
	d := Decompression{ID: m.ID, Date: m.From, Days: since, Months: since / 30.4375, State: "not_enough", PublishedShare: publishedShare(since),
		PublishedFinal: ev.Final.Share, PublishedText: ev.Text, Outcomes: ev.Outcomes, TooEarly: since < param("decompression_verdict_days")}
	c.afterwards(&d, m.from, now)
	switch {
	case d.Now == nil:
	case d.FreeSince != nil:
		d.State = "free"
	case d.FreeFrom != nil:
		d.State = "relapsed"
	case !d.TooEarly && d.ShareOfBefore != nil && *d.ShareOfBefore > param("decompression_never_share"):
		d.State = "never"
	case !d.TooEarly:
		d.State = "spasms_remain"
	case d.ShareOfBefore != nil && *d.ShareOfBefore <= param("toxin_share"):
		d.State = "better"
	default:
		d.State = "not_yet"
	}
	d.Text = c.language().Say("course.operation." + d.State)
	return d
}

// afterwards compares the last four weeks with the four before the operation: by
// the diary, or by the recordings where it has too little.
func (c *Course) afterwards(d *Decompression, from, now int) {
	window := int(param("decompression_free_days"))
	var before, lately []float64
	free := -1 // first day of the last stretch without an attack
	lastFree, noted := 0, 0
	for _, p := range c.Days {
		if p.Attacks == nil || p.day > now {
			continue
		}
		if p.day < from && from-p.day <= window {
			before = append(before, *p.Attacks)
		}
		if p.day <= from {
			continue
		}
		if now-p.day < window {
			lately = append(lately, *p.Attacks)
		}
		switch {
		case *p.Attacks > 0:
			// a stretch that was long and noted often enough was freedom: this is a relapse
			if free >= 0 && lastFree-free >= window && noted >= int(param("decompression_free_min")) {
				d.FreeFrom, d.FreeTo = ptr(date(free)), ptr(date(lastFree))
			}
			free, noted = -1, 0
		case free < 0:
			free, lastFree, noted = p.day, p.day, 1
		default:
			lastFree, noted = p.day, noted+1
		}
	}
	if len(lately) >= int(param("decompression_free_min")) {
		d.Figure = ptr("attacks")
		d.Now, d.NowCI95 = meanEstimate(lately)
		if len(before) >= int(param("toxin_baseline_min")) {
			d.Before, d.BeforeCI95 = meanEstimate(before)
		}
		if free >= 0 && *d.Now == 0 {
			d.FreeSince = ptr(date(free))
		}
	} else {
		c.filmed(d, from, now)
	}
	if d.Before != nil && *d.Before > 0 && d.Now != nil {
		d.ShareOfBefore = ptr(*d.Now / *d.Before)
	}
}

func (c *Course) filmed(d *Decompression, from, now int) {
	var last *RecordingPoint
	for i := range c.Recordings {
		r := &c.Recordings[i]
		switch {
		case r.RatePerMin.Value == nil || r.day > now:
		case r.day <= from:
			d.Before, d.BeforeCI95 = r.RatePerMin.Value, r.RatePerMin.CI95
		default:
			last = r
		}
	}
	if last == nil {
		return
	}
	d.Figure, d.Now, d.NowCI95 = ptr("rate_per_min"), last.RatePerMin.Value, last.RatePerMin.CI95
	if last.Spasms > 0 || last.UsableS < param("decompression_film_s") {
		return
	}
	for i := len(c.Recordings) - 1; i >= 0 && c.Recordings[i].day > from; i-- {
		if r := c.Recordings[i]; r.day <= now {
			if r.Spasms > 0 {
				break
			}
			d.FreeSince = ptr(r.Date)
		}
	}
}

// meanEstimate is the mean of days in a row with its 95 % interval by Student's t,
// wider where neighboring days are alike. What is counted is never below zero.
func meanEstimate(v []float64) (*float64, *[2]float64) {
	m, sd := stat.MeanStdDev(v, nil)
	if len(v) < 2 {
		return &m, nil
	}
	x := make([]float64, len(v))
	for i := range x {
		x[i] = float64(i)
	}
	n := float64(len(v))
	half := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975) * sd / math.Sqrt(n) *
		math.Sqrt(signal.Inflation(len(v), signal.Autocorrelation(x, v, 0)))
	return &m, &[2]float64{max(0, m-half), m + half}
}

func mean(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x / float64(len(v))
	}
	return s
}

// publishedShare lies on straight lines between the published days, 0 on the day
// of the operation; after the last it stays.
func publishedShare(day float64) *float64 {
	if day < 0 {
		return nil
	}
	d0, s0 := 0.0, 0.0
	for _, p := range Standard().Decompression.Shares {
		if day <= p.Day {
			return ptr(s0 + (p.Share-s0)*(day-d0)/(p.Day-d0))
		}
		d0, s0 = p.Day, p.Share
	}
	return &s0
}

// recordingsWith are the recordings for which a figure is there.
func (c *Course) recordingsWith(get func(RecordingPoint) (float64, bool)) []float64 {
	var out []float64
	for _, r := range c.Recordings {
		if v, ok := get(r); ok {
			out = append(out, v)
		}
	}
	return out
}

// medianEstimate is a median with its interval where there are enough values, else
// with their range.
func medianEstimate(v []float64) (value *float64, ci *[2]float64) {
	if len(v) == 0 {
		return nil, nil
	}
	if q := measure.Describe(v); q.MedianCI95 != nil {
		return q.Median, q.MedianCI95
	}
	lo, hi := v[0], v[0]
	for _, x := range v {
		lo, hi = min(lo, x), max(hi, x)
	}
	return ptr(signal.Median(v)), &[2]float64{lo, hi}
}
