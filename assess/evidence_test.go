package assess

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"facialis/interview"
)

// Every entity of the differential table must be there.
const wanted = "HFS1 PPS BSP MEIGE EYEMYO FACMYO TIC FMS EPC HMS TD RABBIT CHOREA HYPOCA FUNC FASC ALS PTC PALATAL FBDS OMM STROKE CPA GENIO AEO NORMAL"

// notHad marks a source that could not be read.
const notHad = "not had"

// The findings whose cells are given for every entity, one by one.
const full = "UNI BSYN EYE1 MOU1 CO BRW REST LOCK RHY TON SLP SUP PAL WK EXT AW DIS"

func TestEvidenceIsWhole(t *testing.T) {
	ev := Standard()
	used := map[string]bool{}
	cell := func(where string, c Cell) {
		t.Helper()
		if c.P < 0 || c.P > 1 {
			t.Errorf("%s: probability %g", where, c.P)
		}
		if !slices.Contains([]string{"published", "derived", "estimate"}, c.Tag) {
			t.Errorf("%s: tag %q", where, c.Tag)
		}
		if ev.Sources[c.Source] == "" {
			t.Errorf("%s: source %q is not named", where, c.Source)
		}
		if (c.Tag == "estimate") != (c.Source == "house") {
			t.Errorf("%s: %s from %s; an estimate is the house's, and only that", where, c.Tag, c.Source)
		}
		if low, high := c.Range(); low > c.P+0.005 || high < c.P-0.005 || low > high {
			t.Errorf("%s: %g is not within %g to %g", where, c.P, low, high)
		}
		if part, read := ev.Read[c.Source]; c.Tag != "estimate" && (c.Place == "" || c.Low == 0 && c.High == 0 || !read || part.Part == notHad) {
			t.Errorf("%s: a figure called %s needs a range, a place in its source, and a source that could be read", where, c.Tag)
		}
		used[c.Source] = true
	}
	code := regexp.MustCompile(`^[A-Z]\d\d(\.\d{1,3})?$`)
	var ids []string
	for _, e := range ev.Entities {
		ids = append(ids, e.ID)
		if e.Name == "" || e.Plain == "" || len(e.Tests) == 0 {
			t.Errorf("%s is not described", e.ID)
		}
		used[e.Source] = true
		if a, ok := ev.Ages[e.ID]; !ok || a.SD <= 0 {
			t.Errorf("%s has no curve of age", e.ID)
		} else {
			cell("age of "+e.ID, Cell{P: 0.5, Low: 0.4, High: 0.6, Tag: a.Tag, Source: a.Source, Place: a.Place})
		}
		if e.Source != "" && ev.Sources[e.Source] == "" {
			t.Errorf("%s comes from %q, which is not named", e.ID, e.Source)
		}
		if l := e.Lead; l != nil && (l.Title == "" || l.Do == "" || l.Why == "" || ev.Sources[l.Source] == "" || !slices.Contains(levels, l.Level)) {
			t.Errorf("the advice of %s is not whole", e.ID)
		}
		codes := slices.Clone(e.ICD)
		for _, c := range e.BySide {
			codes = append(codes, c)
		}
		if len(codes) == 0 && e.ID != "NORMAL" {
			t.Errorf("%s has no code", e.ID)
		}
		for _, c := range codes {
			if !code.MatchString(c) {
				t.Errorf("%s: %q is no ICD-10-CM code", e.ID, c)
			}
		}
	}
	for _, id := range strings.Fields(wanted) {
		if !slices.Contains(ids, id) {
			t.Errorf("entity %s is missing", id)
		}
	}
	for f, row := range ev.Matrix {
		if ev.Finding(f) == nil {
			t.Errorf("matrix row %s is no finding", f)
		}
		for e, c := range row {
			cell(f+"/"+e, c)
			if e != "other" && ev.Entity(e) == nil {
				t.Errorf("matrix cell %s/%s is no entity", f, e)
			}
		}
	}
	for _, f := range ev.Findings {
		if ev.Matrix[f.ID] == nil && f.ID != ageFinding {
			t.Errorf("finding %s is not in the matrix", f.ID)
		}
		if f.Name == "" || f.Plain == "" || f.Definition == "" || f.Settle == (Settle{}) || (f.Video == nil && f.Answer == nil) {
			t.Errorf("finding %s is not whole", f.ID)
		}
	}
	for _, f := range strings.Fields(full) {
		for _, e := range ids {
			if _, ok := ev.Matrix[f][e]; !ok {
				t.Errorf("cell %s/%s is missing", f, e)
			}
		}
	}
	for setting, p := range ev.Priors {
		sum := 0.0
		for _, e := range ids {
			c, ok := p.Cells[e]
			if !ok || c.P <= 0 {
				t.Errorf("prior %s/%s is missing", setting, e)
			}
			cell("prior "+setting+"/"+e, c)
			sum += c.P
		}
		if len(p.Cells) != len(ids) || sum < 0.95 || sum > 1.05 {
			t.Errorf("priors of %s: %d, sum %g", setting, len(p.Cells), sum)
		}
	}
	for _, f := range ev.Flags {
		used[f.Source] = true
		if ev.Sources[f.Source] == "" || f.Do == "" || f.Why == "" || f.Title == "" || !slices.Contains(levels, f.Level) {
			t.Errorf("flag %s is not whole", f.ID)
		}
	}
	for _, x := range ev.Type.Terms {
		used[x.Source] = true
		if ev.Sources[x.Source] == "" || x.Tag == "" || x.Weight == 0 || x.Text == "" {
			t.Errorf("type term %s is not whole", x.ID)
		}
	}
	for _, n := range ev.Notes {
		used[n.Source] = true
		if ev.Sources[n.Source] == "" || n.Seed == "" || n.Literature == "" {
			t.Errorf("note %s is not whole", n.ID)
		}
	}
	for _, g := range ev.Grades {
		used[g.Source] = true
		if ev.Sources[g.Source] == "" || g.Rule == "" || g.Tag == "" || (g.Sum == nil) == (len(g.Levels) == 0) {
			t.Errorf("grade %s is not whole", g.ID)
		}
		if !slices.IsSortedFunc(g.Levels, func(a, b struct {
			Value int            `yaml:"value"`
			When  interview.Cond `yaml:"when"`
		}) int {
			return b.Value - a.Value
		}) {
			t.Errorf("grade %s: levels do not go from high to low", g.ID)
		}
	}
	for s, part := range ev.Read {
		if ev.Sources[s] == "" || part.Part == "" || (part.Where == "") != (part.Part == notHad) {
			t.Errorf("what was read of %s is not whole", s)
		}
	}
	for s := range ev.Sources {
		if _, ok := ev.Read[s]; !ok && s != "house" {
			t.Errorf("nothing says whether %s was read", s)
		}
		if !used[s] {
			t.Errorf("source %s is used nowhere", s)
		}
	}
}

// Every condition must look at something that can be known, and compare answers
// with words that the question offers.
func TestConditionsLookAtWhatExists(t *testing.T) {
	ev := Standard()
	q := interview.Standard()
	known := factNames(t)
	check := func(where string, c interview.Cond) {
		t.Helper()
		for _, l := range c.Leaves() {
			names := []string{l.Fact}
			if l.Op == "same" {
				names = append(names, l.Value)
			}
			for _, n := range names {
				id, isFinding := strings.CutPrefix(n, "f.")
				if !(isFinding && ev.Finding(id) != nil) && q.Find(n) == nil && !known[n] {
					t.Errorf("%s looks at %s, which nothing gives", where, n)
				}
			}
			k := q.Find(l.Fact)
			if k == nil || (l.Op != "=" && l.Op != "!=" && l.Op != "in" && l.Op != "has") {
				continue
			}
			if (l.Op == "has") != (k.Type == "multi") {
				t.Errorf("%s: %s does not fit the question's type", where, l)
			}
			for _, w := range strings.Split(l.Value, "|") {
				if _, err := k.Check(w); err != nil {
					t.Errorf("%s: %v", where, err)
				}
			}
		}
	}
	for _, f := range ev.Findings {
		for _, r := range []*Rule{f.Video, f.Answer} {
			if r == nil {
				continue
			}
			check(f.ID, r.Yes)
			if r.No != nil {
				check(f.ID, *r.No)
			}
		}
		if f.Fact != "" && !known[f.Fact] {
			t.Errorf("%s shows %s, which nothing measures", f.ID, f.Fact)
		}
		if f.Settle.Ask != "" && q.Find(f.Settle.Ask) == nil {
			t.Errorf("%s would ask %s", f.ID, f.Settle.Ask)
		}
		if p, _ := interview.LoadProtocol("full"); f.Settle.Film != "" && f.Settle.Film != "sleep" &&
			!slices.ContainsFunc(p.Tasks, func(s interview.Step) bool { return s.Task == f.Settle.Film }) {
			t.Errorf("%s would film %s", f.ID, f.Settle.Film)
		}
	}
	for _, f := range ev.Flags {
		check(f.ID, f.When)
	}
	for _, x := range ev.Type.Terms {
		check(x.ID, x.When)
	}
	check("seed", ev.Type.Seed.Primary)
	check("seed", ev.Type.Seed.PostParalytic)
	for _, n := range ev.Notes {
		check(n.ID, n.When)
	}
	for _, e := range ev.Entities {
		for _, c := range []*interview.Cond{e.Out, e.Sign} {
			if c != nil {
				check(e.ID, *c)
			}
		}
	}
	for _, g := range ev.Grades {
		check(g.ID, g.For)
		for _, l := range g.Levels {
			check(g.ID, l.When)
		}
	}
}
