package presets

import (
	"slices"
	"testing"

	"facialis/assess"
	"facialis/phantom"
)

// Every preset is assessed as expected, on its truth.
func TestTruthOfEveryPreset(t *testing.T) {
	cases, err := Cases()
	if err != nil {
		t.Fatal(err)
	}
	films := map[string]*assess.Video{}
	for _, c := range cases {
		if films[c.Preset] == nil {
			if films[c.Preset], err = Film(c.Preset); err != nil {
				t.Fatal(err)
			}
		}
		r, err := c.Assess(films[c.Preset])
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range c.Wrong(r) {
			t.Errorf("%s %v: %s", c.Preset, c.Answers, w)
		}
	}
	for _, name := range phantom.Presets() {
		if films[name] == nil {
			t.Errorf("of the preset %s nothing is expected", name)
		}
	}
}

// An expectation that is not met is said.
func TestWrongIsSaid(t *testing.T) {
	film, err := Film("primary-clonic")
	if err != nil {
		t.Fatal(err)
	}
	r, err := (Case{Preset: "primary-clonic"}).Assess(film)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []Case{
		{Among: "STROKE"}, {Verdict: "nothing"}, {Type: "post-paralytic-leaning"}, {Seed: "post-paralytic"}, {Level: "emergency"},
		{Flags: []string{"E-STROKE"}}, {Yes: []string{"BSYN"}}, {No: []string{"UNI"}}, {Missing: []string{"UNI"}},
	} {
		right := Case{Type: r.Type.Verdict, Level: r.Level}
		if c.Type != "" {
			right.Type = c.Type
		}
		if c.Level != "" {
			right.Level = c.Level
		}
		right.Among, right.Verdict, right.Seed, right.Flags = c.Among, c.Verdict, c.Seed, c.Flags
		right.Yes, right.No, right.Missing = c.Yes, c.No, c.Missing
		if w := right.Wrong(r); len(w) != 1 {
			t.Errorf("%+v: %v", c, w)
		}
	}
	if w := (Case{Type: r.Type.Verdict, Level: r.Level}).Wrong(r); slices.ContainsFunc(w, func(string) bool { return true }) {
		t.Errorf("what is as expected is wrong: %v", w)
	}
}
