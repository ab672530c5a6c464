package pipeline

import (
	"reflect"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/report/reporttest"
)

// Where right and left are swapped, they are in every column that has sides, whatever
// columns a trace will have.
func TestSwapSidesSwapsEveryColumn(t *testing.T) {
	now := reporttest.Trace(60, 30)
	was := *now
	swapSides(now)
	a, b := reflect.ValueOf(&was).Elem(), reflect.ValueOf(now).Elem()
	n := 0
	for i := range a.NumField() {
		name := a.Type().Field(i).Name
		switch f := a.Field(i).Addr().Interface().(type) {
		case *[2][]float32:
			got := b.Field(i).Interface().([2][]float32)
			if same(f[0], f[1]) {
				t.Fatalf("%s is the same on both sides: this tests nothing", name)
			}
			if !same(got[0], f[1]) || !same(got[1], f[0]) {
				t.Errorf("%s is not swapped", name)
			}
			n++
		case *[2][anatomy.NumRegions][]float32:
			got := b.Field(i).Interface().([2][anatomy.NumRegions][]float32)
			for k := range anatomy.NumRegions {
				if !same(got[0][k], f[1][k]) || !same(got[1][k], f[0][k]) {
					t.Errorf("%s of %s is not swapped", name, anatomy.Regions[k])
				}
			}
			n++
		}
	}
	if n < 5 {
		t.Errorf("%d columns of %T have sides", n, event.Trace{})
	}
}

// same reports whether two columns lie in the same memory.
func same(a, b []float32) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
