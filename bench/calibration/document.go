package main

import (
	"fmt"
	"strings"

	"facialis/assess/vignettes"
	"facialis/measure"
)

// settings are the populations a case is assessed for.
var settings = []string{"public", "clinic"}

// document is docs/calibration.md in the making.
type document struct {
	all        []vignettes.Case
	outcomes   []vignettes.Outcome
	test, list bool
}

// tally counts outcomes.
type tally struct {
	n, low, high, ranked, first, three, said, right int
}

func count(outcomes []vignettes.Outcome) tally {
	var t tally
	for _, o := range outcomes {
		t.n++
		if o.TooLow {
			t.low++
		}
		if o.TooHigh {
			t.high++
		}
		if o.Place >= 1 && o.Place <= 3 {
			t.three++
		}
		if o.Among <= 1 {
			t.ranked++
			if o.Place == 1 {
				t.first++
			}
		}
		if o.Said {
			t.said++
			if o.Place == 1 {
				t.right++
			}
		}
	}
	return t
}

// part is "9 of 10 (90 %, 60–98)" with the 95 % interval.
func part(k, n int) string {
	if n == 0 {
		return "0 of 0"
	}
	ci := measure.Wilson(k, n)
	return fmt.Sprintf("%d of %d (%.0f %%, %.0f–%.0f)", k, n, 100*float64(k)/float64(n), 100*ci[0], 100*ci[1])
}

func (d document) of(setting string, test bool) []vignettes.Outcome {
	var out []vignettes.Outcome
	for _, o := range d.outcomes {
		if o.Setting == setting && o.Test() == test {
			out = append(out, o)
		}
	}
	return out
}

func (d document) String() string {
	var b strings.Builder
	for _, test := range []bool{false, true} {
		if test && !d.test {
			break
		}
		for _, s := range settings {
			t := count(d.of(s, test))
			fmt.Fprintf(&b, "test %v %s: low %d high %d | first %s | three %s | said %s right %s\n", test, s, t.low, t.high,
				part(t.first, t.ranked), part(t.three, t.n), part(t.said, t.n), part(t.right, t.said))
		}
	}
	if d.list {
		for _, s := range settings {
			for _, o := range d.of(s, false) {
				c := o.Report.Differential.Candidates
				fmt.Fprintf(&b, "%s %-22s want %-8s place %d %-9s %s %.2f %s %.2f %s %.2f | %s low %v high %v\n", s[:1], o.ID, o.Entity, o.Place,
					o.Report.Differential.Verdict, c[0].ID, c[0].Share, c[1].ID, c[1].Share, c[2].ID, c[2].Share, o.Report.Level, o.TooLow, o.TooHigh)
			}
		}
	}
	return b.String()
}
