package phantom

import (
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// TestPresets holds each preset to what its name promises.
func TestPresets(t *testing.T) {
	if n := len(Presets()); n != 28 {
		t.Errorf("%d presets, want 28", n)
	}
	for _, name := range Presets() {
		t.Run(name, func(t *testing.T) {
			s, err := Preset(name)
			if err != nil {
				t.Fatal(err)
			}
			if s.Title == "" || s.Source == "" || !strings.Contains("ABDRE", s.Evidence) || s.Evidence == "" {
				t.Errorf("title %q, source %q, evidence %q: all are needed", s.Title, s.Source, s.Evidence)
			}
			ts, _ := s.times()
			tr := tell(s, ts)
			n := map[event.Kind]int{}
			sides := map[anatomy.Side]int{}
			for _, e := range tr.Events {
				n[e.Kind]++
				if e.Kind == event.Spasm {
					sides[e.Side]++
				}
				if e.OffsetS <= e.OnsetS || e.OnsetS < 0 || e.Lead == "" {
					t.Errorf("event %s lasts from %v to %v and is led by %q", e.ID, e.OnsetS, e.OffsetS, e.Lead)
				}
			}
			switch {
			case strings.HasPrefix(name, "healthy"):
				if n[event.Spasm]+n[event.Synkinesis] != 0 {
					t.Errorf("a healthy face has %v", n)
				}
			case strings.HasPrefix(name, "postparalytic"):
				if n[event.Spasm] != 0 || n[event.Synkinesis] < 5 {
					t.Errorf("after a palsy: %v", n)
				}
			case name == "blepharospasm" || name == "meige":
				if sides[anatomy.Both] < 3 || sides[anatomy.Left]+sides[anatomy.Right] != 0 {
					t.Errorf("both eyes together: %v", sides)
				}
			case name == "primary-alternating" || name == "functional":
				if sides[anatomy.Left] == 0 || sides[anatomy.Right] == 0 || sides[anatomy.Both] != 0 {
					t.Errorf("sides take turns: %v", sides)
				}
			case name == "focal-seizure":
				if n[event.Spasm] != 1 {
					t.Errorf("one seizure: %v", n)
				}
			case name == "facial-myokymia": // bursts without a pause of 0.5 s are one event
				if n[event.Spasm] < 1 {
					t.Errorf("no ripples: %v", n)
				}
			default:
				if n[event.Spasm] < 3 {
					t.Errorf("spasms: %v", n)
				}
			}
			if n[event.Blink] < 5 {
				t.Errorf("%d blinks in %v s", n[event.Blink], s.Seconds)
			}
		})
	}
}
