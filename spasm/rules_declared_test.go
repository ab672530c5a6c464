package spasm

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facialis/event"
	"facialis/words"
)

// Every rule and every parameter has a plain sentence, and every parameter its unit
// and a range that holds its default.
func TestEveryRuleIsDeclared(t *testing.T) {
	said := func(key string) {
		if s := words.English().Say(key); strings.Contains(s, "rules.") || !strings.HasSuffix(s, ".") {
			t.Errorf("%s says %q", key, s)
		}
	}
	fields := reflect.TypeFor[Params]()
	for _, r := range Rules() {
		said("rules." + r.Sort + "." + r.Name)
		for _, p := range r.Params {
			if _, ok := fields.FieldByName(p); !ok {
				t.Errorf("%s reads %s, which is no parameter", r.Name, p)
			}
		}
	}
	defaults := reflect.ValueOf(DefaultParams())
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		if name == "Without" {
			continue
		}
		said("rules.param." + name)
		at := slices.IndexFunc(ParamTable, func(p Param) bool { return p.Name == name })
		if at < 0 {
			t.Errorf("%s is not in the table", name)
			continue
		}
		if p := ParamTable[at]; p.Unit == "" || p.Source == "" || defaults.Field(i).Float() < p.Low || defaults.Field(i).Float() > p.High {
			t.Errorf("%+v, and the default is %g", p, defaults.Field(i).Float())
		}
	}
	if len(ParamTable) != fields.NumField()-1 {
		t.Errorf("%d parameters in the table, %d in Params", len(ParamTable), fields.NumField())
	}
	var names []string
	for _, g := range gates {
		names = append(names, g.name)
	}
	if d := cmp.Diff(event.Refusals, names); d != "" {
		t.Errorf("package event names others: (-named +asked)\n%s", d)
	}
}

// The score in the program knows each of its features, rises and falls as each may,
// and its certainty rises with it.
func TestTheScoreIsSound(t *testing.T) {
	m := Score()
	if len(m.Terms) != len(Features) {
		t.Errorf("%d terms, %d features: run make fit", len(m.Terms), len(Features))
	}
	for _, c := range m.Terms {
		at := slices.IndexFunc(Features, func(f Feature) bool { return f.Name == c.Name })
		if at < 0 {
			t.Errorf("%s is no feature", c.Name)
			continue
		}
		for i := range c.Knots {
			if i > 0 && (c.Knots[i] <= c.Knots[i-1] || float64(Features[at].Sign)*(c.Adds[i]-c.Adds[i-1]) < 0) {
				t.Errorf("%s: %v adds %v", c.Name, c.Knots, c.Adds)
			}
		}
	}
	for i := 1; i < len(m.Calibration); i++ {
		if a, b := m.Calibration[i-1], m.Calibration[i]; b.LogOdds <= a.LogOdds || b.P < a.P {
			t.Errorf("certainty falls from %+v to %+v", a, b)
		}
	}
}

// A gate makes `other` of what scores as a contraction, and is named.
func TestGatesAreNamed(t *testing.T) {
	f := newFace(20, 7)
	f.move(0, 2, 8, 2, 0.2, 3)
	f.move(0, 2, 14, 0.08, 0.02, 3)
	for i := 14 * 30; i < 14*30+5; i++ {
		f.DX[0][2][i], f.DY[0][2][i] = event.Missing, event.Missing
	}
	for _, c := range Find(f.Trace, nil, DefaultParams()).Candidates {
		if c.Reported && (c.Kind != event.Other || len(c.Gates) == 0) {
			t.Errorf("%+v", c)
		}
	}
}
