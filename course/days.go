package course

import (
	"cmp"
	"slices"
	"time"

	"facialis/anatomy"
	"facialis/internal/signal"
)

// DayPoint is what is known of one day; days on which nothing was noted are not
// there at all.
type DayPoint struct {
	Date          string   `json:"date"`
	Attacks       *float64 `json:"attacks"`
	AttacksFrom   *string  `json:"attacks_from"` // noted: the person's own number; counted: attacks that were started in the diary
	LongestS      *float64 `json:"longest_s"`
	IntervalS     *float64 `json:"interval_s"` // from one attack to the next
	WorstRegion   *string  `json:"worst_region"`
	Stage         *float64 `json:"stage"` // of spread, 0..5, by the worst region
	Triggers      []string `json:"triggers"`
	SleepH        *float64 `json:"sleep_h"`
	SleepQuality  *float64 `json:"sleep_quality"`
	Pain          *float64 `json:"pain"`
	Headache      *float64 `json:"headache"`
	Tinnitus      *float64 `json:"tinnitus"`
	Mood          *float64 `json:"mood"`
	TakenMedicine *bool    `json:"taken_medicine"`
	Treated       bool     `json:"treated"` // under an injection's effect, a drug, or after an operation

	day     int
	regions map[string]bool
}

// stageOf is the stage of spread of a region, or of a place in a person's words.
func stageOf(name string) (float64, bool) {
	s, ok := anatomy.StageOf(name)
	return float64(s), ok
}

// days gathers the entries of each day up to and with the last.
func days(entries []Entry, last int) []DayPoint {
	checks := map[int]Entry{}
	attacks := map[int][]Entry{}
	seen := map[int]bool{}
	for _, e := range entries {
		switch {
		case e.Kind == KindDay && e.Day != nil:
			d, ok := parseDay(e.Day.Date, e.TZOffsetMin)
			if !ok {
				d = dayOf(e.At, e.TZOffsetMin)
			}
			if was, have := checks[d]; d <= last && (!have || later(e, was)) {
				checks[d] = e
				seen[d] = true
			}
		case e.Kind == KindAttack:
			if d := dayOf(e.At, e.TZOffsetMin); d <= last {
				attacks[d] = append(attacks[d], e)
				seen[d] = true
			}
		}
	}
	out := []DayPoint{}
	for d := range seen {
		out = append(out, dayPoint(d, checks[d].Day, attacks[d]))
	}
	slices.SortFunc(out, func(a, b DayPoint) int { return cmp.Compare(a.day, b.day) })
	return out
}

func later(a, b Entry) bool {
	return cmp.Or(a.UpdatedAt.Compare(b.UpdatedAt), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) > 0
}

func dayPoint(day int, check *Day, attacks []Entry) DayPoint {
	p := DayPoint{Date: date(day), day: day, Triggers: []string{}, regions: map[string]bool{}}
	if c := check; c != nil {
		p.Attacks, p.LongestS, p.IntervalS, p.SleepH, p.SleepQuality = c.Attacks, c.LongestS, c.IntervalS, c.SleepH, c.SleepQuality
		p.Pain, p.Headache, p.Tinnitus, p.Mood, p.TakenMedicine = c.Pain, c.Headache, c.Tinnitus, c.Mood, c.TakenMedicine
		p.Triggers = append(p.Triggers, c.Triggers...)
		p.note(c.WorstRegion)
		if p.Attacks != nil {
			p.AttacksFrom = ptr("noted")
		}
	}
	if n := float64(len(attacks)); n > 0 && (p.Attacks == nil || *p.Attacks < n) {
		p.Attacks, p.AttacksFrom = &n, ptr("counted")
	}
	slices.SortFunc(attacks, func(a, b Entry) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	var gaps []float64
	for i, e := range attacks {
		if i > 0 {
			gaps = append(gaps, e.At.Sub(attacks[i-1].At).Seconds())
		}
		if e.Attack == nil {
			continue
		}
		p.note(e.Attack.WorstRegion)
		if t := e.Attack.Trigger; t != nil && *t != "" && !slices.Contains(p.Triggers, *t) {
			p.Triggers = append(p.Triggers, *t)
		}
		// An attack of more than a day was not stopped but forgotten.
		if end := e.Attack.End; end != nil && !end.Before(e.At) && end.Sub(e.At) < 24*time.Hour {
			if s := end.Sub(e.At).Seconds(); p.LongestS == nil || *p.LongestS < s {
				p.LongestS = &s
			}
		}
	}
	if p.IntervalS == nil && len(gaps) > 0 {
		p.IntervalS = ptr(signal.Median(gaps))
	}
	slices.Sort(p.Triggers)
	p.Triggers = slices.Compact(p.Triggers)
	return p
}

// note takes a worst region; the furthest along the usual spread stands for the
// day.
func (p *DayPoint) note(region *string) {
	if region == nil || *region == "" {
		return
	}
	p.regions[*region] = true
	s, known := stageOf(*region)
	if p.WorstRegion == nil || (known && (p.Stage == nil || s > *p.Stage)) {
		p.WorstRegion = region
	}
	if known && (p.Stage == nil || s > *p.Stage) {
		p.Stage = &s
	}
}

func ptr[T any](v T) *T { return &v }
