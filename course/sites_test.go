package course

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/measure"
)

// filmOf is a recording with what the region of one side did, and the gaps of the lids.
func filmOf(day, spasms int, usable, peak, right, left float64) Recording {
	r := film(day, float64(spasms)/usable*60, usable)
	gap := func(v float64) measure.Estimate {
		return measure.Estimate{Value: ptr(v), CI95: &[2]float64{v - 0.3, v + 0.3}}
	}
	r.Measures.Sides.Left = measure.SideSummary{SeenS: ptr(usable), Spasms: spasms,
		Regions: []measure.RegionRate{{Region: anatomy.OrbicularisOculi, SeenS: usable, Spasms: spasms, RatePerMin: measure.PoissonRate(spasms, usable/60)}},
		Spread:  []measure.RegionShare{{Region: anatomy.OrbicularisOculi, Share: 1, Of: spasms, PeakMM: ptr(peak)}}}
	r.Measures.Resting.ApertureMM = measure.SidePair{Right: gap(right), Left: gap(left)}
	return r
}

// Each injected place stands with its units beside what its region did before and at
// the height of the effect, and the gap of the lids of each side.
func TestToxinSites(t *testing.T) {
	shot := treat(30, Treatment{Type: BotulinumToxin, Product: ptr("onabotulinumtoxinA"), UnitsPerML: ptr(25.0),
		Sites: []Site{{Region: "eyelid", Side: "left", Units: 7.5}, {Region: "zygomaticus", Side: "left", Units: 2.5}, {Region: "ear", Side: "left", Units: 1}}})
	c := follow(t, Input{Entries: []Entry{shot}, Now: at(90), Recordings: []Recording{filmOf(10, 3, 60, 9, 8, 8), filmOf(28, 12, 180, 4, 9, 9), filmOf(50, 3, 180, 1, 9, 7), filmOf(85, 12, 180, 4, 9, 9)}})
	cy := c.Toxin.Cycles[0]
	if *cy.Product != "onabotulinumtoxinA" || *cy.UnitsPerML != 25 || *cy.UnitsTotal != 11 || len(cy.Sites) != 3 {
		t.Fatalf("%+v", cy)
	}
	lid := cy.Sites[0]
	if lid.Units != 7.5 || *lid.Region != "orbicularis_oculi" || *lid.PeakBefore != 4 || *lid.PeakAfter != 1 || *lid.RateBefore.Value != 4 || *lid.RateAfter.Value != 1 {
		t.Errorf("the lid: %+v", lid)
	}
	if s := cy.Sites[1]; *s.Region != "zygomaticus" || s.PeakBefore != nil || s.RateBefore.Value != nil {
		t.Errorf("what was not measured has a figure: %+v", s)
	}
	if cy.Sites[2].Region != nil {
		t.Errorf("an ear is measured: %+v", cy.Sites[2])
	}
	for _, l := range cy.Lids {
		if want := map[string]float64{"right": 0, "left": -2}[l.Side]; math.Abs(*l.Change.Value-want) > 1e-9 || l.Change.CI95[0] >= *l.Change.Value {
			t.Errorf("%s: %+v", l.Side, l)
		}
	}
	if len(cy.Lids) != 2 || *cy.FilmBefore != c.Recordings[1].ID || *cy.FilmAfter != c.Recordings[2].ID {
		t.Errorf("lids %+v, films %v %v", cy.Lids, *cy.FilmBefore, *cy.FilmAfter)
	}
}

// The pooled interval holds the true rate of 95 in 100 people whose days differ; by
// the counting alone it would hold far fewer.
func TestPooledIntervalsHoldTheRate(t *testing.T) {
	const people, films, minutes, mean, shape = 400, 6, 3.0, 8.0, 4.0
	rng := rand.New(rand.NewPCG(5, 5))
	poisson := func(l float64) int {
		n, p := 0, math.Exp(-l)
		for u := rng.Float64(); u > p; u *= rng.Float64() {
			n++
		}
		return n
	}
	held, counting := 0, 0
	for range people {
		var recs []Recording
		for d := range films {
			g := 0.0 // a day's rate: gamma with that mean, as a sum of exponentials
			for range int(shape) {
				g += rng.ExpFloat64() * mean / shape
			}
			recs = append(recs, film(10+d, float64(poisson(g*minutes))/minutes, 60*minutes))
		}
		p := follow(t, Input{Recordings: recs, Now: at(20)}).Pooled
		if p.Recordings != films {
			t.Fatalf("%+v", p)
		}
		if p.RatePerMin.CI95[0] <= mean && mean <= p.RatePerMin.CI95[1] {
			held++
		}
		if e := measure.PoissonRate(p.Spasms, p.UsableS/60); e.CI95[0] <= mean && mean <= e.CI95[1] {
			counting++
		}
	}
	if share := float64(held) / people; share < 0.92 || float64(counting)/people > 0.8 {
		t.Errorf("the interval holds the rate of %.2f, by counting alone of %.2f", share, float64(counting)/people)
	}
	t.Logf("held %d of %d, by counting alone %d", held, people, counting)
	shot := treat(15, Treatment{Type: BotulinumToxin})
	if p := follow(t, Input{Entries: []Entry{shot}, Recordings: []Recording{film(10, 9, 60), film(12, 9, 60), film(30, 1, 60)}, Now: at(40)}).Pooled; p != nil {
		t.Errorf("films before and after an injection are pooled: %+v", p)
	}
}

// After an operation: freedom that ended again, and never any help, have their own
// words, and what became of others is said with its count.
func TestRelapseAndNever(t *testing.T) {
	run := func(now int, attacks func(day int) float64) (Decompression, []string) {
		entries := []Entry{mvd(30)}
		for d := range now {
			entries = append(entries, check(d, attacks(d), math.NaN()))
		}
		c := follow(t, Input{Entries: entries, Now: at(now)})
		return c.Decompression[0], c.Summary
	}
	d, words := run(300, func(day int) float64 {
		switch {
		case day <= 40:
			return 8
		case day <= 200:
			return 0
		}
		return 3
	})
	if d.State != "relapsed" || d.FreeFrom == nil || *d.FreeFrom != at(41).Format("2006-01-02") || *d.FreeTo != at(200).Format("2006-01-02") || !strings.Contains(strings.Join(words, " "), "119 people") {
		t.Errorf("relapse: %+v %q", d, words)
	}
	if d, _ := run(300, func(day int) float64 { return map[bool]float64{true: 0, false: 8}[day > 100 && day < 110] }); d.State != "not_yet" {
		t.Errorf("ten quiet days are taken for freedom: %s", d.State)
	}
	if d, _ := run(430, func(int) float64 { return 8 }); d.State != "never" {
		t.Errorf("never: %s", d.State)
	}
	if d, _ := run(430, func(day int) float64 { return map[bool]float64{true: 8, false: 3}[day <= 30] }); d.State != "spasms_remain" {
		t.Errorf("fewer: %s", d.State)
	}
	if d, _ := run(200, func(int) float64 { return 8 }); d.State != "not_yet" || !d.TooEarly {
		t.Errorf("too early: %+v", d)
	}
}
