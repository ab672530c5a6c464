package vignettes

import (
	"slices"
	"strings"
	"testing"

	"facialis/assess"
)

// wantCited is the least number of cases that are cited by DOI or PMID.
const wantCited = 60

func TestPublishedCasesAreCited(t *testing.T) {
	all, err := Published()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	cited, test := 0, 0
	for _, c := range all {
		kind, ref, _ := strings.Cut(c.Source, ":")
		switch {
		case ids[c.ID]:
			t.Errorf("%s stands twice", c.ID)
		case !slices.Contains([]string{"doi", "pmid", "pmc", "url"}, kind) || ref == "" || c.Read == "" || c.Story == "" || len(c.Answers) == 0:
			t.Errorf("%s is not whole", c.ID)
		case slices.Index(adviceLevels, c.Least) < slices.Index(adviceLevels, c.Most) || c.Least == "" || c.Most == "":
			t.Errorf("%s expects %q to %q", c.ID, c.Least, c.Most)
		}
		for _, e := range append([]string{c.Entity}, c.Also...) {
			if assess.Standard().Entity(e) == nil {
				t.Errorf("%s expects %s, which is no entity", c.ID, e)
			}
		}
		ids[c.ID] = true
		if kind == "doi" || kind == "pmid" {
			cited++
		}
		if c.Test() {
			test++
		}
	}
	if cited < wantCited {
		t.Errorf("%d cases are cited by DOI or PMID", cited)
	}
	if test < len(all)/3 || test > 2*len(all)/3 {
		t.Errorf("%d of %d cases are kept for the test", test, len(all))
	}
}

// The half that rules may be tuned on. The other half is run by make calibration
// alone.
func TestPublishedCasesOfTheTuningHalf(t *testing.T) {
	all, err := Published()
	if err != nil {
		t.Fatal(err)
	}
	n, high, first, said, right := 0, 0, 0, 0, 0
	for _, c := range all {
		if c.Test() {
			continue
		}
		o, err := c.Run("public")
		if err != nil {
			t.Fatal(err)
		}
		n++
		if o.TooLow {
			t.Errorf("%s: the advice %q is too low", c.ID, o.Report.Level)
		}
		if o.TooHigh {
			high++
		}
		if o.Place == 1 {
			first++
		}
		if o.Said {
			said++
			if o.Place == 1 {
				right++
			}
		}
	}
	if high*20 > n || first*10 < 8*n || said*100 < 65*n || right*10 < 9*said {
		t.Errorf("of %d: %d too high, %d first right, %d said and %d of these right", n, high, first, said, right)
	}
}
