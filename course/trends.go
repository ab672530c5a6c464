package course

import (
	"math"

	"facialis/internal/signal"
)

// series is one figure over time. Worse is +1 where more of it is worse, −1
// where less is.
type series struct {
	name, from, unit string
	worse            float64
	x, y             []float64 // days, values
}

// Trend is which way one figure goes over a stretch of time.
type Trend struct {
	Series          string      `json:"series"`
	From            string      `json:"from"` // diary, recordings
	Over            string      `json:"over"` // all, untreated: days under no treatment
	Unit            string      `json:"unit"`
	N               int         `json:"n"`
	SpanDays        float64     `json:"span_days"`
	PerMonth        *float64    `json:"slope_per_30_days"` // Theil–Sen
	CI95            *[2]float64 `json:"ci95"`
	P               *float64    `json:"p"`               // Mann–Kendall, autocorrelation allowed for
	PIndependent    *float64    `json:"p_independent"`   // as if the points were independent
	Exact           bool        `json:"p_exact"`         // by permutations
	Autocorrelation *float64    `json:"autocorrelation"` // of neighbors, the slope taken out
	Direction       string      `json:"direction"`       // rising, falling, none, not_enough
	Better          *bool       `json:"better"`          // null where there is no direction
}

// all lists every figure that is followed; untreated leaves out days under
// treatment.
func (c *Course) all(untreated bool) []series {
	out := []series{
		{name: "attacks", from: "diary", unit: c.language().Say("course.unit.diary.attacks"), worse: 1},
		{name: "longest_s", from: "diary", unit: "s", worse: 1},
		{name: "interval_s", from: "diary", unit: "s", worse: -1},
		{name: "stage", from: "diary", unit: "0–5", worse: 1},
		{name: "mood", from: "diary", unit: "0–10", worse: -1},
		{name: "pain", from: "diary", unit: "0–10", worse: 1},
		{name: "headache", from: "diary", unit: "0–10", worse: 1},
		{name: "tinnitus", from: "diary", unit: "0–10", worse: 1},
		{name: "sleep_h", from: "diary", unit: "h", worse: -1},
		{name: "sleep_quality", from: "diary", unit: "0–10", worse: -1},
		{name: "rate_per_min", from: "recordings", unit: c.language().Say("course.unit.recordings.rate_per_min"), worse: 1},
		{name: "burden", from: "recordings", unit: c.language().Say("course.unit.recordings.burden"), worse: 1},
		{name: "duration_s", from: "recordings", unit: "s", worse: 1},
		{name: "attack_s", from: "recordings", unit: "s", worse: 1},
		{name: "interval_s", from: "recordings", unit: "s", worse: -1},
		{name: "stage", from: "recordings", unit: "0–5", worse: 1},
	}
	for i := range out {
		s := &out[i]
		add := func(day int, v *float64) {
			if v != nil && !math.IsNaN(*v) && !math.IsInf(*v, 0) {
				s.x, s.y = append(s.x, float64(day)), append(s.y, *v)
			}
		}
		for _, d := range c.Days {
			if s.from == "diary" && !(untreated && d.Treated) {
				add(d.day, map[string]*float64{"attacks": d.Attacks, "longest_s": d.LongestS, "interval_s": d.IntervalS, "stage": d.Stage, "mood": d.Mood,
					"pain": d.Pain, "headache": d.Headache, "tinnitus": d.Tinnitus, "sleep_h": d.SleepH, "sleep_quality": d.SleepQuality}[s.name])
			}
		}
		for _, r := range c.Recordings {
			if s.from == "recordings" && !(untreated && r.Treated) {
				add(r.day, map[string]*float64{"rate_per_min": r.RatePerMin.Value, "burden": r.Burden, "duration_s": r.DurationS.Value,
					"attack_s": r.AttackS.Value, "interval_s": r.IntervalS.Value, "stage": r.Stage}[s.name])
			}
		}
	}
	return out
}

func (c *Course) trends() {
	c.Trends = []Trend{}
	for _, over := range []string{"all", "untreated"} {
		if over == "untreated" && len(c.Treatments) == 0 {
			continue
		}
		for _, s := range c.all(over == "untreated") {
			if len(s.x) > 0 {
				c.Trends = append(c.Trends, trend(s, over))
			}
		}
	}
}

func trend(s series, over string) Trend {
	n := len(s.x)
	t := Trend{Series: s.name, From: s.from, Over: over, Unit: s.unit, N: n, SpanDays: s.x[n-1] - s.x[0], Direction: "not_enough"}
	if float64(n) < param("trend_min_points") || t.SpanDays < param("trend_min_span_days") {
		return t
	}
	slope, ok := signal.TheilSen(s.x, s.y, 1)
	if !ok {
		return t
	}
	r := signal.Autocorrelation(s.x, s.y, slope.Value)
	f := signal.Inflation(n, r)
	slope, _ = signal.TheilSen(s.x, s.y, f)
	k, plain := signal.MannKendall(s.x, s.y, f), signal.MannKendall(s.x, s.y, 1)
	t.PerMonth, t.CI95 = ptr(slope.Value*30), &[2]float64{slope.Lo * 30, slope.Hi * 30}
	t.P, t.PIndependent, t.Exact, t.Autocorrelation = ptr(k.P), ptr(plain.P), k.Exact, ptr(r)
	t.Direction = "none"
	// A direction needs both: a test that chance rarely passes, and an interval of the
	// slope on one side of zero, so that the word and the printed range agree.
	if one := k.S > 0 && slope.Lo > 0 || k.S < 0 && slope.Hi < 0; k.P < param("trend_p") && one {
		t.Direction = "rising"
		if k.S < 0 {
			t.Direction = "falling"
		}
		t.Better = ptr(k.S*s.worse < 0)
	}
	return t
}

// find is the trend of a figure, the untreated days' if they are told apart and
// are enough.
func (c *Course) find(name, from string) (Trend, bool) {
	var out Trend
	ok := false
	for _, t := range c.Trends {
		if t.Series == name && t.From == from && (!ok || t.Direction != "not_enough") {
			out, ok = t, true
		}
	}
	return out, ok
}

// Step is a change of level of a figure: what it was before and after (medians
// of the stretches on either side).
type Step struct {
	Series  string    `json:"series"`
	From    string    `json:"from"`
	Date    string    `json:"date"`    // first day of the new level
	Between [2]string `json:"between"` // where it may lie
	Before  float64   `json:"before"`
	After   float64   `json:"after"`
	Better  bool      `json:"better"`
	Near    *string   `json:"near_treatment"` // id of the treatment that it follows
}

// steps looks for changes of level. Counts and lengths are put on a scale on
// which their scatter is the same everywhere: 2√(n + 3/8) for counts (Anscombe,
// Biometrika 1948;35:246), the logarithm for lengths.
func (c *Course) steps() {
	c.Steps = []Step{}
	scale := map[string]func(float64) float64{
		"attacks":      func(v float64) float64 { return 2 * math.Sqrt(v+3.0/8) },
		"longest_s":    math.Log1p,
		"rate_per_min": func(v float64) float64 { return 2 * math.Sqrt(v+3.0/8) },
		"mood":         func(v float64) float64 { return v },
	}
	for _, s := range c.all(false) {
		f, ok := scale[s.name]
		if !ok {
			continue
		}
		y := make([]float64, len(s.y))
		for i, v := range s.y {
			y[i] = f(v)
		}
		least := int(param("step_min_days"))
		if s.from == "recordings" {
			least = int(param("step_min_recordings"))
		}
		found := signal.Steps(y, least)
		for i, st := range found {
			a, b := 0, len(y)
			if i > 0 {
				a = found[i-1].At
			}
			if i+1 < len(found) {
				b = found[i+1].At
			}
			before, after := signal.Median(s.y[a:st.At]), signal.Median(s.y[st.At:b])
			out := Step{Series: s.name, From: s.from, Date: date(int(s.x[st.At])), Before: before, After: after,
				Between: [2]string{date(int(s.x[st.From])), date(int(s.x[st.To]))}, Better: (after-before)*s.worse < 0}
			for _, t := range c.Treatments {
				if d := s.x[st.At] - float64(t.from); d >= 0 && d <= param("step_near_days") {
					out.Near = &t.ID
				}
			}
			c.Steps = append(c.Steps, out)
		}
	}
}
