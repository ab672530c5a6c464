package demo

import (
	"time"

	"facialis/anatomy"
	"facialis/internal/service/record"
	"facialis/words"
)

// film is a drawn film of a patient.
type film struct {
	key     string // of its name in the catalog
	preset  string
	daysAgo int
	rate    float64 // times the preset's own rate
	seed    uint64  // one that shows what the film is there to show; a test holds it
}

func (f *film) label() string { return words.Default().Name("demo.film", f.key) }

func (p *patient) name() string { return words.Default().Name("demo.patient", p.key) }

// seconds is every film's length.
const seconds = 30

// patient is a drawn patient.
type patient struct {
	key, code, sex string // key is that of the name in the catalog
	year           int
	side           anatomy.Side
	films          []film
	answers        map[string]any
	days           int                                        // of diary
	level          func(ago int) float64                      // attacks a day, by days ago
	worst          func(ago int) anatomy.Region               // region; the diary names its place
	treatments     func(now time.Time) []record.TreatmentData // with their from
	visits         []int                                      // days ago
}

// ramp goes from a at x0 to b at x1 and stays beyond.
func ramp(x, x0, x1, a, b float64) float64 {
	f := max(0, min(1, (x-x0)/(x1-x0)))
	return a + f*(b-a)
}

// injected is the share of the level that is left so many days after an
// injection: none gone until the third day, a quarter left from two to nine
// weeks, all back after fourteen.
func injected(days int) float64 {
	d := float64(days)
	switch {
	case d < 3:
		return 1
	case d < 60:
		return ramp(d, 3, 14, 1, 0.25)
	}
	return ramp(d, 60, 98, 0.25, 1)
}

func day(now time.Time, ago int) string { return now.AddDate(0, 0, -ago).Format(time.DateOnly) }

func ptr[T any](v T) *T { return &v }

// toxin is an injection around the left eye and into the cheek.
func toxin(from string) record.TreatmentData {
	return record.TreatmentData{Type: "botulinum_toxin", Product: ptr(words.Default().Say("demo.product")), UnitsTotal: ptr(22.5), From: from,
		Sites: []record.Site{{Region: "eyelid", Side: "left", Units: 15}, {Region: "cheek", Side: "left", Units: 5}, {Region: "upper_lip", Side: "left", Units: 2.5}}}
}

// patients are the four.
var patients = []patient{
	{
		key: "injections", code: "DEMO-1", sex: "f", year: 1965, side: anatomy.Left,
		films: []film{
			{"beforeInjection", "primary-spread", 72, 1.6, 4},
			{"afterInjection", "primary-spread", 42, 0.4, 3},
			{"thisWeek", "primary-spread", 3, 1, 1003},
		},
		answers: map[string]any{"age": 61, "sex": "female", "kind": []string{"twitch", "close"}, "side": "left", "first_place": "lower_lid",
			"places": []string{"eye", "cheek"}, "since": "2022-03", "palsy": "no", "hold": "no", "evoked": []string{"none"}},
		days: 200,
		level: func(ago int) float64 {
			share := 1.0
			for _, at := range []int{165, 70} {
				if ago <= at {
					share = injected(at - ago)
				}
			}
			return 22 * share
		},
		worst: func(int) anatomy.Region { return anatomy.OrbicularisOculi },
		treatments: func(now time.Time) []record.TreatmentData {
			return []record.TreatmentData{toxin(day(now, 165)), toxin(day(now, 70))}
		},
		visits: []int{165, 70},
	},
	{
		key: "decompression", code: "DEMO-2", sex: "m", year: 1972, side: anatomy.Left,
		films: []film{
			{"beforeOperation", "primary-severe-platysma", 190, 1, 4},
			{"afterOperation", "primary-eye", 30, 0.3, 3},
		},
		answers: map[string]any{"age": 54, "sex": "male", "kind": []string{"twitch", "close"}, "side": "left", "first_place": "eye",
			"places": []string{"eye", "cheek", "mouth", "neck"}, "since": "2018-09", "palsy": "no", "hold": "no", "evoked": []string{"none"}},
		days: 230,
		level: func(ago int) float64 {
			after := 150 - ago
			if after < 0 {
				return 40
			}
			return ramp(float64(after), 0, 90, 12, 1.5)
		},
		worst: func(ago int) anatomy.Region {
			if ago > 150 {
				return anatomy.Zygomaticus
			}
			return anatomy.OrbicularisOculi
		},
		treatments: func(now time.Time) []record.TreatmentData {
			return []record.TreatmentData{
				{Type: "drug", Drug: ptr(words.Default().Say("demo.drug")), Dose: ptr(words.Default().Say("demo.dose")), From: day(now, 225), To: ptr(day(now, 151)), Sites: []record.Site{}},
				{Type: "surgery", Operation: ptr("microvascular_decompression"), From: day(now, 150), Sites: []record.Site{}},
			}
		},
		visits: []int{200, 150, 60},
	},
	{
		key: "palsy", code: "DEMO-3", sex: "f", year: 1980,
		films: []film{{"blinking", "postparalytic-blink", 5, 1, 1005}},
		answers: map[string]any{"age": 46, "sex": "female", "kind": []string{"twitch"}, "side": "left", "palsy": "yes", "palsy_side": "left", "palsy_since": "2024-02",
			"since": "2024-08", "rest": "no", "evoked": []string{"blink", "close"}},
		side: anatomy.Left, days: 45,
		level: func(int) float64 { return 6 },
		worst: func(int) anatomy.Region { return anatomy.OrbicularisOris },
	},
	{
		key: "bothEyes", code: "DEMO-4", sex: "m", year: 1958, side: anatomy.Both,
		films:   []film{{"ahead", "blepharospasm", 2, 1, 4}},
		answers: map[string]any{"age": 68, "sex": "male", "kind": []string{"close"}, "side": "both", "both_how": "together", "since": "2024", "palsy": "no"},
		days:    60,
		level:   func(int) float64 { return 14 },
		worst:   func(int) anatomy.Region { return anatomy.OrbicularisOculi },
	},
}
