package validate

import (
	"facialis/anatomy"
	"facialis/event"
)

// A GoalSize is a movement that the program's goals of finding name: how far it
// goes at least, mm.
type GoalSize struct {
	Region anatomy.Region
	MM     float64
}

// GoalSizes are the sizes from which README says that spasms are found.
var GoalSizes = []GoalSize{{anatomy.OrbicularisOculi, 0.5}, {anatomy.Zygomaticus, 0.7}, {anatomy.Depressor, 0.8}}

// Frames may miss a twitch's very peak: at 30 a second and the drawn shape by
// up to 7 %.
const goalShare = 0.93

// GoalRatio is an event's size over the goal's: the largest over lid, mouth
// corner and lower lip, 0 where none of them moves.
func GoalRatio(e event.Event) float64 {
	var top float64
	for _, r := range e.Regions {
		for _, g := range GoalSizes {
			if r.Region == g.Region && r.PeakMM != nil {
				top = max(top, *r.PeakMM/g.MM)
			}
		}
	}
	return top
}

// AtGoal reports whether an event is of the size that the goals name.
func AtGoal(e event.Event) bool { return GoalRatio(e) >= goalShare }
