package report

import (
	"testing"

	"facialis/anatomy"
)

// The catalog and anatomy give each region the same name.
func TestRegionsHaveAnatomysNames(t *testing.T) {
	for _, r := range anatomy.Regions {
		if got := english().region(r); got != r.Words() {
			t.Errorf("%s is %q in the catalog and %q in anatomy", r, got, r.Words())
		}
	}
}
