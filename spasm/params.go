package spasm

import (
	"facialis/anatomy"
	"facialis/event"
)

// Params are the detector's settings; lengths in mm, times in seconds.
type Params struct {
	NoiseK         float64 // a quick movement that is looked at is this many standard deviations of its noise
	MediumK        float64 // one of half a second to one and a half is this many of its own
	HoldK          float64 // and a held one this many of its own
	MinLidMM       float64 // and at least this far: the lids
	MinMouthMM     float64 // regions of the mouth and cheek
	MinBrowMM      float64 // brow
	MinNeckMM      float64 // neck
	MinBothMM      float64 // a voluntary movement of both sides goes at least this far
	CommonShare    float64 // of what both sides do the same way, this share is one standard deviation of what one does more
	LidCommonShare float64 // the lids in a blink are more even
	OneSided       float64 // the other side goes along by less than this share in a movement that one side makes
	TwitchGapS     float64 // excursions closer than this are one event
	EpisodeGapS    float64 // spasms closer than this are one episode
	AttackGapS     float64 // episodes closer than this are one attack
	BlinkMaxS      float64 // a closure of both eyes longer than this is not a blink
	BlinkMinMM     float64 // a blink closes at least this much
	BlinkShare     float64 // and at least this share of the person's usual blink
	MaxRiseS       float64 // a muscle takes no longer to half the size of a movement: what follows a trigger rises as quickly or as the trigger does, and a closure of both eyes that is held is no spasm if it rises more slowly
	LeastLogOdds   float64 // a movement whose score is lower is no event but a candidate: the operating point
	LockedLogOdds  float64 // the same for what follows triggers that such movements follow more often than by chance

	Without []string `json:",omitempty"` // names of rules that are switched off, see Rule.Removable
}

// DefaultParams returns the settings; docs/detector.md has what was measured.
func DefaultParams() Params {
	p := Params{
		NoiseK: 3.5, MediumK: 4, HoldK: 5, MinLidMM: 0.15, MinMouthMM: 0.2, MinBrowMM: 0.25, MinNeckMM: 0.3, MinBothMM: 1.0,
		CommonShare: 0.2, LidCommonShare: 0.2, OneSided: 0.75,
		TwitchGapS: event.TrainGapS, EpisodeGapS: event.EpisodeGapS, AttackGapS: event.AttackGapS,
		BlinkMaxS: 0.6, BlinkMinMM: 1.5, BlinkShare: 0.3, MaxRiseS: 0.35, LeastLogOdds: score.Point, LockedLogOdds: score.LockedPoint,
	}
	if testOnlyDefaults != nil {
		testOnlyDefaults(&p)
	}
	return p
}

// testOnlyDefaults changes the defaults in a run of the tests, see make mutate.
var testOnlyDefaults func(*Params)

// floorMM is the smallest movement of region k that is looked at.
func (p Params) floorMM(k int) float64 {
	switch anatomy.Regions[k] {
	case anatomy.OrbicularisOculi:
		return p.MinLidMM
	case anatomy.Frontalis:
		return p.MinBrowMM
	case anatomy.Platysma:
		return p.MinNeckMM
	}
	return p.MinMouthMM
}
