package words_test

import (
	"testing"

	"facialis/words"
)

// A warning that an analysis keeps is said again in the reader's language, with its
// numbers and with the names of regions and sides.
func TestAgain(t *testing.T) {
	again := func(tag, text string) string {
		l, _ := words.In(tag)
		return l.Again(text, "quality.", "report.region.", "report.side.")
	}
	en := words.English()
	for _, tag := range words.Tags() {
		l, _ := words.In(tag)
		for key, args := range map[string][2]words.Args{
			"quality.side.mirrored":    {},
			"quality.clock.not_filmed": {{"From": "1.5", "To": "2"}, {"From": "1.5", "To": "2"}},
			"quality.warning.not_seen": {
				{"Side": en.Say("report.side.left"), "Places": en.And(en.Say("report.region.malar"), en.Say("report.region.mentalis"), en.Say("report.region.platysma"))},
				{"Side": l.Say("report.side.left"), "Places": l.And(l.Say("report.region.malar"), l.Say("report.region.mentalis"), l.Say("report.region.platysma"))},
			},
		} {
			english, own := en.Say(key, args[0]), l.Say(key, args[1])
			if got := again(tag, english); got != own {
				t.Errorf("%s: %q became %q, not %q", tag, english, got, own)
			}
			if got := again("en", own); got != english {
				t.Errorf("%s: %q became %q, not %q", tag, own, got, english)
			}
		}
	}
	if got := again("de", "Somebody else’s words."); got != "Somebody else’s words." {
		t.Errorf("a text that is none of the catalog's became %q", got)
	}
}
