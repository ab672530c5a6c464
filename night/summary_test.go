package night

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
	"facialis/words"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name            string
		asleep, awake   int
		asleepS, awakeS float64
		want            Verdict
	}{
		{"too little sleep", 1, 10, 500, 600, TooShort},
		{"no waking", 10, 0, 5000, 30, TooShort},
		{"none at all", 0, 0, 5000, 600, NoSpasm},
		{"stops", 0, 20, 20000, 600, Stops},
		{"none asleep, but few awake", 0, 1, 700, 600, Open},
		{"fewer", 40, 40, 20000, 1200, Fewer},
		{"as often", 400, 40, 12000, 1200, GoesOn},
		{"cannot be told", 4, 2, 1200, 600, Open},
	} {
		if got := Compare(c.asleep, c.asleepS, c.awake, c.awakeS); got.Verdict != c.want {
			t.Errorf("%s: %s, ratio %v", c.name, got.Verdict, got.Ratio)
		}
	}
}

// A made-up night: 30 minutes awake, 90 asleep, one awakening after a spasm, the left
// side in the pillow for the second hour.
func TestSummarize(t *testing.T) {
	long := func(c string, s float64) string { return strings.Repeat(c, int(s/BlockS)) }
	b := blocks(0, long("o", 1800)+long("s", 3600)+long("o", 60)+long("s", 1740), 1)
	states := States(b)
	var events []event.Event
	add := func(at float64, side anatomy.Side) {
		events = append(events, event.Event{ID: "e", Kind: event.Spasm, Side: side, OnsetS: at, OffsetS: at + 0.2, Lead: anatomy.Zygomaticus})
	}
	for at := 10.0; at < 1800; at += 30 {
		add(at, anatomy.Right)
	}
	for at := 1900.0; at < 5400; at += 300 {
		add(at, anatomy.Right)
	}
	add(5395, anatomy.Left)
	all := []measure.Span{{FromS: 0, ToS: 7200}}
	view := measure.FullView(all)
	view.Side[anatomy.AtLeft] = []measure.Span{{FromS: 0, ToS: 3600}}
	s := Summarize(b, states, events, view, 15)
	if s.Sleep.Awake != 60 || s.Sleep.Asleep != 13 || s.Sleep.AwakeS != 1860 || s.Sleep.AsleepS != 5340 || s.Sleep.Verdict != Fewer {
		t.Errorf("%+v", s.Sleep)
	}
	if want := 13.0 / 5340 / (60.0 / 1860); math.Abs(*s.Sleep.Ratio.Value-want) > 1e-12 {
		t.Errorf("ratio %v, want %v", *s.Sleep.Ratio.Value, want)
	}
	if len(s.Awakenings) != 1 || s.Awakenings[0].AtS != 5400 || len(s.Awakenings[0].Spasms) != 1 {
		t.Errorf("awakenings %+v", s.Awakenings)
	}
	if len(s.Hours) != 2 || s.Hours[1].SeenS != [2]float64{3600, 0} || s.Hours[1].UnseenS != [2]float64{0, 3600} || s.Hours[0].Spasms[0] != 60+6 {
		t.Errorf("hours %+v", s.Hours)
	}
	// The side that was not seen has no rate, and both kinds of reader get both sources.
	if s.Sides[anatomy.AtLeft].AwakeRate.Value == nil || s.Sides[anatomy.AtLeft].AsleepS != 1800 {
		t.Errorf("left %+v", s.Sides[anatomy.AtLeft])
	}
	for _, text := range [][]string{ForPerson(words.English(), s), ForDoctor(words.English(), s)} {
		all := strings.Join(text, "\n")
		for _, want := range []string{"12 of 12", "most"} {
			if !strings.Contains(all, want) {
				t.Errorf("%q is not in\n%s", want, all)
			}
		}
		if regexp.MustCompile(`night\.[a-z]`).MatchString(all) || strings.Contains(all, "{{") {
			t.Errorf("a text is missing:\n%s", all)
		}
	}
}

func TestCorrect(t *testing.T) {
	for _, c := range []struct{ hz, share float64 }{{30, 1}, {24, 1}, {15, 0.938}, {10, 0.855}, {5, 0.855}} {
		m := Correct(c.hz)
		if math.Abs(m.Share-c.share) > 1e-9 || m.ShareCI95[0] > m.Share || m.ShareCI95[1] < m.Share || m.Extrapolat != (c.hz < 9) {
			t.Errorf("%v a second: %+v", c.hz, m)
		}
		v, ci := m.Rate(1, 0.8, 1.2)
		if v < 1 || ci[0] > 0.8+1e-9 || ci[1] < 1.2-1e-9 {
			t.Errorf("%v a second: %v %v", c.hz, v, ci)
		}
	}
}
