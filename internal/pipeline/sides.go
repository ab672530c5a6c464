package pipeline

import (
	"facialis/anatomy"
	"facialis/event"
	"facialis/spasm"
	"facialis/words"
)

// swapSides puts right for left: in a mirrored recording the person's right is
// at the picture's right.
func swapSides(tr *event.Trace) {
	swap := func(c *[2][]float32) { c[0], c[1] = c[1], c[0] }
	for k := range anatomy.NumRegions {
		tr.DX[0][k], tr.DX[1][k] = tr.DX[1][k], tr.DX[0][k]
		tr.DY[0][k], tr.DY[1][k] = tr.DY[1][k], tr.DY[0][k]
		tr.Along[0][k], tr.Along[1][k] = tr.Along[1][k], tr.Along[0][k]
		tr.SD[0][k], tr.SD[1][k] = tr.SD[1][k], tr.SD[0][k]
		tr.NoiseMM[0][k], tr.NoiseMM[1][k] = tr.NoiseMM[1][k], tr.NoiseMM[0][k]
		for i := range tr.Diff[k] {
			tr.Diff[k][i] = -tr.Diff[k][i]
		}
		tr.Free()
	}
	swap(&tr.Aperture)
	swap(&tr.Shown)
	swap(&tr.BrowHeight)
	swap(&tr.CornerOut)
	swap(&tr.CornerUp)
	for i := range tr.Yaw {
		tr.Yaw[i], tr.Roll[i] = -tr.Yaw[i], -tr.Roll[i]
	}
}

// sideless says why the person's own right and left cannot be told apart; empty
// where they can.
func sideless(mirrored *bool, wayUp bool) string {
	switch {
	case mirrored == nil:
		return words.Default().Say("quality.side.mirrored")
	case !wayUp:
		return words.Default().Say("quality.side.wayUp")
	}
	return ""
}

// HideSides takes the side out of everything that only one side did. What both
// sides did stays of both. Episodes and attacks are numbered again: by side they
// would still tell the sides apart. joints are the recording's, see [spasm.Group].
func HideSides(events []event.Event, p spasm.Params, joints []float64) {
	for i := range events {
		hideSide(&events[i])
	}
	spasm.Group(events, p, joints)
}

// hideCandidates does the same with what is no event.
func hideCandidates(c *event.Candidates) {
	for i := range c.List {
		hideSide(&c.List[i].Event)
	}
}

func hideSide(e *event.Event) {
	if e.Side != anatomy.Both {
		e.Side = anatomy.Unknown
	}
	for k := range e.Regions {
		if e.Regions[k].Side != anatomy.Both {
			e.Regions[k].Side = anatomy.Unknown
		}
	}
}
