package report

import (
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// A face in which nothing moves by itself and one side goes along with every smile is not
// one in which nothing was seen: the first page says it in its headline and in a line, the
// person's text in a sentence.
func TestWhatMovesAlongIsSaid(t *testing.T) {
	along := func(side anatomy.Side, with string, at float64) event.Event {
		e := newEvent(event.Synkinesis, side, event.Tonic, at, 1.8, 1, map[anatomy.Region]float64{anatomy.OrbicularisOculi: 2})
		e.Trigger = &with
		return e
	}
	spasm := newEvent(event.Spasm, anatomy.Left, event.Twitch, 50, 0.2, 1, map[anatomy.Region]float64{anatomy.Zygomaticus: 2})
	three := []event.Event{along(anatomy.Left, "smile", 5), along(anatomy.Left, "blink", 12), along(anatomy.Left, "smile", 20)}
	for _, c := range []struct {
		name     string
		events   []event.Event
		mirrored *bool    // null: the side is not known
		want     []string // on the first page
		not      []string
	}{
		{"one side", three, ptr(false), []string{"No spasm by itself in 2 min; 3 movements set off by another, all on the left.", "Moves along: Left: eye with a smile (2 ×); left: eye with a blink (1 ×)", "Rate: 0 a minute"}, []string{"No spasm was seen"}},
		{"one", three[:1], ptr(false), []string{"; 1 movement set off by another, all on the left."}, nil},
		{"both sides", append(three[:3:3], along(anatomy.Right, "smile", 30)), ptr(false), []string{"on both sides: right 1, left 3."}, nil},
		{"beside a spasm", append(three[:3:3], spasm), ptr(false), []string{"1 spasm in 2 min, all on the left.", "Moves along: Left: eye with a smile (2 ×); left: eye with a blink (1 ×)"}, []string{"by itself"}},
		{"no side", three, nil, []string{"3 movements set off by another, side not known.", "Moves along: Eye with a smile (2 ×); eye with a blink (1 ×)"}, []string{"on the left", "Left:"}},
		{"nothing", nil, ptr(false), []string{"No spasm was seen in 2 min."}, []string{"Moves along", "by itself"}},
	} {
		a, _ := fixture(120)
		a.Events = c.events
		number(a.Events)
		view := measure.FullView([]measure.Span{{FromS: 0, ToS: 120}})
		a.Measures = measure.Summarize(a.Events, view, nil, measure.DefaultParams())
		a.Quality, a.Tasks, a.Recording.Mirrored = Quality{Usable: true}, nil, c.mirrored
		page := render(t, a, Inputs{})
		sheet := sheetLines(page)
		for _, w := range c.want {
			if !strings.Contains(sheet, w) {
				t.Errorf("%s: the first page does not say %q:\n%s", c.name, w, sheet)
			}
		}
		for _, w := range c.not {
			if strings.Contains(sheet, w) {
				t.Errorf("%s: the first page says %q", c.name, w)
			}
		}
		said := strings.Contains(page, "which is not counted as a spasm: ")
		if want := len(ofKind(c.events, event.Synkinesis)) > 0; said != want {
			t.Errorf("%s: the text tells of what moves along: %t, want %t", c.name, said, want)
		}
	}
}
