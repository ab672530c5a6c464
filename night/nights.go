package night

import (
	"cmp"
	"slices"
	"time"

	"facialis/words"
)

// TurnsAfter is how long after midnight a night still is of the evening before: until
// noon.
const TurnsAfter = 12 * time.Hour

// NightsSchema is the name of nights.json's form.
const NightsSchema = "facialis.nights/1"

// Nights are several nights of one person: the file nights.json.
type Nights struct {
	Schema string     `json:"schema"`
	Nights []OneNight `json:"nights"`
	All    Comparison `json:"all"` // the counts and times of all nights together
}

// OneNight is one night among several.
type OneNight struct {
	Evening string     `json:"evening"` // the date of its evening, and the name of the folder with its results
	From    time.Time  `json:"from"`
	To      time.Time  `json:"to"`
	FilmedS float64    `json:"filmed_s"`
	Sleep   Comparison `json:"sleep"`
}

// apartLeast is the least that is not filmed between two nights: who sleeps past noon
// sleeps one night.
const apartLeast = time.Hour

// Split puts films into nights: a night is of the evening on which it began, until noon.
// A date is one of where.
func Split(files []File, where *time.Location) [][]File {
	order := slices.Clone(files)
	slices.SortStableFunc(order, func(a, b File) int { return cmp.Or(a.Begin.Compare(b.Begin), cmp.Compare(a.Path, b.Path)) })
	var out [][]File
	var end time.Time
	for _, f := range order {
		n := len(out) - 1
		if n < 0 || Evening(f.Begin, where) != Evening(out[n][0].Begin, where) && f.Begin.Sub(end) >= apartLeast {
			out = append(out, nil)
			n++
		}
		out[n] = append(out[n], f)
		if e := f.end(); e.After(end) {
			end = e
		}
	}
	return out
}

func (f File) end() time.Time { return f.Begin.Add(time.Duration(f.LengthS * float64(time.Second))) }

// Evening is the date of the evening of a night in which a time lies.
func Evening(at time.Time, where *time.Location) string {
	return at.In(where).Add(-TurnsAfter).Format(time.DateOnly)
}

// Add adds a night's films and what was found of it.
func (n *Nights) Add(files []File, s *Summary, where *time.Location) {
	one := OneNight{FilmedS: s.FilmedS, Sleep: s.Sleep}
	for i, f := range files {
		if i == 0 || f.Begin.Before(one.From) {
			one.From = f.Begin
		}
		if e := f.end(); e.After(one.To) {
			one.To = e
		}
	}
	one.Evening = Evening(one.From, where)
	n.Schema, n.Nights = NightsSchema, append(n.Nights, one)
	a := n.All
	n.All = Compare(a.Asleep+s.Sleep.Asleep, a.AsleepS+s.Sleep.AsleepS, a.Awake+s.Sleep.Awake, a.AwakeS+s.Sleep.AwakeS)
}

// Lines are the sentences over several nights: each night's counts, rates and ratio, and
// what all of them say to the person and to a doctor.
func (n *Nights) Lines(l *words.Language) (out []string) {
	for _, one := range n.Nights {
		counts := one.Sleep.forDoctor(l)
		out = append(out, l.Say("night.of", words.Args{"Evening": one.Evening}))
		out = append(out, counts[:len(counts)-1]...) // the verdict is of all nights
	}
	out = append(out, l.Say("night.all", words.Args{"Nights": l.Count("night.nights", len(n.Nights))}))
	return append(append(out, n.All.ForPersonAllNights(l)...), n.All.ForDoctorAllNights(l)...)
}
