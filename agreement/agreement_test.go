package agreement

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
	_ "facialis/internal/rapidtest"
	"facialis/measure"
	"facialis/validate"
)

func near(t *testing.T, what string, got *float64, want, within float64) {
	t.Helper()
	if got == nil || math.Abs(*got-want) > within {
		t.Errorf("%s: %v, want %g", what, text(got), want)
	}
}

func text(v *float64) any {
	if v == nil {
		return "nothing"
	}
	return *v
}

// Cohen (1968), table 1: 200 diagnoses of three kinds with weights of his own. He
// prints 0.348, and 0.492 unweighted; standard errors from statsmodels 0.15.0,
// cohens_kappa.
func TestKappaOfCohen(t *testing.T) {
	table := [][]float64{{88, 14, 18}, {10, 40, 10}, {2, 6, 12}}
	w := [][]float64{{0, 1, 3}, {1, 0, 6}, {3, 6, 0}}
	k := WeightedKappa(table, func(i, j int) float64 { return w[i][j] })
	near(t, "weighted", k.Value, 0.3478260869565216, 1e-12)
	near(t, "low", &k.CI95[0], 0.19984093636890574, 1e-9)
	near(t, "high", &k.CI95[1], 0.4958112375441375, 1e-9)
	k = WeightedKappa(table, Unweighted)
	near(t, "unweighted", k.Value, 0.49152542372881347, 1e-12)
	near(t, "low", &k.CI95[0], 0.3915637020535469, 1e-9)
	near(t, "as package validate", k.Value, *validate.Kappa(table), 1e-12)
}

// Five ordered levels; values from statsmodels 0.15.0 (cohens_kappa, wt) and the same
// from scikit-learn 1.9.1 (cohen_kappa_score).
func TestKappaOfLevels(t *testing.T) {
	table := [][]float64{{11, 3, 1, 0, 0}, {4, 14, 5, 1, 0}, {0, 3, 9, 4, 1}, {0, 1, 2, 12, 3}, {0, 0, 1, 2, 8}}
	for _, c := range []struct {
		name             string
		w                Weights
		value, low, high float64
	}{
		{"linear", Linear, 0.7129455909943715, 0.6194395797555468, 0.8064516022331962},
		{"quadratic", Quadratic, 0.8421222643947347, 0.7736592261486013, 0.9105853026408681},
	} {
		k := WeightedKappa(table, c.w)
		near(t, c.name, k.Value, c.value, 1e-12)
		near(t, c.name+" low", &k.CI95[0], c.low, 1e-9)
		near(t, c.name+" high", &k.CI95[1], c.high, 1e-9)
	}
}

// Shrout and Fleiss (1979), table 2: they print ICC(2,1) = 0.29; pingouin 0.7.0
// (intraclass_corr) gives 0.289764, interval 0.02 to 0.76.
func TestICCOfShroutAndFleiss(t *testing.T) {
	var all []Rating
	for i, row := range [][]int{{9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}} {
		for j, n := range row {
			r := Rating{Rater: string(rune('A' + j)), Film: string(rune('a' + i)), Round: 1, DurationS: 60, Marked: true}
			for k := range n {
				r.Events = append(r.Events, event.Event{Kind: event.Spasm, OnsetS: float64(k), OffsetS: float64(k) + 0.2})
			}
			all = append(all, r)
		}
	}
	rep := Analyze(all, 1, nil, Params{Kinds: []event.Kind{event.Spasm}, Statistics: Statistics, ToleranceS: 0.1})
	a := rep.Amounts[0]
	near(t, "ICC(2,1)", a.ICC.Value, 0.289764, 5e-7)
	near(t, "low", &a.ICC.CI95[0], 0.02, 0.005)
	near(t, "high", &a.ICC.CI95[1], 0.76, 0.005)
	if a.Films != 6 || len(a.Pairs) != 6 || len(rep.Raters) != 4 {
		t.Errorf("%d films, %d pairs, raters %v", a.Films, len(a.Pairs), rep.Raters)
	}
}

var (
	wright1 = []float64{494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427}
	wright2 = []float64{490, 397, 512, 401, 470, 611, 415, 431, 638, 429, 420, 633, 275, 492, 165, 372, 421}
	mini1   = []float64{512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451}
	mini2   = []float64{525, 415, 508, 444, 500, 625, 460, 390, 642, 432, 420, 605, 227, 467, 268, 370, 443}
)

func less(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = a[i] - b[i]
	}
	return d
}

// Bland and Altman (1986): peak flow of 17 people by two meters. They print a mean
// difference of −2.1, SD 38.8, its interval −22.0 to 17.8, and (with 2 for 1.96)
// limits −79.7 and 75.5, whose intervals are 34.6 wide to each side; of repeated
// measurements, root mean squares of 21.6 and 28.2.
func TestLimitsOfBlandAndAltman(t *testing.T) {
	d := BlandAltman(less(wright1, mini1))
	near(t, "mean", d.Bias.Value, -2.1, 0.05)
	near(t, "SD", d.SD, 38.8, 0.05)
	near(t, "mean low", &d.Bias.CI95[0], -22.0, 0.06)
	near(t, "mean high", &d.Bias.CI95[1], 17.8, 0.06)
	near(t, "limit", d.Low.Value, -78.097301611094, 1e-9)
	near(t, "limit high", d.High.Value, 73.86200749344692, 1e-9)
	half := d.Low.CI95[1] - *d.Low.Value
	near(t, "limit's interval", &half, 34.6, 0.1)

	for _, c := range []struct {
		a, b            []float64
		rms, sw, change float64
	}{
		{wright1, wright2, 21.6, 15.306669057866863, 42.42792199372817},
		{mini1, mini2, 28.2, 19.91083063236158, 55.19000676806285},
	} {
		e := Repeated(less(c.a, c.b))
		rms := *e.SW.Value * math.Sqrt2
		near(t, "root mean square", &rms, c.rms, 0.05)
		near(t, "sw", e.SW.Value, c.sw, 1e-9)
		near(t, "change", e.Change.Value, c.change, 1e-9)
	}
}

// The interval of sw covers the truth as often as it says.
func TestCoverOfTheError(t *testing.T) {
	cover, n := 0, 400
	r := newNormal(7)
	for range n {
		d := make([]float64, 12)
		for i := range d {
			d[i] = math.Sqrt2 * 3 * r()
		}
		if ci := Repeated(d).SW.CI95; ci[0] <= 3 && 3 <= ci[1] {
			cover++
		}
	}
	if share := float64(cover) / float64(n); share < 0.92 || share > 0.98 {
		t.Errorf("covers %.3f", share)
	}
}

// The share of agreement by hand: of two films, 2 of 3 and 1 of 2 events found by both.
func TestEventShare(t *testing.T) {
	at := func(times ...float64) (out []event.Event) {
		for _, x := range times {
			out = append(out, event.Event{Kind: event.Spasm, Side: anatomy.Right, OnsetS: x, OffsetS: x + 0.2})
		}
		return out
	}
	all := []Rating{
		{Rater: "A", Film: "1", Round: 1, DurationS: 60, Marked: true, Events: at(1, 5, 9)},
		{Rater: "B", Film: "1", Round: 1, DurationS: 60, Marked: true, Events: at(1.05, 5.1)},
		{Rater: "A", Film: "2", Round: 1, DurationS: 60, Marked: true, Events: at(3)},
		{Rater: "B", Film: "2", Round: 1, DurationS: 60, Marked: true, Events: at(3, 7)},
		{Rater: "A", Film: "3", Round: 2, DurationS: 60, Marked: true, Events: at(3)}, // another round
	}
	program := []Rating{{Film: "1", DurationS: 60, Marked: true, Events: at(1, 5, 9)}}
	p := Params{Kinds: []event.Kind{event.Spasm}, Statistics: Statistics, ToleranceS: 0.1}
	rep := Analyze(all, 1, program, p)
	e := rep.Events[0]
	if e.Both != 3 || e.OnlyA != 1 || e.OnlyB != 1 || e.Films != 2 {
		t.Errorf("%+v", e)
	}
	near(t, "share", e.Share.Value, 6.0/8, 1e-12)
	if m := rep.Events[1]; m.B != Program || m.Films != 1 || *m.Share.Value != 1 {
		t.Errorf("A and the program: %+v", m)
	}
	if said := Methods(rep, p, "1.2.3"); !strings.Contains(said, "1.2.3") || !strings.Contains(said, "2 raters") || strings.Contains(said, "report.") {
		t.Error(said)
	}
}

// Whatever is rated: raters who always agree have kappa, share and ICC 1; figures stay
// within their bounds and intervals around them; the order of the ratings changes
// nothing; a second round changes nothing in the first.
func TestAnyStudy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		films := rapid.IntRange(1, 5).Draw(t, "films")
		agree := rapid.Bool().Draw(t, "agree")
		var all []Rating
		for f := range films {
			var same Rating
			for r := range 3 {
				for repeat := range 2 {
					x := Rating{DurationS: 30, Marked: true, Scales: map[string]map[string]int{"smc": {"grade": rapid.IntRange(0, 4).Draw(t, "grade")}}}
					at := 0.0
					for range rapid.IntRange(0, 5).Draw(t, "events") {
						at += rapid.Float64Range(0.5, 4).Draw(t, "gap")
						x.Events = append(x.Events, event.Event{Kind: event.Spasm, Side: anatomy.Right, OnsetS: at, OffsetS: at + 0.2})
					}
					if r+repeat == 0 {
						same = x
					} else if agree {
						x = same
					}
					x.Rater, x.Film, x.Round, x.Repeat = string(rune('A'+r)), string(rune('a'+f)), 1, repeat
					all = append(all, x)
				}
			}
		}
		p := Params{Kinds: []event.Kind{event.Spasm}, Scales: []string{"smc"}, Statistics: Statistics, ToleranceS: 0.1}
		rep := Analyze(all, 1, nil, p)
		var b, c strings.Builder
		if err := rep.WriteCSV(&b, true); err != nil {
			t.Fatal(err)
		}
		second := append(rapid.Permutation(all).Draw(t, "order"), Rating{Rater: "A", Film: "a", Round: 2, DurationS: 30, Marked: true})
		if err := Analyze(second, 1, nil, p).WriteCSV(&c, true); err != nil || b.String() != c.String() {
			t.Fatalf("another order, other figures: %v\n%s\n%s", err, b.String(), c.String())
		}
		in := func(what string, e measure.Estimate) {
			if e.Value == nil {
				return
			}
			if *e.Value < -1-1e-9 || *e.Value > 1+1e-9 || agree && *e.Value < 1-1e-9 {
				t.Fatalf("%s is %g, agree %v", what, *e.Value, agree)
			}
			if e.CI95 != nil && e.CI95[0] > e.CI95[1] {
				t.Fatalf("%s: interval %v", what, *e.CI95)
			}
		}
		for _, a := range rep.Amounts {
			if a.ICC.Value != nil && *a.ICC.Value > 1+1e-9 || agree && a.ICC.Value != nil && *a.ICC.Value < 1-1e-9 {
				t.Fatalf("%s: ICC %g", a.ID, *a.ICC.Value)
			}
			if agree && a.Retest.Error.SW.Value != nil && *a.Retest.Error.SW.Value != 0 {
				t.Fatalf("an error of %g", *a.Retest.Error.SW.Value)
			}
		}
		for _, i := range rep.Items {
			in(i.Item, i.Light)
			in(i.Item+" again", i.Retest)
		}
		for _, e := range rep.Events {
			in("events", e.Share)
		}
	})
}

// Scales are whole: totals reach the bounds that their sources give.
func TestScales(t *testing.T) {
	bounds := map[string][2]float64{"jankovic": {0, 8}, "smc": {0, 4}, "tunc": {0, 4}, "sunnybrook": {-15, 100}}
	for id, want := range bounds {
		s, ok := ScaleOf(id)
		if !ok {
			t.Fatalf("no scale %s", id)
		}
		low, high := map[string]int{}, map[string]int{}
		for _, g := range s.Groups {
			for _, it := range g.Items {
				v := it.Values()
				low[it.ID], high[it.ID] = v[0], v[len(v)-1]
				if g.Factor < 0 {
					low[it.ID], high[it.ID] = high[it.ID], low[it.ID]
				}
			}
		}
		if a, b := s.Total(low), s.Total(high); a != want[0] || b != want[1] {
			t.Errorf("%s: %g to %g, want %v", id, a, b, want)
		}
		if err := s.Check(low); err != nil {
			t.Error(err)
		}
		for k := range low {
			delete(low, k)
			break
		}
		if s.Check(low) == nil {
			t.Errorf("%s: a missing answer is taken", id)
		}
	}
	if len(Scales()) != len(bounds) {
		t.Errorf("%d scales", len(Scales()))
	}
}
