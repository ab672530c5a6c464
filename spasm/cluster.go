package spasm

import (
	"math"
	"slices"
	"sort"
)

// unspanned takes out those movements that go on through a pause of a region that
// moves further: the pause shows that the event was over, so that what goes on is
// drift, or the tail of another, and must not make one of two.
func unspanned(moves []movement, gap float64) (kept, spanning []movement) {
	for _, m := range moves {
		if spans(m, moves, gap) {
			spanning = append(spanning, m)
		} else {
			kept = append(kept, m)
		}
	}
	return kept, spanning
}

func spans(m movement, moves []movement, gap float64) bool {
	for _, x := range moves {
		if x.k == m.k || x.peak <= m.peak || x.snr <= m.snr || x.off <= m.on || x.off >= m.off-gap {
			continue
		}
		for _, y := range moves {
			if y.k == x.k && y.on > x.off+gap && y.on < m.off && y.peak > m.peak && y.snr > m.snr && !between(moves, x, y) {
				return true
			}
		}
	}
	return false
}

// between reports whether the region of x and y moves between the two.
func between(moves []movement, x, y movement) bool {
	for _, z := range moves {
		if z.k == x.k && z.on > x.on && z.on < y.on && z.off > x.off {
			return true
		}
	}
	return false
}

// cluster groups movements that overlap or lie closer than gap.
func cluster(m []movement, gap float64) [][]movement {
	m = slices.Clone(m)
	sort.Slice(m, func(i, j int) bool { return m[i].on < m[j].on })
	var out [][]movement
	end := math.Inf(-1)
	for _, x := range m {
		if len(out) == 0 || !(x.on-end < gap) { // as event.SameTrain
			out = append(out, nil)
			end = math.Inf(-1)
		}
		out[len(out)-1] = append(out[len(out)-1], x)
		end = math.Max(end, x.off)
	}
	return out
}
