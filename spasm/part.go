package spasm

import (
	"slices"

	"facialis/anatomy"
	"facialis/event"
)

// restShare is the share of a part's values in the shortest interval whose middle is
// taken for rest: what rests lies closest together, as long as it is this much of the
// part. It is that of motion's neutral level.
const restShare = 0.35

// leveled is a part of a recording in which each region rests at zero. After a cut or
// a hole the face may be another, or seen from elsewhere, and lie at another level,
// which is no movement. The columns of tr stay as they are.
func leveled(tr *event.Trace) *event.Trace {
	out := *tr
	for s := range 2 {
		for k := range anatomy.NumRegions {
			out.DX[s][k], out.DY[s][k] = fromRest(tr.DX[s][k]), fromRest(tr.DY[s][k])
		}
	}
	return &out
}

// fromRest is a column less where it rests.
func fromRest(c []float32) []float32 {
	v := slices.DeleteFunc(slices.Clone(c), func(x float32) bool { return x != x })
	if len(v) == 0 {
		return c
	}
	slices.Sort(v)
	n := max(int(restShare*float64(len(v))), 1)
	best := 0
	for i := range len(v) - n + 1 {
		if v[i+n-1]-v[i] < v[best+n-1]-v[best] {
			best = i
		}
	}
	var rest float64
	for _, x := range v[best : best+n] {
		rest += float64(x) / float64(n)
	}
	out := make([]float32, len(c))
	for i, x := range c {
		out[i] = x - float32(rest)
	}
	return out
}
