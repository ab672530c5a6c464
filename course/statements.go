package course

import (
	"fmt"
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/internal/signal"

	"gonum.org/v1/gonum/stat/distuv"
)

// Statement is what this person's course says about a statement of the founding
// text.
type Statement struct {
	ID         string   `json:"id"`
	Claim      string   `json:"claim"`
	Literature string   `json:"literature"`
	Source     string   `json:"source"`
	Verdict    string   `json:"verdict"` // fits, does_not_fit, unclear, not_enough_data
	Figures    []Figure `json:"figures"`
	Text       string   `json:"text"`
	Needs      string   `json:"needs"` // what would be needed; said where there is not enough
}

// Figure is one number behind a verdict.
type Figure struct {
	Name  string      `json:"name"`
	Value *float64    `json:"value"`
	CI95  *[2]float64 `json:"ci95"`
	P     *float64    `json:"p"`
	N     int         `json:"n"`
	Unit  string      `json:"unit"`
}

func (c *Course) statements() []Statement {
	answer := map[string]func(*Statement){"S10": c.spread, "S14": c.rhythm, "S15": c.longer, "S19": c.sleep, "S25": c.moodAndRate}
	var out []Statement
	for _, d := range StandardIn(c.language()).Statements {
		s := Statement{ID: d.ID, Claim: d.Claim, Literature: d.Literature, Source: Standard().Sources[d.Source], Needs: d.Needs,
			Verdict: "not_enough_data", Figures: []Figure{}, Text: c.language().Say("course.statement.notEnough")}
		answer[d.ID](&s)
		out = append(out, s)
	}
	return out
}

func (s *Statement) say(verdict, text string, figures ...Figure) {
	s.Verdict, s.Text = verdict, text
	s.Figures = append(s.Figures, figures...)
}

// spread answers S10: when each region was first reached, and whether in the
// usual order (Kendall's tau of the order and the usual one, p over all orders).
// Regions that were there when following began came before, in an order that is
// not known: they tie.
func (c *Course) spread(s *Statement) {
	first := map[float64]int{}
	began := math.MaxInt
	see := func(stage float64, day int) {
		if d, ok := first[stage]; !ok || day < d {
			first[stage] = day
		}
		began = min(began, day)
	}
	for _, d := range c.Days {
		for r := range d.regions {
			if st, ok := stageOf(r); ok {
				see(st, d.day)
			}
		}
	}
	right, left := 0, 0
	for _, r := range c.Recordings {
		for _, reg := range r.reached() {
			if st, ok := stageOf(string(reg)); ok {
				see(st, r.day)
			}
		}
		right += r.m.Sides.Right.Spasms
		left += r.m.Sides.Left.Spasms
	}
	if n := right + left; n > 0 {
		s.Figures = append(s.Figures, Figure{Name: c.language().Say("course.statement.figure.sideShare"), Value: ptr(float64(max(right, left)) / float64(n)), N: n})
	}
	var st, days []float64
	for k := range first {
		st = append(st, k)
	}
	slices.Sort(st)
	later := 0
	for _, k := range st {
		days = append(days, float64(first[k]))
		if first[k] > began {
			later++
		}
		s.Figures = append(s.Figures, Figure{Name: c.language().Say("course.statement.figure.first", args{"Place": c.language().Text(anatomy.StageNames[int(k)])}), Value: ptr(float64(first[k] - began)), N: 1, Unit: c.language().Say("course.statement.unit.days")})
	}
	trend, have := c.find("stage", "recordings")
	if !have || trend.Direction == "not_enough" {
		trend, have = c.find("stage", "diary")
	}
	have = have && trend.PerMonth != nil
	if have {
		s.Figures = append(s.Figures, Figure{c.language().Say("course.statement.figure.spread"), trend.PerMonth, trend.CI95, trend.P, trend.N, c.language().Say("course.statement.unit.stages")})
	}
	if later == 0 && !have {
		return
	}
	tau := 0.0
	if later > 0 {
		k := signal.MannKendall(st, days, 1)
		tau = k.Tau
		s.Figures = append(s.Figures, Figure{Name: c.language().Say("course.statement.figure.order"), Value: &k.Tau, P: &k.P, N: k.N})
	}
	rising := have && trend.Direction == "rising"
	switch {
	case later > 0 && tau > 0 && !(have && trend.Direction == "falling"):
		s.say("fits", c.language().Count("course.statement.spread.reached", later))
	case rising:
		s.say("fits", c.language().Say("course.statement.spread.further"))
	case later > 0 && tau < 0:
		s.say("does_not_fit", c.language().Say("course.statement.spread.otherOrder"))
	case have && trend.Direction == "falling":
		s.say("does_not_fit", c.language().Say("course.statement.spread.less"))
	case have:
		s.say("unclear", c.language().Say("course.statement.spread.none"))
	default:
		s.say("unclear", c.language().Say("course.statement.spread.noOrder"))
	}
}

// rhythm answers S14 by the recordings' variation of intervals.
func (c *Course) rhythm(s *Statement) {
	intervals := 0
	cv := c.recordingsWith(func(r RecordingPoint) (float64, bool) {
		if r.IntervalCV == nil || float64(r.m.IntervalS.N) < param("rhythm_min_intervals") {
			return 0, false
		}
		intervals += r.m.IntervalS.N
		return *r.IntervalCV, true
	})
	v, ci := medianEstimate(cv)
	if v == nil {
		return
	}
	f := Figure{c.language().Say("course.statement.figure.intervalCV"), v, ci, nil, len(cv), ""}
	tonic, _ := medianEstimate(c.recordingsWith(func(r RecordingPoint) (float64, bool) {
		if r.TonicFraction == nil {
			return 0, false
		}
		return *r.TonicFraction, true
	}))
	length := c.recordingsWith(func(r RecordingPoint) (float64, bool) {
		if r.DurationS.Value == nil {
			return 0, false
		}
		return *r.DurationS.Value, true
	})
	lv, lci := medianEstimate(length)
	figures := []Figure{f, {Name: c.language().Say("course.statement.figure.intervals"), Value: ptr(float64(intervals)), N: len(cv)}, {c.language().Say("course.statement.figure.length"), lv, lci, nil, len(length), "s"}, {Name: c.language().Say("course.statement.figure.tonic"), Value: tonic, N: len(cv)}}
	switch limit := param("rhythm_regular"); {
	case ci[0] >= limit:
		s.say("fits", c.language().Say("course.statement.rhythm.uneven", args{"Percent": percent(*v)}), figures...)
	case ci[1] < limit:
		s.say("does_not_fit", c.language().Say("course.statement.rhythm.even"), figures...)
	default:
		s.say("unclear", c.language().Say("course.statement.rhythm.mixed"), figures...)
	}
}

// longer answers S15 by the trends of length, number and spacing, over the days
// without treatment where treatments were noted.
func (c *Course) longer(s *Statement) {
	for_, against, known := 0, 0, 0
	for _, q := range []struct{ series, from string }{{"longest_s", "diary"}, {"attacks", "diary"}, {"interval_s", "diary"},
		{"rate_per_min", "recordings"}, {"duration_s", "recordings"}, {"interval_s", "recordings"}} {
		t, ok := c.untreated(q.series, q.from)
		if !ok || t.PerMonth == nil {
			continue
		}
		known++
		s.Figures = append(s.Figures, Figure{c.language().Say("course.statement.figure.per30", args{"Figure": c.language().Say("course.statement.series." + q.series + "." + q.from)}), t.PerMonth, t.CI95, t.P, t.N, t.Unit})
		if t.Better != nil && *t.Better {
			against++
		} else if t.Better != nil {
			for_++
		}
	}
	switch {
	case known == 0:
	case for_ > 0 && against == 0:
		s.say("fits", c.language().Count("course.statement.longer.worse", for_, args{"All": known}))
	case against > 0 && for_ == 0:
		s.say("does_not_fit", c.language().Count("course.statement.longer.better", against, args{"All": known}))
	case for_ > 0:
		s.say("unclear", c.language().Say("course.statement.longer.mixed"))
	default:
		s.say("unclear", c.language().Say("course.statement.longer.neither"))
	}
}

// untreated is the trend over untreated days; over all where nothing was treated.
func (c *Course) untreated(name, from string) (Trend, bool) {
	over := "untreated"
	if len(c.Treatments) == 0 {
		over = "all"
	}
	i := slices.IndexFunc(c.Trends, func(t Trend) bool { return t.Series == name && t.From == from && t.Over == over })
	if i < 0 {
		return Trend{}, false
	}
	return c.Trends[i], true
}

// sleep answers S19: the rate in sleep over the rate awake at rest. Its interval
// is exact: given the total, the count in sleep is binomial.
func (c *Course) sleep(s *Statement) {
	var asleep, awake, asleepS, awakeS float64
	for _, r := range slices.Concat(c.Recordings, c.films) {
		for _, t := range r.m.ByTask {
			switch t.Task {
			case "sleep":
				asleep, asleepS = asleep+float64(t.Spasms), asleepS+t.UsableS
			case "rest", "rest_closed":
				awake, awakeS = awake+float64(t.Spasms), awakeS+t.UsableS
			}
		}
	}
	if asleepS < param("sleep_min_s") || awakeS < 60 || awake == 0 {
		return
	}
	ratio, lo, hi := signal.RateRatio(int(asleep), asleepS, int(awake), awakeS)
	f := Figure{c.language().Say("course.statement.figure.sleep"), &ratio, &[2]float64{lo, hi}, nil, int(asleep + awake), c.language().Say("course.statement.unit.times")}
	switch {
	case asleep == 0:
		s.say("fits", c.language().Say("course.statement.sleep.none"), f)
	case f.CI95[1] < 0.5:
		s.say("unclear", c.language().Say("course.statement.sleep.fewer"), f)
	case f.CI95[0] > 0.5:
		s.say("does_not_fit", c.language().Say("course.statement.sleep.on"), f)
	default:
		s.say("unclear", c.language().Say("course.statement.sleep.unclear"), f)
	}
}

// moodAndRate answers S25: does a low mood go before a day with more attacks, or
// the other way about?
func (c *Course) moodAndRate(s *Statement) {
	ahead, n1 := c.lagged(func(d DayPoint) *float64 { return d.Mood }, func(d DayPoint) *float64 { return d.Attacks })
	back, n2 := c.lagged(func(d DayPoint) *float64 { return d.Attacks }, func(d DayPoint) *float64 { return d.Mood })
	if ahead == nil || back == nil {
		s.Text = c.language().Say("course.statement.mood.notEnough", args{"Pairs": min(n1, n2), "Needed": fmt.Sprintf("%.0f", param("lag_min_pairs"))})
		return
	}
	ahead.Name, back.Name = c.language().Say("course.statement.figure.moodFirst"), c.language().Say("course.statement.figure.attacksFirst")
	s.Figures = append(s.Figures, *ahead, *back)
	sure := func(f *Figure) bool { return *f.P < param("lag_p") }
	low, down := sure(ahead) && *ahead.Value < 0, sure(back) && *back.Value < 0
	switch {
	case low && down:
		s.say("fits", c.language().Say("course.statement.mood.both"))
	case low:
		s.say("fits", c.language().Say("course.statement.mood.moodFirst"))
	case down:
		s.say("does_not_fit", c.language().Say("course.statement.mood.attacksFirst"))
	case sure(ahead):
		s.say("does_not_fit", c.language().Say("course.statement.mood.fewer"))
	default:
		s.say("unclear", c.language().Say("course.statement.mood.neither"))
	}
}

// lagged is the rank correlation of a(t) and b(t+1) with b(t) held fixed, so that
// what merely lasts from one day to the next does not count. Both series are
// detrended first (see detrended): two that only rise and fall together over weeks,
// as after an injection, have no day-to-day link.
//
// How far chance goes is taken from the same two series: they are shifted against
// each other by lag_min_shift_days and more, all around, which keeps what trend and
// persistence is left in each and breaks every link between them. In a diary of many
// years at most lag_max_shifts of the shifts are taken, evenly spread. The standard
// error is the spread of Fisher's z over the shifts, and never below Fieller's for
// ranks (Biometrika 1957;44:470).
func (c *Course) lagged(a, b func(DayPoint) *float64) (*Figure, int) {
	da, db := c.detrended(a), c.detrended(b)
	r, n := partialLag(da, db, 0)
	if float64(n) < param("lag_min_pairs") || math.IsNaN(r) {
		return nil, n
	}
	var shifted []float64
	least := int(param("lag_min_shift_days"))
	step := max(1, int(math.Ceil(float64(len(da)-2*least+1)/param("lag_max_shifts"))))
	if step%daysInWeek == 0 {
		step++ // whole weeks would meet only one day of the week
	}
	for by := least; by <= len(da)-least; by += step {
		if x, k := partialLag(da, db, by); 2*k >= n && !math.IsNaN(x) {
			shifted = append(shifted, math.Atanh(x)*math.Atanh(x))
		}
	}
	se := math.Sqrt(fiellerVariance / max(float64(n)-4, 1))
	if len(shifted) > 0 {
		se = max(se, math.Sqrt(mean(shifted)))
	}
	z := math.Atanh(r)
	return &Figure{Value: &r, CI95: &[2]float64{math.Tanh(z - 1.96*se), math.Tanh(z + 1.96*se)},
		P: ptr(2 * distuv.UnitNormal.Survival(math.Abs(z)/se)), N: n, Unit: c.language().Say("course.statement.unit.correlation")}, n
}

const daysInWeek = 7

// fiellerVariance is the variance of Fisher's z of a rank correlation times n−3
// (Fieller, Hartley and Pearson, Biometrika 1957;44:470).
const fiellerVariance = 1.06

// detrended is a series by calendar day from the first day on, less its median over
// lag_trend_days to either side: what a day differs from the days around it. NaN
// where nothing was noted, or too few days around it were.
func (c *Course) detrended(get func(DayPoint) *float64) []float64 {
	if len(c.Days) == 0 {
		return nil
	}
	first := c.Days[0].day
	raw := make([]float64, c.Days[len(c.Days)-1].day-first+1)
	for i := range raw {
		raw[i] = math.NaN()
	}
	for _, d := range c.Days {
		if v := get(d); v != nil {
			raw[d.day-first] = *v
		}
	}
	half := int(param("lag_trend_days"))
	out := make([]float64, len(raw))
	for i := range raw {
		var around []float64
		for _, v := range raw[max(i-half, 0):min(i+half+1, len(raw))] {
			if !math.IsNaN(v) {
				around = append(around, v)
			}
		}
		out[i] = math.NaN()
		if len(around) > half { // at least half of the days of the window
			out[i] = raw[i] - signal.Median(around)
		}
	}
	return out
}

// partialLag is the partial rank correlation of a(t) and b(t+1+by) with b(t+by)
// held fixed, b taken as a ring; NaN where one of them does not vary. Pairs across
// the ring's seam do not count.
func partialLag(a, b []float64, by int) (r float64, n int) {
	var x, y, z []float64
	for i := range a {
		if len(b) < 2 {
			break
		}
		j := (i + by) % len(b)
		if j+1 == len(b) {
			continue
		}
		if v := a[i] + b[j] + b[j+1]; !math.IsNaN(v) {
			x, y, z = append(x, a[i]), append(y, b[j+1]), append(z, b[j])
		}
	}
	if len(x) < 3 {
		return math.NaN(), len(x)
	}
	rx, ry, rz := signal.Ranks(x), signal.Ranks(y), signal.Ranks(z)
	xy, xz, yz := correlation(rx, ry), correlation(rx, rz), correlation(ry, rz)
	d := math.Sqrt((1 - xz*xz) * (1 - yz*yz))
	if math.IsNaN(d) || d < 1e-9 {
		return math.NaN(), len(x)
	}
	return max(-0.999, min(0.999, (xy-xz*yz)/d)), len(x)
}

// correlation is Pearson's; NaN where one does not vary.
func correlation(x, y []float64) float64 {
	mx, my := mean(x), mean(y)
	var xy, xx, yy float64
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	return xy / math.Sqrt(xx*yy)
}
