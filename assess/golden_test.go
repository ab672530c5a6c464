package assess

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"facialis/internal/goldentest"
)

// goldenInputs is how many inputs the golden assessments are of.
const goldenInputs = 40

// Forty drawn inputs (answers, films, diaries, of which some are missing) and every
// number of their assessments. A change that moves one is to be meant: written again by
// go test ./assess -run Golden -update, the diff says what became of whom.
func TestGoldenAssessments(t *testing.T) {
	drawn := rapid.Custom(func(rt *rapid.T) Input {
		in, a := anyInput(rt, t)
		if rapid.IntRange(0, 3).Draw(rt, "few") == 0 {
			in = fewOf(rt, t, in, a)
		}
		return in
	})
	got := map[string]float64{}
	for i := range goldenInputs {
		put := func(v float64, name string, args ...any) {
			got[fmt.Sprintf("%02d ", i)+fmt.Sprintf(name, args...)] = v
		}
		r := run(t, drawn.Example(i))
		for name, v := range r.Facts {
			put(v, "fact %s", name)
		}
		for _, f := range r.Findings {
			if f.Status == "unknown" {
				continue
			}
			put(1, "finding %s %s %v conflict %t", f.ID, f.Status, f.From, f.Conflict)
			if f.Value != nil {
				put(*f.Value, "finding %s value", f.ID)
			}
			if f.CI95 != nil {
				put(f.CI95[0], "finding %s from", f.ID)
				put(f.CI95[1], "finding %s to", f.ID)
			}
		}
		put(1, "level %s verdict %s type %s", r.Level, r.Differential.Verdict, r.Type.Verdict)
		put(r.Type.Score, "type score")
		if r.Side != nil {
			put(1, "side %s", *r.Side)
		}
		for _, f := range r.Flags {
			put(1, "flag %s %s", f.ID, f.Level)
		}
		for _, g := range r.Grades {
			put(float64(g.Low), "grade %s low", g.ID)
			put(float64(g.High), "grade %s high", g.ID)
		}
		for _, l := range r.Locks {
			put(l.Followed, "lock %s", l.Movement)
			put(l.P, "lock %s chance", l.Movement)
		}
		for k, c := range r.Differential.Candidates {
			put(c.Log10, "candidate %s", c.ID)
			if k < clinicianMost {
				put(float64(c.FirstIn), "candidate %s first", c.ID)
				put(float64(k), "candidate %s place", c.ID)
			}
		}
		p := r.Person()
		put(float64(len(p.May)), "person may")
		for name, said := range map[string]string{"seen": p.Short.Seen, "sure": p.Short.Sure, "may": p.Short.May, "do": p.Short.Do} {
			put(1, "in short, %s: %s", name, said)
		}
		put(float64(len(p.Seen)), "person seen")
		put(float64(len(p.Told)), "person told")
		put(float64(len(p.Differ)), "person differ")
		put(float64(len(p.Say)), "person say")
		put(float64(len(p.Ask)), "person ask")
		put(float64(len(p.Settle)), "person settle")
		put(float64(len(p.Limits)), "person limits")
		put(float64(len(p.Contradictions)), "person contradictions")
	}
	goldentest.Values(t, got, goldentest.Slack{Least: 1e-6, Share: 1e-4})
}
