package pipeline

import (
	"context"
	"path/filepath"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/phantom"
)

// Trains that are drawn as films come out of the whole analysis as many events, of
// the same forms, as the drawing's truth says: quick ones as one event, and jerks
// further apart than a train's pause as single twitches.
func TestFilmedTrainsAreToldAsDrawn(t *testing.T) {
	if testing.Short() {
		t.Skip("draws and analyzes two films")
	}
	train := func(at float64, n int, hz float64, region anatomy.Region) phantom.EventSpec {
		return phantom.EventSpec{At: at, Side: anatomy.Left, Form: event.Clonic, Twitches: n, RateHz: hz, Regular: true,
			Regions: []phantom.RegionSpec{{Region: region, MM: 2.5, Share: 1}}}
	}
	twitch := func(at float64) phantom.EventSpec {
		return phantom.EventSpec{At: at, Side: anatomy.Right, RiseMS: 70, FallMS: 110, Regions: []phantom.RegionSpec{{Region: anatomy.Zygomaticus, MM: 2.5, Share: 1}}}
	}
	for name, c := range map[string]struct {
		seconds float64
		events  []phantom.EventSpec
		forms   []event.Form
	}{
		"slow": {12, []phantom.EventSpec{twitch(2), twitch(2.5), twitch(3), twitch(3.5), twitch(8)},
			[]event.Form{event.Twitch, event.Twitch, event.Twitch, event.Twitch, event.Twitch}},
		"quick": {18, []phantom.EventSpec{train(2, 5, 6, anatomy.OrbicularisOculi), train(5, 4, 4.5, anatomy.Zygomaticus), train(9, 4, 3.2, anatomy.Depressor), train(13, 3, 1.25, anatomy.Zygomaticus)},
			[]event.Form{event.Clonic, event.Clonic, event.Clonic, event.Twitch, event.Twitch, event.Twitch}},
	} {
		t.Run(name, func(t *testing.T) {
			spec := &phantom.Spec{Name: "trains", Seed: 4, Seconds: c.seconds, Blinks: phantom.Blinks{RatePerMin: -1}, Events: c.events,
				// the head does not turn: this is about trains, not about what a turn leaves over between their twitches
				Head: phantom.Head{TurnDeg: -1}, Camera: phantom.Camera{Width: 720, Height: 540, FPS: 30, FaceHeight: 0.66}}
			path := filepath.Join(t.TempDir(), "trains.mp4")
			truth, err := phantom.Render(context.Background(), spec, path, nil)
			if err != nil {
				t.Fatal(err)
			}
			engine, err := face.Open("")
			if err != nil {
				t.Fatal(err)
			}
			defer engine.Close()
			res, err := Run(context.Background(), engine, path, DefaultOptions(), func(Progress) {})
			if err != nil {
				t.Fatal(err)
			}
			var got []event.Event
			for _, e := range res.Analysis.Events {
				if e.Kind == event.Spasm {
					got = append(got, e)
				}
			}
			if len(got) != len(c.forms) || len(truth.Events) != len(c.forms) {
				t.Fatalf("%d spasms, %d are drawn, want %d: %+v", len(got), len(truth.Events), len(c.forms), res.Analysis.Events)
			}
			for i, form := range c.forms {
				if w, g := truth.Events[i], got[i]; g.Form != form || w.Form != form || g.Twitches != w.Twitches || g.Side != w.Side || *g.Episode != *w.Episode {
					t.Errorf("%s %s of %d at %.2f s, drawn %s %s of %d at %.2f s, want %s", g.Side, g.Form, g.Twitches, g.OnsetS, w.Side, w.Form, w.Twitches, w.OnsetS, form)
				}
			}
		})
	}
}
