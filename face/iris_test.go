package face

import (
	"testing"

	"facialis/models/oracle"
)

// The iris' rim points lie where points.go says, on a real face.
func TestIris(t *testing.T) {
	refs, err := oracle.References()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range refs {
		for _, g := range [2][5]int{RightIris, LeftIris} {
			p := func(i int) (x, y float64) { return r.Points[g[i]][0], r.Points[g[i]][1] }
			out := -1.0 // towards the person's right ear is to the image's left
			if g == LeftIris {
				out = 1
			}
			cx, cy := p(0)
			ix, _ := p(1)
			_, uy := p(2)
			ox, _ := p(3)
			_, ly := p(4)
			if (ox-cx)*out <= 0 || (ix-cx)*out >= 0 || uy >= cy || ly <= cy {
				t.Errorf("%s: iris %v is not middle, nose, above, ear, below", r.Name(), g)
			}
		}
	}
}
