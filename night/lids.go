package night

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// Whether lids are shut is read off the height of the opening that the mesh sees and,
// in between, of the dark between the lids. The limits lie between open eyes and shut
// ones of drawn nights; docs/night.md has what filmed people show.
const (
	usualQuantile = 0.95 // of the openings of a recording is how far its eyes open
	shutShare     = 0.55 // of that, and less, is shut
	shutLeastMM   = 4.6  // but at least this,
	shutMostMM    = 5.5  // and at most this
	shutShown     = 0.9  // mm of dark: less, in an opening of up to shutMostMM, is shut
	openShown     = 2.2  // mm of dark: more, in an opening of this much, is open
	shutSmoothS   = 0.7  // by the median of so long
	shutMarginS   = 0.4  // before and after shut lids the lids' channel is not used either: they are on their way
)

// LidsOf says of each frame of a trace whether the lids are open, shut or not seen.
// opens is how far the eyes of this person open, mm (see [Opens]), NaN where that is not
// known.
func LidsOf(tr *event.Trace, opens float64) []Lids {
	n := tr.Len()
	out := make([]Lids, n)
	limit := shutLeastMM
	if opens == opens {
		limit = min(max(shutShare*opens, shutLeastMM), shutMostMM)
	}
	var window []float64
	lo := 0
	for i := range out {
		for tr.T[lo] < tr.T[i]-shutSmoothS/2 {
			lo++
		}
		window = window[:0]
		dark := math.Inf(-1)
		for j := lo; j < n && tr.T[j] <= tr.T[i]+shutSmoothS/2; j++ {
			if v := opening(tr, j); v == v && tr.Quality[j] > 0 {
				window = append(window, v)
			}
		}
		if len(window) == 0 {
			continue
		}
		for s := range 2 {
			if len(tr.Shown[s]) == n {
				if v := float64(tr.Shown[s][i]); v == v {
					dark = math.Max(dark, v)
				}
			}
		}
		slices.Sort(window)
		v := signal.Middle(window)
		switch {
		case v <= limit && !(dark > openShown && v > shutLeastMM*shutShare):
			out[i] = LidsShut
		case v <= shutMostMM && dark >= 0 && dark < shutShown:
			out[i] = LidsShut
		default:
			out[i] = LidsOpen
		}
	}
	return out
}

// opening is the mean of the eyes' openings that are seen in frame i, mm. Of an eye in
// the pillow the mesh draws what it expects; only the dark between the lids says that
// there is one. So where that is known of one eye alone, this eye counts.
func opening(tr *event.Trace, i int) float64 {
	var sum float64
	n := 0
	var dark [2]bool
	for s := range 2 {
		dark[s] = len(tr.Shown[s]) == tr.Len() && tr.Shown[s][i] == tr.Shown[s][i]
	}
	for s := range 2 {
		if dark[1-s] && !dark[s] {
			continue
		}
		if len(tr.Aperture[s]) == tr.Len() {
			if v := float64(tr.Aperture[s][i]); v == v {
				sum += v
				n++
			}
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// An eye is hidden where the dark between its lids was measured in less than
// hiddenShare of the frames within hiddenS, while the other eye's was in more than
// twice as many.
const (
	hiddenS     = 5.0
	hiddenShare = 0.3
)

// Hidden says of each frame and side whether the eye is hidden, by the pillow or a
// hand.
func Hidden(tr *event.Trace) (out [2][]bool) {
	n := tr.Len()
	for s := range out {
		out[s] = make([]bool, n)
	}
	if len(tr.Shown[0]) != n || len(tr.Shown[1]) != n {
		return out
	}
	lo, hi, all := 0, 0, 0
	var seen [2]int
	add := func(f, by int) {
		if tr.Quality[f] <= 0 {
			return
		}
		all += by
		for s := range 2 {
			if v := tr.Shown[s][f]; v == v {
				seen[s] += by
			}
		}
	}
	for i := range n {
		for ; hi < n && tr.T[hi] <= tr.T[i]+hiddenS; hi++ {
			add(hi, 1)
		}
		for ; tr.T[lo] < tr.T[i]-hiddenS; lo++ {
			add(lo, -1)
		}
		for s := range 2 {
			out[s][i] = float64(seen[s]) < hiddenShare*float64(all) && seen[1-s] > 2*seen[s]
		}
	}
	return out
}

// Opens is how far the eyes open in a trace, mm: the usualQuantile of the openings.
func Opens(tr *event.Trace) float64 {
	var v []float64
	for i := range tr.T {
		if x := opening(tr, i); x == x {
			v = append(v, x)
		}
	}
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	return v[int(usualQuantile*float64(len(v)-1))]
}

// ClosedLid is how far the line of one side's closed lids is off its rest, mm in the
// frame of the face (outward, up), frame by frame; NaN where it could not be followed.
type ClosedLid struct{ Out, Up []float32 }

// Mask takes out of a trace what an eye that is shut cannot show: where lids are shut,
// the lids' own channel, the opening and the dark between them. closed, where it is
// there, stands in the channel's place: its length counts as a closing, since a closed
// lid that contracts may go either way. A hidden eye has no lids' channel at all. It
// changes tr.
func Mask(tr *event.Trace, lids []Lids, hidden [2][]bool, closed [2]ClosedLid) {
	for s := range 2 {
		for f, h := range hidden[s] {
			if h {
				maskHidden(tr, s, f, closed[s])
			}
		}
	}
	for _, shut := range Shut(tr, lids) {
		for s := range 2 {
			for f := shut[0]; f < shut[1]; f++ {
				maskShut(tr, s, f, closed[s], lids[f])
			}
		}
	}
}

// maskHidden takes all that speaks of the lids of side s out of frame f.
func maskHidden(tr *event.Trace, s, f int, closed ClosedLid) {
	missLids(tr, s, f)
	if len(closed.Up) == tr.Len() {
		closed.Out[f], closed.Up[f] = event.Missing, event.Missing
	}
}

// maskShut takes what a shut eye of side s cannot show out of frame f, and puts the
// movement of the closed lid there where it is known.
func maskShut(tr *event.Trace, s, f int, closed ClosedLid, lids Lids) {
	k := anatomy.AtOrbicularisOculi
	missLids(tr, s, f)
	if len(tr.Shown[s]) == tr.Len() {
		tr.Shown[s][f] = event.Missing
	}
	if len(closed.Up) != tr.Len() || lids != LidsShut {
		return
	}
	v := float32(math.Hypot(float64(closed.Out[f]), float64(closed.Up[f])))
	if v != v {
		return
	}
	tr.DX[s][k][f], tr.DY[s][k][f], tr.Along[s][k][f] = 0, -v, v
	if len(tr.SD[s][k]) == tr.Len() {
		tr.SD[s][k][f] = closedLidSD
	}
}

// missLids marks the opening of side s and the lids' own channel as missing in frame f.
func missLids(tr *event.Trace, s, f int) {
	k := anatomy.AtOrbicularisOculi
	for _, c := range [][]float32{tr.Aperture[s], tr.DX[s][k], tr.DY[s][k], tr.Along[s][k], tr.SD[s][k], tr.Diff[k]} {
		if len(c) == tr.Len() {
			c[f] = event.Missing
		}
	}
}

// closedLidSD is how well the line of a closed lid is known, one standard deviation, mm:
// half of what one step of the search is.
const closedLidSD = 0.15

// Shut are the stretches of frames, [from, to), in which the lids are shut, with a
// margin.
func Shut(tr *event.Trace, lids []Lids) [][2]int {
	var out [][2]int
	n := tr.Len()
	for i := 0; i < n; i++ {
		if lids[i] != LidsShut {
			continue
		}
		j := i
		for j < n && lids[j] != LidsOpen && (lids[j] == LidsShut || tr.T[j]-tr.T[i] < bridgeUnseenS) {
			j++
		}
		if tr.T[min(j, n-1)]-tr.T[i] < openS { // a blink
			i = j
			continue
		}
		a, b := i, j
		for a > 0 && tr.T[i]-tr.T[a-1] <= shutMarginS {
			a--
		}
		for b < n && tr.T[b]-tr.T[j-1] <= shutMarginS {
			b++
		}
		if k := len(out); k > 0 && out[k-1][1] >= a {
			out[k-1][1] = b
		} else {
			out = append(out, [2]int{a, b})
		}
		i = j
	}
	return out
}
