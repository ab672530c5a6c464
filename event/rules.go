package event

import (
	"math"

	"facialis/anatomy"
)

// The definitions shared by whoever draws, detects, scores or shows events. Gaps
// run from the end of one to the onset of the next, in seconds.
const (
	TrainGapS   = 0.25 // excursions closer than this are one train
	EpisodeGapS = 0.5  // spasms closer than this are one episode
	AttackGapS  = 10   // episodes closer than this are one attack
	TonicS      = 1    // a hold this long is tonic
)

// FootShare is the share of its peak at which an excursion begins and ends. All
// onsets and offsets, and so all pauses, are measured there.
const FootShare = 0.1

// SameTrain reports whether an excursion that begins at onsetS continues the train
// that ended at endS.
func SameTrain(endS, onsetS float64) bool { return onsetS-endS < TrainGapS }

// FormOf is the form of an event with so many excursions, whose longest stay above
// half of the peak took holdS seconds: tonic from TonicS on, else clonic for two
// excursions and more, else a twitch.
func FormOf(excursions int, holdS float64) Form {
	switch {
	case holdS >= TonicS:
		return Tonic
	case excursions >= 2:
		return Clonic
	}
	return Twitch
}

// Group numbers the episodes and attacks of the spasms among events, which are in
// order of onset. Each side has its own. The gaps are in seconds: EpisodeGapS and
// AttackGapS unless a caller was asked for others. Where the sides are not known, what
// only one side did is grouped as if it were of one.
func Group(events []Event, episodeGapS, attackGapS float64) {
	episode, attack := 0, 0
	for _, side := range []anatomy.Side{anatomy.Right, anatomy.Left, anatomy.Both, anatomy.Unknown} {
		end := math.Inf(-1)
		for i := range events {
			e := &events[i]
			if e.Side != side {
				continue
			}
			e.Episode, e.Attack = nil, nil
			if e.Kind != Spasm {
				continue
			}
			if e.OnsetS >= end+episodeGapS {
				episode++
			}
			if e.OnsetS >= end+attackGapS {
				attack++
			}
			ep, at := episode, attack
			e.Episode, e.Attack = &ep, &at
			end = math.Max(end, e.OffsetS)
		}
	}
}
