package agreement

import (
	"strings"
	"testing"

	"facialis/words"
)

// A rater reads the scales in their own language; figures and the paragraph for a paper
// stay in English whatever the process speaks.
func TestScalesInALanguage(t *testing.T) {
	de, ok := words.In("de")
	if !ok {
		t.Fatal("German is not spoken")
	}
	german, english := ScalesIn(de), Scales()
	for i, s := range english {
		g := german[i]
		if g.ID != s.ID || g.Source != s.Source || g.About == s.About {
			t.Errorf("%s: %+v", s.ID, g)
		}
		for k, it := range s.Items() {
			own := g.Items()[k]
			if own.ID != it.ID || len(own.Levels) != len(it.Levels) {
				t.Fatalf("%s: item %s became %s", s.ID, it.ID, own.ID)
			}
			for n, l := range it.Levels {
				if own.Levels[n].Value != l.Value || own.Levels[n].Text == l.Text {
					t.Errorf("%s, %s: %+v is %+v in German", s.ID, it.ID, l, own.Levels[n])
				}
			}
		}
	}
	words.SetDefault(de)
	defer words.SetDefault(words.English())
	rep := &Report{Raters: []string{"A", "B"}, Films: 3}
	if got := Methods(rep, Params{Scales: []string{"smc"}}, "1"); !strings.Contains(got, "2 raters judged 3 videos") || !strings.Contains(got, "SMC grade") {
		t.Errorf("the paragraph for a paper: %s", got)
	}
}
