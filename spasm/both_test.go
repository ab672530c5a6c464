package spasm

import (
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// closing is a face that blinks and then shuts both eyes so many times for two seconds.
func closing(times int) face {
	f := newFace(60, 3)
	shut := func(at, rise, hold float64) {
		f.move(anatomy.AtRight, anatomy.AtOrbicularisOculi, at, rise, hold, 9)
		f.move(anatomy.AtLeft, anatomy.AtOrbicularisOculi, at, rise, hold, 8.9)
	}
	for at := 1.0; at < 20; at += 3 {
		shut(at, 0.1, 0.02)
	}
	for i := range times {
		shut(24+8*float64(i), 0.15, 2)
	}
	return f
}

func bothSpasms(events []event.Event) (out []event.Event) {
	for _, e := range events {
		if e.Kind == event.Spasm && e.Side == anatomy.Both {
			out = append(out, e)
		}
	}
	return out
}

// Both eyes that are shut again and again are a spasm of both sides, with a certainty
// that says it may be on purpose; once or twice, or in a task, they are not.
func TestBothEyesShutAgainAndAgain(t *testing.T) {
	if got := bothSpasms(Detect(closing(4).Trace, nil, DefaultParams())); len(got) != 4 || got[0].Form != event.Tonic || got[0].Confidence != bothCertainty {
		t.Errorf("four closures: %+v", got)
	}
	if got := bothSpasms(Detect(closing(2).Trace, nil, DefaultParams())); len(got) != 0 {
		t.Errorf("two closures: %+v", got)
	}
	asked := []event.Task{{Task: "eye_closure", FromS: 22, ToS: 60}}
	if got := bothSpasms(Detect(closing(4).Trace, asked, DefaultParams())); len(got) != 0 {
		t.Errorf("closures that a task asked for: %+v", got)
	}
}

// A train of blinks without a pause is a spasm of both sides; three are none.
func TestTrainOfBlinks(t *testing.T) {
	for n, want := range map[int]int{3: 0, 5: 1} {
		f := newFace(40, 5)
		for i := range n {
			for s := range 2 {
				f.move(s, anatomy.AtOrbicularisOculi, 20+0.3*float64(i), 0.1, 0.02, 9)
			}
		}
		for s := range 2 {
			f.move(s, anatomy.AtOrbicularisOculi, 5, 0.1, 0.02, 9)
		}
		got := bothSpasms(Detect(f.Trace, nil, DefaultParams()))
		if len(got) != want || want == 1 && (got[0].Form != event.Clonic || got[0].Twitches != n) {
			t.Errorf("%d blinks: %+v", n, got)
		}
	}
}
