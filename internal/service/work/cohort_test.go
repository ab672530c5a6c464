package work

import (
	"math"
	"testing"
	"time"

	"facialis/internal/service/record"
)

// A person's pair is the last usable film before the treatment and the last one after it
// that is neither too early, too late nor after the next treatment.
func TestPairOf(t *testing.T) {
	day0 := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	film := func(day int, rate float64, usable bool) record.CohortRow {
		at := day0.AddDate(0, 0, day)
		return record.CohortRow{Person: record.Person{Code: "P"}, Recording: record.Recording{ID: at.Format("0102"), Film: record.Film{RecordedAt: &at}, Usable: &usable, RatePerMin: &rate}}
	}
	films := []record.CohortRow{film(-200, 50, true), film(-30, 40, true), film(-10, 30, true), film(-1, 99, false), film(3, 25, true), film(20, 8, true), film(40, 10, true), film(70, 35, true)}
	all := []record.TreatmentOn{{Type: "botulinum_toxin", At: day0}, {Type: "drug", At: day0.AddDate(0, 0, 60)}}
	i := 0
	for k, c := range cohortColumns {
		if c.name == "rate_per_min" {
			i = k
		}
	}
	col := cohortColumns[i : i+1]
	for _, c := range []struct {
		name, treatment string
		in              Window
		before, after   float64 // 0: no pair
	}{
		{"usual", "", Window{92, 7, 92}, 30, 10},
		{"early after", "botulinum_toxin", Window{92, 1, 10}, 30, 25},
		{"nothing that early", "botulinum_toxin", Window{5, 7, 92}, 0, 0},
		{"the second treatment", "drug", Window{92, 7, 92}, 10, 35},
		{"no such treatment", "operation", Window{92, 7, 92}, 0, 0},
	} {
		p, any, err := (&Worker{}).pairOf(t.Context(), films, all, c.treatment, col, c.in)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case c.before == 0:
			if p != nil || any != (c.treatment != "operation") {
				t.Errorf("%s: %+v, %v", c.name, p, any)
			}
		case p == nil || p.Before != c.before || p.After != c.after:
			t.Errorf("%s: %+v, want %g to %g", c.name, p, c.before, c.after)
		}
	}
	// By hand: differences −20, −10, −12; mean −14, s = 5.2915, t(2) = 4.3027.
	p := &Paired{Pairs: []PairedRow{{Before: 30, After: 10}, {Before: 20, After: 10}, {Before: 15, After: 3}}}
	p.sum()
	half := 4.302652729911275 * math.Sqrt(28) / math.Sqrt(3)
	if *p.Change.Value != -14 || math.Abs(p.Change.CI95[0]+14+half) > 1e-9 || math.Abs(p.Change.CI95[1]+14-half) > 1e-9 || *p.Less.Value != 1 {
		t.Errorf("%+v", p.Change)
	}
}

func TestDates(t *testing.T) {
	for text, want := range map[string]string{"2026-05-07": "2026-05-07", "07.05.2026": "2026-05-07", "7.5.2026": "2026-05-07", "2026-05-07 10:30": "2026-05-07",
		"5/7/2026": "", "25/7/2026": "2026-07-25", "7/25/2026": "2026-07-25", "5/5/2026": "2026-05-05", "2026-13-01": "", "soon": "", "31.02.2026": ""} {
		got, err := dateOf(text)
		if (err != nil) != (want == "") || err == nil && got.Format(time.DateOnly) != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}
