package change

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"facialis/spasm"
)

// Every rule but spasm and every parameter is changed, each change only what it says.
func TestAll(t *testing.T) {
	all := All()
	if n := len(spasm.Rules()) - 1 + len(Factors)*len(spasm.ParamTable); len(all) != n {
		t.Errorf("%d changes, want %d", len(all), n)
	}
	for _, c := range all {
		p, q := spasm.DefaultParams(), c.Apply(spasm.DefaultParams())
		if c.Rule != nil {
			if !slices.Equal(q.Without, []string{c.Rule.Name}) {
				t.Errorf("%s: without %v", c, q.Without)
			}
			continue
		}
		a, b := reflect.ValueOf(p).FieldByName(c.Param.Name).Float(), reflect.ValueOf(q).FieldByName(c.Param.Name).Float()
		if c.logOdds() {
			a, b = math.Exp(a), math.Exp(b)
		}
		if math.Abs(b-a*c.Factor) > 1e-9 {
			t.Errorf("%s: from %g to %g", c, a, b)
		}
	}
}
