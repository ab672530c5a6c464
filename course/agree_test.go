package course

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"facialis/internal/signal"
)

// What a sentence says of a direction, with the series it is about.
var directionWords = map[string]struct {
	series, from string
	sign         float64
}{
	"You note more attacks":               {"attacks", "diary", 1},
	"You note fewer attacks":              {"attacks", "diary", -1},
	"The number of attacks a day goes ne": {"attacks", "diary", 0},
	"Your longest attacks are getting lo": {"longest_s", "diary", 1},
	"Your longest attacks are getting sh": {"longest_s", "diary", -1},
	"Your mood is better":                 {"mood", "diary", 1},
	"Your mood is lower":                  {"mood", "diary", -1},
}

var slopeText = regexp.MustCompile(`: ([+−]?[0-9.e+-]+) .* in 30 days \(95 % interval ([+−]?[0-9.e+-]+) .* to ([+−]?[0-9.e+-]+) .*, (\d+) values`)

// Over random diaries, every sentence about a direction prints the figure and the
// interval that go with its word, and the days that the chart draws go that way: the
// last third lies on that side of the first.
func TestSentencesAgreeWithTheChart(t *testing.T) {
	now := time.Date(2026, 6, 30, 18, 0, 0, 0, time.UTC)
	named := 0
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 18))
		length, level, slope := 20+r.IntN(120), 2+10*r.Float64(), (r.Float64()-0.5)*0.2
		carry, keep := 0.0, 0.6*r.Float64()
		var entries []Entry
		for d := range length {
			if r.Float64() < 0.2 {
				continue // nothing noted
			}
			carry = keep*carry + r.NormFloat64()
			v := math.Max(0, math.Round(level+slope*float64(d)+1.5*carry))
			at := now.AddDate(0, 0, d-length)
			mood := math.Min(10, math.Max(0, math.Round(6-slope*float64(d)+carry)))
			entries = append(entries, Entry{ID: fmt.Sprint(seed, d), Kind: KindDay, At: at,
				Day: &Day{Date: at.Format(time.DateOnly), Attacks: &v, LongestS: ptr(10 + 5*v*r.Float64()), Mood: &mood}})
		}
		c, err := Follow(Input{Entries: entries, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		for _, sentence := range c.Summary {
			for words, said := range directionWords {
				if !strings.HasPrefix(sentence, words) {
					continue
				}
				m := slopeText.FindStringSubmatch(sentence)
				if m == nil {
					t.Fatalf("seed %d: no figure with its interval in %q", seed, sentence)
				}
				v, lo, hi := number(t, m[1]), number(t, m[2]), number(t, m[3])
				i := slices.IndexFunc(c.Trends, func(x Trend) bool {
					return x.Series == said.series && x.From == said.from && x.Over == "all"
				})
				if tr := c.Trends[i]; fmt.Sprint(tr.N) != m[4] || math.Abs(*tr.PerMonth-v) > 0.06*math.Abs(v)+1e-9 {
					t.Errorf("seed %d: %q, the trend is %g of %d", seed, sentence, *tr.PerMonth, tr.N)
				}
				if !(lo <= v && v <= hi) || said.sign != 0 && !(said.sign*lo > 0 && said.sign*hi > 0) {
					t.Errorf("seed %d: %q: word and interval differ", seed, sentence)
				}
				if said.sign == 0 {
					continue
				}
				named++
				var drawn []float64
				for _, d := range c.Days {
					if p := map[string]*float64{"attacks": d.Attacks, "longest_s": d.LongestS, "mood": d.Mood}[said.series]; p != nil {
						drawn = append(drawn, *p)
					}
				}
				if k := len(drawn) / 3; said.sign*(signal.Median(drawn[len(drawn)-k:])-signal.Median(drawn[:k])) < 0 {
					t.Errorf("seed %d: %q, but the chart's last third lies the other way", seed, sentence)
				}
			}
		}
		for _, s := range c.Statements {
			better, worse := 0, 0
			for _, f := range s.Figures {
				if f.CI95 != nil && f.Value != nil && !(f.CI95[0] <= *f.Value && *f.Value <= f.CI95[1]) {
					t.Errorf("seed %d: %s: %g is not within %v", seed, f.Name, *f.Value, *f.CI95)
				}
			}
			if s.ID != "S15" {
				continue
			}
			for _, x := range c.Trends {
				if x.Over == "all" && x.Better != nil && slices.Contains([]string{"attacks", "longest_s", "interval_s"}, x.Series) {
					if *x.Better {
						better++
					} else {
						worse++
					}
				}
			}
			if s.Verdict == "fits" && (worse == 0 || better > 0) || s.Verdict == "does_not_fit" && (better == 0 || worse > 0) {
				t.Errorf("seed %d: %s with %d better and %d worse", seed, s.Verdict, better, worse)
			}
		}
	}
	if named < 50 {
		t.Errorf("only %d directions were named", named)
	}
	t.Logf("%d directions named", named)
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(strings.ReplaceAll(s, "−", "-"), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
