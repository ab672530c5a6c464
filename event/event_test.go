package event

import (
	"encoding/json"
	"slices"
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

func TestGroups(t *testing.T) {
	spasm := func(side anatomy.Side, on, off float64) Event {
		return Event{Kind: Spasm, Side: side, OnsetS: on, OffsetS: off}
	}
	list := []Event{spasm(anatomy.Right, 1, 1.2), spasm(anatomy.Left, 1.5, 1.6), spasm(anatomy.Right, 1.69, 1.8), spasm(anatomy.Right, 2.3, 2.5),
		{Kind: Blink, Side: anatomy.Both, OnsetS: 3}, spasm(anatomy.Right, 12.5, 12.6), spasm(anatomy.Right, 22.59, 23)}
	tell := func() (episodes, attacks []int) {
		Group(list, EpisodeGapS, AttackGapS)
		for _, e := range list {
			if e.Episode == nil || e.Attack == nil {
				episodes, attacks = append(episodes, 0), append(attacks, 0)
				continue
			}
			episodes, attacks = append(episodes, *e.Episode), append(attacks, *e.Attack)
		}
		return episodes, attacks
	}
	if ep, at := tell(); !slices.Equal(ep, []int{1, 5, 1, 2, 0, 3, 4}) || !slices.Equal(at, []int{1, 3, 1, 1, 0, 2, 2}) {
		t.Errorf("episodes %v, attacks %v", ep, at)
	}
	for i := range list {
		if list[i].Kind == Spasm {
			list[i].Side = anatomy.Unknown
		}
	}
	if ep, at := tell(); !slices.Equal(ep, []int{1, 1, 1, 2, 0, 3, 4}) || !slices.Equal(at, []int{1, 1, 1, 1, 0, 2, 2}) {
		t.Errorf("without sides: episodes %v, attacks %v", ep, at)
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
