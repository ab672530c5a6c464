package spasm

import (
	"math"
	"sort"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// Noise is local in time, of the band of the movement that it is held against, and
// estimated apart from the movements: the level that the calmer part of the blocks
// around keep below. A spasm moves one side, so the difference between the sides is
// never held to be noisier than the calmer side shows, or than the recording's own
// calm blocks: who has strong or many spasms does not raise the threshold for them.
const (
	blockS       = 0.5  // length of a block, s
	blockLeast   = 4    // values in a block, below which it says nothing
	quickNoiseS  = 5.0  // quick movements: blocks within this, before and after
	heldNoiseS   = 12.0 // holds
	calmShare    = 0.6  // this share of the blocks around are taken for calm
	tailQuantile = 0.95 // what a side does alone is hardly ever above this quantile of its blocks
	calmestShare = 0.2  // and this share of all blocks of the recording
	leastBlocks  = 5    // fewer blocks around, and the whole recording is asked
	heldLag      = 2    // levels this many blocks apart tell how much levels wander
	leastNoiseMM = 0.01 // mm; nobody measures better
)

// noiseTable is what the blocks of a recording show of one region.
type noiseTable struct {
	fromS  float64
	starts []int // blocks with which a part of the recording begins: noise does not reach across; none: it is one part
	// Of right minus left by axis, of each side by axis: root mean squares of the
	// quick curves, and the levels of the held ones.
	quick, medium, level             [2][]float64
	sideQuick, sideMedium, sideLevel [2][2][]float64

	// For each block, one standard deviation: by band.
	diff   [bands][2][]float64 // [band][axis]
	side   [bands][2][]float64 // [band][side], of both axes together
	blinks [bands]*blinkTable  // of the lids, how unevenly this person blinks; nil for other regions
	tail   [2]float64          // quick, of each side: what its blocks hardly ever exceed where it moves alone, mm
	calm   [bands][2]float64   // [band][side]: of the recording's calm blocks, along both axes
}

// The bands in which movements are sought.
const (
	heldBand   = iota // where the region is
	quickBand         // less its level within a second
	mediumBand        // less its level within some seconds
	bands
)

func newNoiseTable(t []float64) *noiseTable {
	n := &noiseTable{}
	if len(t) == 0 {
		return n
	}
	n.fromS = t[0]
	blocks := n.block(t[len(t)-1]) + 1
	col := func() []float64 {
		c := make([]float64, blocks)
		for i := range c {
			c[i] = math.NaN()
		}
		return c
	}
	for a := range 2 {
		n.quick[a], n.medium[a], n.level[a] = col(), col(), col()
		for s := range 2 {
			n.sideQuick[s][a], n.sideMedium[s][a], n.sideLevel[s][a] = col(), col(), col()
		}
	}
	return n
}

func (n *noiseTable) block(t float64) int { return max(int((t-n.fromS)/blockS), 0) }

// add shows the blocks that begin within [from, to), in seconds.
func (n *noiseTable) add(held, quick, medium *channel, fromS, toS float64) {
	t := held.t
	first := int(math.Ceil((fromS - n.fromS) / blockS))
	for b := max(first, 0); b < len(n.quick[0]); b++ {
		at := n.fromS + float64(b)*blockS
		if at >= toS {
			break
		}
		i, j := sort.SearchFloat64s(t, at), sort.SearchFloat64s(t, at+blockS)
		for a := range 2 {
			get := func(c *channel, s int) []float64 { return [2][]float64{c.x[s], c.y[s]}[a] }
			n.quick[a][b] = rms(i, j, func(k int) float64 { return get(quick, 0)[k] - get(quick, 1)[k] })
			n.medium[a][b] = rms(i, j, func(k int) float64 { return get(medium, 0)[k] - get(medium, 1)[k] })
			n.level[a][b] = mean(i, j, func(k int) float64 { return get(held, 0)[k] - get(held, 1)[k] })
			for s := range 2 {
				n.sideQuick[s][a][b] = rms(i, j, func(k int) float64 { return get(quick, s)[k] })
				n.sideMedium[s][a][b] = rms(i, j, func(k int) float64 { return get(medium, s)[k] })
				n.sideLevel[s][a][b] = mean(i, j, func(k int) float64 { return get(held, s)[k] })
			}
		}
	}
}

func mean(i, j int, v func(int) float64) float64 {
	var sum float64
	m := 0
	for k := i; k < j; k++ {
		if x := v(k); !math.IsNaN(x) {
			sum += x
			m++
		}
	}
	if m < blockLeast && m < j-i || m == 0 {
		return math.NaN()
	}
	return sum / float64(m)
}

func rms(i, j int, v func(int) float64) float64 {
	return math.Sqrt(mean(i, j, func(k int) float64 { x := v(k); return x * x }))
}

// settle makes the noise of each block when all have been shown.
func (n *noiseTable) settle() {
	wander := func(level []float64) []float64 {
		out := make([]float64, len(level))
		for i := range out {
			out[i] = math.NaN()
			if i >= heldLag {
				out[i] = math.Abs(level[i] - level[i-heldLag])
			}
		}
		return out
	}
	for band := range bands {
		for a := range 2 {
			of, win := n.quick[a], quickNoiseS
			sides := [2][]float64{n.sideQuick[0][a], n.sideQuick[1][a]}
			switch band {
			case mediumBand:
				of, sides = n.medium[a], [2][]float64{n.sideMedium[0][a], n.sideMedium[1][a]}
			case heldBand:
				of, win = wander(n.level[a]), heldNoiseS
				sides = [2][]float64{wander(n.sideLevel[0][a]), wander(n.sideLevel[1][a])}
			}
			d := local(shared(of, sides), win)
			l := [2][]float64{local(sides[0], win), local(sides[1], win)}
			n.diff[band][a] = d
			for s := range 2 {
				if a == 0 {
					n.side[band][s] = l[s]
				} else {
					for b, v := range l[s] {
						n.side[band][s][b] = math.Max(n.side[band][s][b], v)
					}
				}
				n.calm[band][s] = math.Max(n.calm[band][s], orZero(signal.UpperQuantile(sides[s], calmestShare)))
			}
		}
	}
	for i := range 2 { // what is held is quick as well
		for b := range n.diff[heldBand][i] {
			n.diff[heldBand][i][b] = math.Hypot(n.diff[heldBand][i][b], n.diff[quickBand][i][b])
			n.side[heldBand][i][b] = math.Hypot(n.side[heldBand][i][b], n.side[quickBand][i][b])
		}
		n.calm[heldBand][i] = math.Hypot(n.calm[heldBand][i], n.calm[quickBand][i])
	}
	for s := range 2 {
		var alone []float64
		for b := range n.quick[0] {
			side := math.Hypot(n.sideQuick[s][0][b], n.sideQuick[s][1][b])
			alone = append(alone, math.Min(side, math.Hypot(n.quick[0][b], n.quick[1][b])))
		}
		n.tail[s] = math.Max(orZero(signal.UpperQuantile(alone, tailQuantile)), leastNoiseMM)
	}
	n.quick, n.medium, n.level = [2][]float64{}, [2][]float64{}, [2][]float64{}
	n.sideQuick, n.sideMedium, n.sideLevel = [2][2][]float64{}, [2][2][]float64{}, [2][2][]float64{}
}

// local is what the calmer blocks around each block of the same part keep below.
func (n *noiseTable) local(v []float64, win float64) []float64 {
	out := make([]float64, 0, len(v))
	for _, start := range append(n.starts, len(v)) {
		out = append(out, local(v[len(out):max(min(start, len(v)), len(out))], win)...)
	}
	return out
}

// local is what the calmer blocks around each block keep below.
func local(v []float64, win float64) []float64 {
	whole := signal.UpperQuantile(v, calmShare)
	out := make([]float64, len(v))
	w := int(win / blockS)
	for b := range v {
		around := v[max(b-w, 0):min(b+w+1, len(v))]
		seen := 0
		for _, x := range around {
			if !math.IsNaN(x) {
				seen++
			}
		}
		out[b] = whole
		if seen >= leastBlocks {
			out[b] = signal.UpperQuantile(around, calmShare)
		}
		out[b] = math.Max(orZero(out[b]), leastNoiseMM)
	}
	return out
}

// shared is the noise of the difference in each block, without what one side does
// alone: no more than the calmer side shows there, or else the recording's calm
// blocks.
func shared(diff []float64, side [2][]float64) []float64 {
	calm := orZero(signal.UpperQuantile(diff, calmestShare))
	out := make([]float64, len(diff))
	for b, v := range diff {
		out[b] = math.Min(v, math.Max(math.Sqrt2*math.Min(side[0][b], side[1][b]), calm))
	}
	return out
}

// at is one standard deviation at time t of right minus left outwards and up, and of
// side s by itself, mm.
func (n *noiseTable) at(t float64, s, band int) (x, y, alone float64) {
	b := min(n.block(t), len(n.diff[band][0])-1)
	return n.diff[band][0][b], n.diff[band][1][b], math.Max(n.side[band][s][b], leastNoiseMM)
}

// noises finds the noise of every region over the whole recording, stretch by
// stretch.
func (d *detection) noises(parts []stretch) {
	blinks := d.unevenness(parts)
	for k := range d.noise {
		d.noise[k] = newNoiseTable(d.tr.T)
		for i, s := range parts {
			c := newCurves(d.tr.Between(s.a, s.b), k)
			from, to := math.Inf(-1), s.endS
			if i > 0 {
				from = parts[i-1].endS
			}
			if math.IsInf(from, -1) {
				from = d.tr.T[0]
			}
			if math.IsInf(to, 1) {
				to = d.tr.T[d.tr.Len()-1] + 1
			}
			d.noise[k].add(c, c.less(quickBand), c.less(mediumBand), from, to)
			d.tr.Free()
		}
		d.noise[k].settle()
	}
	d.noise[anatomy.AtOrbicularisOculi].blinks = blinks
}

// headSpeed is how fast the head turns at frame i, degrees a second.
func headSpeed(tr *event.Trace, i int) float64 {
	a, b := max(i-poseFrames, 0), min(i+poseFrames, tr.Len()-1)
	dt := tr.T[b] - tr.T[a]
	if dt <= 0 {
		return 0
	}
	return orZero(math.Hypot(float64(tr.Yaw[b]-tr.Yaw[a]), float64(tr.Pitch[b]-tr.Pitch[a])) / dt)
}

const poseFrames = 3 // the head's speed is taken between this many frames before and after
