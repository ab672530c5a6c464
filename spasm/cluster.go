package spasm

import (
	"math"
	"slices"
	"sort"

	"facialis/anatomy"
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

// runs are what single regions of a group do without a pause, each with what the same
// sheet of skin does from the same moment to the same end: a region that goes on, or
// begins later, may have put a twitch of another together with what is none of it. A
// run is a rival of its group, and the score chooses.
func runs(g []movement, gap float64) [][]movement {
	var out [][]movement
	for k := range anatomy.NumRegions {
		var own []movement
		for _, m := range g {
			if m.k == k && !m.minor {
				own = append(own, m)
			}
		}
		for _, run := range cluster(own, gap) {
			on, off := math.Inf(1), math.Inf(-1)
			for _, m := range run {
				on, off = math.Min(on, m.on), math.Max(off, m.off)
			}
			for _, m := range g {
				if m.k != k && sameSkin(m.k, k) && math.Abs(m.on-on) < gap && math.Abs(m.off-off) < gap {
					run = append(run, m)
				}
			}
			out = append(out, run)
		}
	}
	return out
}
