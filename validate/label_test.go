package validate

import (
	"testing"

	"facialis/anatomy"
)

// Labels mean the places of anatomy: a place has its likeliest region.
func TestLabelsMeanThePlacesOfAnatomy(t *testing.T) {
	for text, want := range map[string]anatomy.Region{
		"spasm left mouth corner": anatomy.Zygomaticus, "spasm, corner of the mouth": anatomy.Zygomaticus, "twitch lower lip": anatomy.Depressor,
		"spasm upper lip": anatomy.OrbicularisOris, "twitch cheek": anatomy.Malar, "spasm orbicularis oculi": anatomy.OrbicularisOculi,
		"spasm below eye": anatomy.OrbicularisOculi, "spasm depressor": anatomy.Depressor, "spasm forehead": anatomy.Frontalis, "spasm nose": "",
	} {
		if l := parseLabel(text); l.lead != want {
			t.Errorf("%q leads with %q, want %q", text, l.lead, want)
		}
	}
}
