package anatomy

import (
	"math"
	"slices"
	"testing"
)

func TestTableFollowsTheOrderOfRegions(t *testing.T) {
	if len(Regions) != NumRegions || Regions[AtMalar] != Malar || Regions[AtZygomaticus] != Zygomaticus || Regions[AtPlatysma] != Platysma {
		t.Errorf("regions %v", Regions)
	}
	for i, r := range Regions {
		if table[i].Region != r || r.Index() != i {
			t.Errorf("row %d is %s, want %s", i, table[i].Region, r)
		}
		d := Directions[i]
		if l := math.Hypot(d[0], d[1]); math.Abs(l-1) > 0.001 {
			t.Errorf("%s: direction of length %g", r, l)
		}
	}
}

func TestNeighborsAgreeBothWays(t *testing.T) {
	for _, a := range table {
		for _, n := range a.Neighbors {
			b, ok := Of(n)
			if !ok || !slices.Contains(b.Neighbors, a.Region) || !(a.Periocular && b.Periocular || a.Perioral && b.Perioral) {
				t.Errorf("%s and %s", a.Region, n)
			}
		}
	}
}

func TestEveryRegionHasItsPlace(t *testing.T) {
	seen := map[string]Place{}
	for _, p := range Places {
		for _, n := range append([]string{string(p.Place)}, p.Also...) {
			if was, twice := seen[n]; twice {
				t.Errorf("%s means %s and %s", n, was, p.Place)
			}
			seen[n] = p.Place
		}
		if len(p.Regions) > 0 {
			if i, _ := Of(p.Regions[0]); i.Stage != p.Stage {
				t.Errorf("%s is stage %d, its region %s stage %d", p.Place, p.Stage, i.Region, i.Stage)
			}
		}
	}
	for _, i := range table {
		p, ok := PlaceOf(string(i.Word))
		if !ok || p.Regions[0] != i.Region {
			t.Errorf("%s is named after %s, which is %v", i.Region, i.Word, p.Regions)
		}
	}
}

func TestCornerOfTheMouthIsZygomaticus(t *testing.T) {
	for name, want := range map[string]Region{"mouth_corner": Zygomaticus, "zygomaticus": Zygomaticus, "lower_lip": Depressor, "eye": OrbicularisOculi} {
		if r, ok := RegionOf(name); !ok || r != want {
			t.Errorf("%s is %s", name, r)
		}
	}
	for _, name := range []string{"cheek", "malar"} {
		if r, ok := RegionOf(name); !ok || r != Malar {
			t.Errorf("%s is %s", name, r)
		}
	}
	for name, want := range map[string]Stage{"mouth_corner": 3, "zygomaticus": 3, "cheek": 2, "malar": 2, "lower_lid": 1, "neck": 5} {
		if s, ok := StageOf(name); !ok || s != want {
			t.Errorf("%s is stage %d", name, s)
		}
	}
	if _, ok := StageOf("forehead"); ok {
		t.Error("the forehead has a stage")
	}
	if Zygomaticus.Words() != "corner of the mouth" || Depressor.Words() != "lower lip" || Region("nose").Words() != "nose" {
		t.Error("plain words")
	}
}

func TestOtherSide(t *testing.T) {
	for s, want := range map[Side]Side{Right: Left, Left: Right, Both: Both, Unknown: Unknown} {
		if s.Other() != want {
			t.Errorf("%s: %s", s, s.Other())
		}
	}
}
