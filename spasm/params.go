package spasm

import (
	"facialis/anatomy"
	"facialis/event"
)

// Params are the detector's settings; lengths in mm, times in seconds.
type Params struct {
	NoiseK       float64 // a movement is this many standard deviations of its region's noise
	MinLidMM     float64 // and at least this far: the lids
	LidPx        float64 // and they at least this many pixels
	MinMouthMM   float64 // regions of the mouth and cheek
	MinBrowMM    float64 // brow
	MinNeckMM    float64 // neck
	MinBothMM    float64 // a voluntary movement of both sides goes at least this far
	CommonK      float64 // what both sides do at the time raises the threshold by this share
	MouthK       float64 // share of the mouth's busiest region that counts for its neighbours
	HeadMMPerDPS float64 // and so does the head's turning, mm a degree a second
	HeadMMPerDeg float64 // and a head turned from where it usually is, mm a degree beyond HeadFreeDeg
	HeadFreeDeg  float64 // a turn this small costs nothing
	LeftMMPerDeg float64 // a turn beyond HeadFreeDeg leaves over no more than this, mm a degree: 0.46 at most on a drawn face's turns and nods (brow 0.46, lids 0.42, neck 0.40, mouth 0.20)
	OneSided     float64 // the other side moves less than this share in a one-sided movement
	TwitchGapS   float64 // excursions closer than this are one event
	EpisodeGapS  float64 // spasms closer than this are one episode
	AttackGapS   float64 // episodes closer than this are one attack
	BlinkMaxS    float64 // a closure of both eyes longer than this is not a blink
	BlinkMinMM   float64 // a blink closes at least this much
	BlinkShare   float64 // and at least this share of the person's usual blink
	MaxRiseS     float64 // a spasm reaches half its size within this
	MinSure      float64 // a one-sided movement less certain than this is other
	MostMM       float64 // a mouth's one-sided movement beyond this is the jaw or a lost track: the corner goes 3.9 ± 2.5 mm in synkinesis (Maximal Static Response Assay, n = 78)
	BlindMM      float64 // a region whose noise asks for movements beyond this says nothing by itself
	BusyFace     float64 // certainty left while both sides move elsewhere
	BusySkin     float64 // and while they move the same part of the face
	FullRateHz   float64 // below this frame rate certainty falls with its square root
}

// DefaultParams returns the settings; docs/decisions.md has what was measured.
func DefaultParams() Params {
	return Params{
		NoiseK: 5, MinLidMM: 0.20, LidPx: 0.6, MinMouthMM: 0.28, MinBrowMM: 0.5, MinNeckMM: 0.6, MinBothMM: 1.0,
		CommonK: 1.3, MouthK: 0.6, HeadMMPerDPS: 0.02, HeadMMPerDeg: 0.08, HeadFreeDeg: 3, LeftMMPerDeg: 0.5, OneSided: 0.6,
		TwitchGapS: event.TrainGapS, EpisodeGapS: event.EpisodeGapS, AttackGapS: event.AttackGapS,
		BlinkMaxS: 0.6, BlinkMinMM: 1.5, BlinkShare: 0.3, MaxRiseS: 0.3, MinSure: 0.6, MostMM: 10, BlindMM: 3, BusyFace: 0.7, BusySkin: 0.55, FullRateHz: 22,
	}
}

// floorMM is the smallest movement of region k that is looked at, in a picture of
// mmPerPx (NaN when not known). A lid's margin is a line before an eyeball that
// turns: it cannot be placed better than by LidPx of a pixel, however still it
// looks.
func (p Params) floorMM(k int, mmPerPx float64) float64 {
	switch anatomy.Regions[k] {
	case anatomy.OrbicularisOculi:
		if px := p.LidPx * mmPerPx; px > p.MinLidMM {
			return px
		}
		return p.MinLidMM
	case anatomy.Frontalis:
		return p.MinBrowMM
	case anatomy.Platysma:
		return p.MinNeckMM
	}
	return p.MinMouthMM
}
