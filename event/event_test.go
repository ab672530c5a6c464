package event

import (
	"encoding/json"
	"testing"

	"facialis/anatomy"
)

// Other programs rely on these names.
func TestNamesInJSON(t *testing.T) {
	mm := 1.5
	e := Event{ID: "e1", Kind: Spasm, Side: anatomy.Left, Form: Twitch, OnsetS: 1, OffsetS: 1.25, Lead: anatomy.Zygomaticus, LeadTied: []anatomy.Region{anatomy.Depressor}, Twitches: 1, Confidence: 0.9, Reasons: []string{"unsure"},
		Regions: []RegionMovement{{Region: anatomy.Zygomaticus, Side: anatomy.Left, OnsetS: 1, PeakMM: &mm}}}
	got, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"e1","kind":"spasm","side":"left","form":"twitch","onset_s":1,"offset_s":1.25,"lead":"zygomaticus","lead_tied_with":["depressor"],` +
		`"regions":[{"region":"zygomaticus","side":"left","onset_s":1,"peak_mm":1.5,"share_of_voluntary":null}],` +
		`"twitches":1,"rate_hz":null,"trigger":null,"task":null,"episode":null,"attack":null,"confidence":0.9,"reasons":["unsure"]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if e.Duration() != 0.25 {
		t.Errorf("duration %g", e.Duration())
	}
}

func TestPausesAreOrdered(t *testing.T) {
	if !(TrainGapS < EpisodeGapS && EpisodeGapS < AttackGapS) {
		t.Errorf("train %g, episode %g, attack %d", TrainGapS, EpisodeGapS, AttackGapS)
	}
}

// Spasms of which nobody knows the side have their episodes and attacks too.
func TestEpisodesWithoutASide(t *testing.T) {
	events := []Event{
		{Kind: Spasm, Side: anatomy.Unknown, OnsetS: 1, OffsetS: 1.2}, {Kind: Spasm, Side: anatomy.Unknown, OnsetS: 1.4, OffsetS: 1.6},
		{Kind: Spasm, Side: anatomy.Unknown, OnsetS: 5, OffsetS: 5.2},
	}
	Group(events, EpisodeGapS, AttackGapS)
	for i, want := range []int{1, 1, 2} {
		if e := events[i]; e.Episode == nil || *e.Episode != want || e.Attack == nil || *e.Attack != 1 {
			t.Errorf("event %d: episode %v, attack %v", i, e.Episode, e.Attack)
		}
	}
}
