package night

import (
	"math"
	"slices"
)

// BlockS is how long a block is, seconds.
const BlockS = 0.5

// Lids is what is known of the lids in a block.
type Lids string

// The lids may be open, shut or not seen.
const (
	LidsOpen   Lids = "open"
	LidsShut   Lids = "shut"
	LidsUnseen Lids = ""
)

// Block is what was seen in half a second of a night.
type Block struct {
	FromS  float64 `json:"t"` // seconds from the night's first picture
	Face   bool    `json:"f,omitempty"`
	Lids   Lids    `json:"l,omitempty"`
	Moving bool    `json:"m,omitempty"` // the head moved, or much of the picture
	Joint  bool    `json:"j,omitempty"` // another person, place or light begins: the block is what follows
	Held   bool    `json:"h,omitempty"` // nothing moved, so the pictures were not measured: as it was before
	Seen   [2]bool `json:"s"`           // at least one region of the right, of the left side
}

// State is what somebody probably does.
type State string

// The states. Unknown is printed as "cannot be told".
const (
	Awake   State = "awake"
	Asleep  State = "asleep"
	Unknown State = "unknown"
)

// Stretch is a time in one state.
type Stretch struct {
	FromS     float64 `json:"from_s"`
	ToS       float64 `json:"to_s"`
	State     State   `json:"state"`
	Certainty float64 `json:"certainty"` // 0.5 … 1; 0 where it cannot be told
	Why       Reason  `json:"why"`
}

// Reason says what a state rests on.
type Reason string

// The reasons.
const (
	WhyOpen     Reason = "lids_open"
	WhyShut     Reason = "lids_shut"
	WhyStill    Reason = "still"      // the lids are not seen, nothing has moved since they were
	WhyShort    Reason = "shut_short" // shut, but not for long enough
	WhyMoving   Reason = "moving"
	WhyUnseen   Reason = "not_seen"
	WhyNotFilmd Reason = "not_filmed"
)

// Len is how long the stretch lasts, seconds.
func (s Stretch) Len() float64 { return s.ToS - s.FromS }

// The rules of [States]. They were chosen on drawn nights; docs/night.md says on which.
const (
	SleepAfterS   = 20.0  // lids shut for so long are probably sleep
	openS         = 1.0   // lids open for less are a blink of a sleeper's mesh, or a flutter
	bridgeUnseenS = 4.0   // lids unseen for less between two alike stay so
	longMoveS     = 15.0  // who moves for longer is awake, or it cannot be told
	unseenStillS  = 900.0 // still for so long with the lids hidden, it is not known any more
	certaintyTauS = 300.0 // the time constant of the certainty
)

// Constants are the numbers of this package that decide, by name.
func Constants() map[string]float64 {
	return map[string]float64{"blockS": BlockS, "partBinS": PartBinS, "sleepAfterS": SleepAfterS, "openS": openS, "bridgeUnseenS": bridgeUnseenS,
		"longMoveS": longMoveS, "unseenStillS": unseenStillS, "certaintyTauS": certaintyTauS,
		"shutLeastMM": shutLeastMM, "shutMostMM": shutMostMM, "shutShare": shutShare, "shutSmoothS": shutSmoothS, "shutShown": shutShown, "openShown": openShown,
		"usualQuantile": usualQuantile, "shutMarginS": shutMarginS,
		"hiddenS": hiddenS, "hiddenShare": hiddenShare, "blinkMostS": blinkMostS, "closedLidSD": closedLidSD,
		"wideShare": wideShare, "alongShare": alongShare, "sureAnyway": sureAnyway, "sureShare": sureShare, "sureAroundS": sureAroundS}
}

// run is a stretch of blocks with the same lids.
type run struct {
	from, to int // blocks
	lids     Lids
}

// runsOf joins blocks: what is unseen for a moment between two alike is as they are,
// and lids that are open for less than openS within shut ones are not.
func runsOf(b []Block) []run {
	lids := make([]Lids, len(b))
	for i := range b {
		lids[i] = b[i].Lids
	}
	fill := func(is Lids, most float64) {
		for i := 0; i < len(lids); {
			j := i
			for j < len(lids) && lids[j] == lids[i] {
				j++
			}
			if lids[i] == is && i > 0 && j < len(lids) && lids[i-1] == lids[j] && b[j].FromS-b[i].FromS <= most {
				for k := i; k < j; k++ {
					lids[k] = lids[j]
				}
			}
			i = j
		}
	}
	fill(LidsUnseen, bridgeUnseenS)
	fill(LidsOpen, openS)
	fill(LidsShut, openS) // a blink
	glimpses(b, lids)
	fill(LidsUnseen, bridgeUnseenS)
	var out []run
	for i := 0; i < len(lids); {
		j := i
		for j < len(lids) && lids[j] == lids[i] {
			j++
		}
		out = append(out, run{i, j, lids[i]})
		i = j
	}
	return out
}

// glimpses takes lids that are open for less than openS between lids that are not seen,
// or at an end, as not seen: by a glimpse nobody is awake.
func glimpses(b []Block, lids []Lids) {
	for i := 0; i < len(lids); {
		j := i
		for j < len(lids) && lids[j] == lids[i] {
			j++
		}
		if lids[i] == LidsOpen && b[j-1].FromS+BlockS-b[i].FromS < openS {
			for k := i; k < j; k++ {
				lids[k] = LidsUnseen
			}
		}
		i = j
	}
}

// States cuts a night's blocks, in order of time, into stretches. Where blocks are more
// than bridgeUnseenS apart, nothing was filmed. At a joint somebody else may lie there:
// what was before it says nothing of what follows.
func States(b []Block) []Stretch {
	var out []Stretch
	for i := 0; i < len(b); {
		j := i + 1
		for j < len(b) && b[j].FromS-b[j-1].FromS <= bridgeUnseenS && !b[j].Joint {
			j++
		}
		if n := len(out); n > 0 && out[n-1].ToS < b[i].FromS-BlockS/2 {
			out = append(out, Stretch{out[n-1].ToS, b[i].FromS, Unknown, 0, WhyNotFilmd})
		}
		out = append(out, statesOf(b[i:j])...)
		i = j
	}
	return join(out)
}

// statesOf is States of blocks without a gap.
func statesOf(b []Block) []Stretch {
	end := func(i int) float64 {
		if i < len(b) {
			return b[i].FromS
		}
		return b[len(b)-1].FromS + BlockS
	}
	var out []Stretch
	runs := runsOf(b)
	for i := 0; i < len(runs); {
		r := runs[i]
		switch r.lids {
		case LidsOpen:
			out = append(out, Stretch{end(r.from), end(r.to), Awake, 1, WhyOpen})
			i++
		case LidsShut:
			// Sleep goes on while the lids are shut, and while they are not seen and
			// nothing moves.
			to, still := r.to, false
			for i++; i < len(runs); i++ {
				n := runs[i]
				if n.lids == LidsOpen || n.lids == LidsUnseen && (movesWithin(b[n.from:n.to]) || end(n.to)-end(n.from) > unseenStillS) {
					break
				}
				if n.lids == LidsUnseen {
					still = true
				}
				to = n.to
			}
			out = append(out, shutStretch(b, r.from, to, still, end)...)
		default:
			why := WhyUnseen
			if movesWithin(b[r.from:r.to]) {
				why = WhyMoving
			}
			out = append(out, Stretch{end(r.from), end(r.to), Unknown, 0, why})
			i++
		}
	}
	return out
}

// movesWithin says that the person moves for more than a moment in these blocks.
func movesWithin(b []Block) bool {
	n := 0
	for _, x := range b {
		if x.Moving {
			n++
		}
	}
	return float64(n)*BlockS > openS
}

// shutStretch is what a stretch of shut lids is: sleep where it lasts, broken where the
// person moves for long.
func shutStretch(b []Block, from, to int, still bool, end func(int) float64) []Stretch {
	var out []Stretch
	why := WhyShut
	if still {
		why = WhyStill
	}
	add := func(i, j int, moving bool) {
		if j <= i {
			return
		}
		d := end(j) - end(i)
		switch {
		case moving:
			out = append(out, Stretch{end(i), end(j), Unknown, 0, WhyMoving})
		case d < SleepAfterS:
			out = append(out, Stretch{end(i), end(j), Unknown, 0, WhyShort})
		default:
			out = append(out, Stretch{end(i), end(j), Asleep, math.Round((1-0.5*math.Exp(-d/certaintyTauS))*1000) / 1000, why})
		}
	}
	at := from
	for i := from; i < to; {
		if !b[i].Moving {
			i++
			continue
		}
		j := i
		last := i
		for ; j < to && float64(j-last)*BlockS <= 2*openS; j++ {
			if b[j].Moving {
				last = j
			}
		}
		j = last + 1
		if float64(j-i)*BlockS > longMoveS {
			add(at, i, false)
			add(i, j, true)
			at = j
		}
		i = j
	}
	add(at, to, false)
	return out
}

// join puts neighbors of one state and reason together.
func join(in []Stretch) []Stretch {
	var out []Stretch
	for _, s := range in {
		if s.ToS <= s.FromS {
			continue
		}
		if n := len(out); n > 0 && out[n-1].State == s.State && out[n-1].Why == s.Why && s.State != Asleep {
			out[n-1].ToS = s.ToS
			continue
		}
		out = append(out, s)
	}
	return out
}

// At is the state at a time.
func At(states []Stretch, t float64) State {
	i, found := slices.BinarySearchFunc(states, t, func(s Stretch, t float64) int {
		switch {
		case s.ToS <= t:
			return -1
		case s.FromS > t:
			return 1
		}
		return 0
	})
	if !found {
		return Unknown
	}
	return states[i].State
}
