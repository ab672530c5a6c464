package anatomy

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write the pages' copy of the table")

// The pages read the same table as the program: this file is made of it.
func TestPagesHaveTheSameTable(t *testing.T) {
	const path = "../web/src/lib/anatomy.json"
	type region struct {
		Region Region `json:"region"`
		Words  string `json:"words"`
		Tapped string `json:"tapped"` // label of the diary's button that stored this region, see Tapped
		Stage  Stage  `json:"stage"`
	}
	type place struct {
		Place   Place    `json:"place"`
		Words   string   `json:"words"`
		Regions []Region `json:"regions"`
		Stage   Stage    `json:"stage"`
	}
	var all struct {
		Regions []region `json:"regions"`
		Places  []place  `json:"places"`
	}
	for i, r := range Regions {
		all.Regions = append(all.Regions, region{r, r.Words(), tapped[i], table[i].Stage})
	}
	for _, p := range Places {
		all.Places = append(all.Places, place{p.Place, p.Plain, append([]Region{}, p.Regions...), p.Stage})
	}
	want, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not the table of this package: go test ./anatomy -update", path)
	}
}

// A tapped place is the one its button named.
func TestTappedIsTheButtonsPlace(t *testing.T) {
	for i, r := range Regions {
		p, ok := PlaceOf(Tapped(string(r)))
		if !ok || p.Place != tappedPlaces[i] {
			t.Errorf("%s was tapped as %s", r, p.Place)
		}
		if named, ok := PlaceOf(tapped[i]); ok && named.Place != p.Place || !ok && p.Plain != tapped[i] {
			t.Errorf("the button %q is %s", tapped[i], p.Place)
		}
	}
	if Tapped("mouth_corner") != "mouth_corner" || Tapped("zygomaticus") != "cheek" || Tapped("depressor") != "mouth_corner" {
		t.Error("new and old entries")
	}
	if !IsPlace("cheek") || IsPlace("zygomaticus") || IsPlace("mouth") {
		t.Error("keys of places")
	}
}
