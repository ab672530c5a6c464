package spasm

import (
	"cmp"
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// Spasms of both sides: lids of both eyes that are shut as fast and as far as in a
// blink and stay shut for a second and more, again and again, or flutter shut in a
// train of blinks without a pause. Who shuts their eyes as often when nobody filmed a
// protocol does the same, so the certainty is one half.
const (
	bothDeepShare  = 0.6 // of the usual blink: the lids are shut as far
	bothLeast      = 3   // held closures in a recording, below which they are taken for asked for
	bothTrainLeast = 4   // blinks without a pause; 3 are found in filmed talkers
	bothCertainty  = 0.5 // of a closure of both eyes, by how they move: spasm or on request
)

// bothSides makes spasms of those closures of both eyes that are none of a protocol,
// and trains of blinks, and returns what is left of both. In a face whose closures
// carry one side along (held), they are taken for its own.
func (d *detection) bothSides(both []*candidate, held bool) []*candidate {
	var sizes []float64
	var blinks []*candidate
	for _, b := range both {
		if b.Kind == event.Blink {
			sizes = append(sizes, b.size())
			blinks = append(blinks, b)
		}
	}
	deep := bothDeepShare * signal.UpperMedian(sizes)
	var shut []*candidate
	for _, e := range both {
		if e.Kind == event.Voluntary && e.asked() == "" && d.heldShut(e, deep) {
			shut = append(shut, e)
		}
	}
	if len(shut) >= bothLeast && !held {
		for _, e := range shut {
			e.Kind, e.Form = event.Spasm, event.Tonic
			e.Confidence, e.Reasons = bothCertainty, []string{"length+", "rise+"}
		}
	}
	slices.SortStableFunc(blinks, func(a, b *candidate) int { return cmp.Compare(a.OnsetS, b.OnsetS) })
	gone := map[*candidate]bool{}
	for i := 0; i < len(blinks); {
		j := i + 1
		for j < len(blinks) && blinks[j].part == blinks[i].part && blinks[j].asked() == "" && event.SameTrain(blinks[j-1].OffsetS, blinks[j].OnsetS) {
			j++
		}
		if n := j - i; n >= bothTrainLeast && blinks[i].asked() == "" {
			e := blinks[i]
			e.Kind, e.Form, e.Twitches = event.Spasm, event.Clonic, n
			e.OffsetS = blinks[j-1].OffsetS
			hz := float64(n) / (e.OffsetS - e.OnsetS)
			e.RateHz = &hz
			e.Confidence, e.Reasons = bothCertainty, []string{"length+", "rise+"}
			for _, b := range blinks[i+1 : j] {
				gone[b] = true
				for k, r := range b.Regions {
					if k < len(e.Regions) && r.PeakMM != nil && e.Regions[k].PeakMM != nil && *r.PeakMM > *e.Regions[k].PeakMM {
						e.Regions[k].PeakMM = r.PeakMM
					}
				}
			}
		}
		i = j
	}
	return slices.DeleteFunc(both, func(e *candidate) bool { return gone[e] })
}

// heldShut says whether e begins with the lids of both eyes, and they are shut at least as
// far as deep, mm, as fast as a muscle does it, and stay so. What the mouth begins is
// talk: eyes that are cast down meanwhile look half shut.
func (d *detection) heldShut(e *candidate, deep float64) bool {
	return e.Lead == anatomy.OrbicularisOculi && slices.ContainsFunc(e.parts, func(m movement) bool {
		return m.k == anatomy.AtOrbicularisOculi && m.mm >= math.Max(deep, d.p.BlinkMinMM) && m.twitches == 1 && m.longestS >= event.TonicS && m.riseS <= d.p.MaxRiseS
	})
}

// asked is the task that asked for a movement; none at rest and in speech.
func (c *candidate) asked() string {
	if c.Task == nil || resting(*c.Task) {
		return ""
	}
	return *c.Task
}
