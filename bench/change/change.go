// Package change lists the changes of the detector by which make ablation says what a
// rule is worth and make mutate whether the tests notice: every rule that can be
// switched off, in turn, and every parameter times 0.7 and times 1.4. A parameter in
// log-odds stands for odds, so its odds are multiplied.
package change

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"facialis/spasm"
)

// Factors are what every parameter is multiplied by.
var Factors = []float64{0.7, 1.4}

// Change is one change of the detector.
type Change struct {
	Rule   *spasm.Rule  // switched off
	Param  *spasm.Param // or changed
	Factor float64
}

// All lists the changes, rules first.
func All() []Change {
	var out []Change
	for _, r := range spasm.Rules() {
		if r.Removable() {
			out = append(out, Change{Rule: &r})
		}
	}
	for _, p := range spasm.ParamTable {
		for _, f := range Factors {
			out = append(out, Change{Param: &p, Factor: f})
		}
	}
	return out
}

// logOdds reports whether the changed parameter is in log-odds.
func (c Change) logOdds() bool { return c.Param.Unit == "log-odds" }

// String is the change as the tests of package spasm read it.
func (c Change) String() string {
	switch {
	case c.Rule != nil:
		return "-" + c.Rule.Name
	case c.logOdds():
		return fmt.Sprintf("%s+%.3f", c.Param.Name, math.Log(c.Factor))
	}
	return fmt.Sprintf("%s*%g", c.Param.Name, c.Factor)
}

// Apply returns the parameters with the change.
func (c Change) Apply(p spasm.Params) spasm.Params {
	if c.Rule != nil {
		p.Without = append(slices.Clone(p.Without), c.Rule.Name)
		return p
	}
	f := reflect.ValueOf(&p).Elem().FieldByName(c.Param.Name)
	if c.logOdds() {
		f.SetFloat(f.Float() + math.Log(c.Factor))
	} else {
		f.SetFloat(f.Float() * c.Factor)
	}
	return p
}
