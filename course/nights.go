package course

import (
	"slices"
	"time"

	"facialis/measure"
	"facialis/night"
)

// Nights is what the films of nights say: night by night, and all of them together.
type Nights struct {
	List   []NightPoint      `json:"list"`   // the earliest first
	All    *night.Comparison `json:"all"`    // sleep against waking at rest in all films of nights; null without any
	Person []string          `json:"person"` // sentences for the person
	Doctor []string          `json:"doctor"` // and for a doctor
}

// NightPoint is one night: its films joined by the clock, and the films of the evening
// before and the morning after.
type NightPoint struct {
	Evening    string           `json:"evening"` // the date of its evening
	From       time.Time        `json:"from"`
	To         time.Time        `json:"to"`
	Recordings []string         `json:"recordings"`        // the films' ids, in order
	Sleep      night.Comparison `json:"sleep"`             // asleep against awake at rest, in the films of the night
	Before     *RestFilms       `json:"before"`            // films of the evening; null where there is none
	After      *RestFilms       `json:"after"`             // and of the morning
	AsDays     measure.Estimate `json:"asleep_over_films"` // the rate asleep over that awake in the night, the evening and the morning together
	Hours      []NightHour      `json:"hours"`
}

// RestFilms are the films of an evening or a morning, of a face at rest.
type RestFilms struct {
	Recordings []string         `json:"recordings"`
	Spasms     int              `json:"spasms"`
	SeenS      float64          `json:"seen_s"`
	RatePerMin measure.Estimate `json:"rate_per_min"`
}

// NightHour is an hour by the person's clock, of all films of the night. What began in
// the last minutes of an hour is counted by the middle of its ten minutes.
type NightHour struct {
	From    time.Time  `json:"from"`
	FilmedS float64    `json:"filmed_s"`
	AsleepS float64    `json:"asleep_s"`
	AwakeS  float64    `json:"awake_s"`
	SeenS   [2]float64 `json:"seen_s"` // right, left: at least one region
	Spasms  [2]int     `json:"spasms"`
	Asleep  [2]int     `json:"spasms_asleep"`
}

const (
	besideNight = 6 * time.Hour // a film so long before or after a night is of its evening or its morning
)

// nights are the films of nights by the date of the evening.
func (c *Course) nights() Nights {
	out := Nights{List: []NightPoint{}, Person: []string{}, Doctor: []string{}}
	var all counts
	var in []counts
	for i := range c.films {
		r := &c.films[i]
		day := dayOf(r.At.Add(-night.TurnsAfter), r.tz)
		n := len(out.List) - 1
		if n < 0 || out.List[n].Evening != date(day) {
			out.List = append(out.List, NightPoint{Evening: date(day), From: r.At, Recordings: []string{}, Hours: []NightHour{}})
			in = append(in, counts{})
			n++
		}
		p := &out.List[n]
		p.Recordings = append(p.Recordings, r.ID)
		if end := r.end(); end.After(p.To) {
			p.To = end
		}
		in[n].add(r.m)
		p.hours(r)
	}
	for i := range out.List {
		p, in := &out.List[i], in[i]
		all.join(in)
		p.Sleep = in.compare()
		p.Before = c.beside(p.From.Add(-besideNight), p.From)
		p.After = c.beside(p.To, p.To.Add(besideNight))
		for _, f := range []*RestFilms{p.Before, p.After} {
			if f != nil {
				in.awake, in.awakeS = in.awake+f.Spasms, in.awakeS+f.SeenS
			}
		}
		p.AsDays = in.compare().Ratio
	}
	if len(out.List) > 0 {
		cmp := all.compare()
		out.All, out.Person, out.Doctor = &cmp, cmp.ForPersonAllNights(c.language()), cmp.ForDoctorAllNights(c.language())
	}
	return out
}

// apart are the recordings awake and the films of nights. These are measured in another
// way, so their figures stand in no series of the others.
func apart(all []RecordingPoint) (awake, nights []RecordingPoint) {
	awake = []RecordingPoint{}
	for _, r := range all {
		if r.ofNight() {
			nights = append(nights, r)
		} else {
			awake = append(awake, r)
		}
	}
	return awake, nights
}

// ofNight says that a recording is a film of a night. Older analyses have no stretches:
// of them it is what has sleep and, beside it, waking only.
func (r *RecordingPoint) ofNight() bool {
	sleep, other := false, false
	for _, t := range r.m.ByTask {
		sleep = sleep || t.Task == night.TaskSleep
		other = other || t.Task != night.TaskSleep && t.Task != night.TaskRest
	}
	return r.night != nil || sleep && !other
}

func (r *RecordingPoint) end() time.Time {
	return r.At.Add(time.Duration(r.lengthS * float64(time.Second)))
}

// counts are spasms over the time that was seen, asleep and awake at rest.
type counts struct {
	asleep, awake   int
	asleepS, awakeS float64
}

func (c *counts) add(m measure.Summary) {
	for _, t := range m.ByTask {
		switch t.Task {
		case night.TaskSleep:
			c.asleep, c.asleepS = c.asleep+t.Spasms, c.asleepS+t.UsableS
		case night.TaskRest, "rest_closed":
			c.awake, c.awakeS = c.awake+t.Spasms, c.awakeS+t.UsableS
		}
	}
}

func (c *counts) join(o counts) {
	c.asleep, c.awake, c.asleepS, c.awakeS = c.asleep+o.asleep, c.awake+o.awake, c.asleepS+o.asleepS, c.awakeS+o.awakeS
}

func (c counts) compare() night.Comparison {
	return night.Compare(c.asleep, c.asleepS, c.awake, c.awakeS)
}

// beside are the films between two times that are of no night: their rest where they
// have tasks, else the whole of them.
func (c *Course) beside(from, to time.Time) *RestFilms {
	var out *RestFilms
	for i := range c.Recordings {
		r := &c.Recordings[i]
		if r.At.Before(from) || r.end().After(to) {
			continue
		}
		var n counts
		if n.add(r.m); len(r.m.ByTask) == 0 {
			n.awake, n.awakeS = r.m.Spasms, r.m.UsableS
		}
		if n.awakeS <= 0 {
			continue
		}
		if out == nil {
			out = &RestFilms{Recordings: []string{}}
		}
		out.Recordings, out.Spasms, out.SeenS = append(out.Recordings, r.ID), out.Spasms+n.awake, out.SeenS+n.awakeS
		out.RatePerMin = measure.PoissonRate(out.Spasms, out.SeenS/60)
	}
	return out
}

// hours adds a film's stretches to the night's hours by the clock.
func (p *NightPoint) hours(r *RecordingPoint) {
	zone := time.FixedZone("", r.tz*60)
	for _, b := range r.night {
		mid := r.At.Add(time.Duration((b.FromS + min(b.FilmedS, night.PartBinS)/2) * float64(time.Second))).In(zone)
		from := time.Date(mid.Year(), mid.Month(), mid.Day(), mid.Hour(), 0, 0, 0, zone)
		i := slices.IndexFunc(p.Hours, func(h NightHour) bool { return h.From.Equal(from) })
		if i < 0 {
			p.Hours = append(p.Hours, NightHour{From: from})
			i = len(p.Hours) - 1
		}
		h := &p.Hours[i]
		h.FilmedS, h.AsleepS, h.AwakeS = h.FilmedS+b.FilmedS, h.AsleepS+b.AsleepS, h.AwakeS+b.AwakeS
		for s := range 2 {
			h.SeenS[s], h.Spasms[s], h.Asleep[s] = h.SeenS[s]+b.SeenS[s], h.Spasms[s]+b.Spasms[s], h.Asleep[s]+b.Asleep[s]
		}
	}
	slices.SortFunc(p.Hours, func(a, b NightHour) int { return a.From.Compare(b.From) })
}
