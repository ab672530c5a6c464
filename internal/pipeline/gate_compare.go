package pipeline

import (
	"math"

	"facialis/video"
)

// choose settles where is looked: about the face where one was seen lately, else the
// whole picture, coarsely.
func (g *gate) choose(f *video.Frame) {
	b := g.box
	var want faceBox
	if b.side > 0 && (b.at >= g.looked-gateLostS || f.T-b.at < gateLostS) {
		want = b
		want.side *= gateAround
	}
	same := g.bins[0] != nil && (want.side > 0) == (g.area.side > 0) &&
		math.Hypot(want.x-g.area.x, want.y-g.area.y) < 0.12*max(want.side, 1) && math.Abs(want.side-g.area.side) <= 0.15*want.side
	if same {
		return
	}
	g.area, g.n = want, 0
	if want.side > 0 {
		g.bin = max(1, int(math.Round(want.side/gateAround/gateBinsAFace)))
		n := int(want.side) / g.bin / 4 * 4
		g.bw, g.bh = max(n, 8), max(n, 8)
	} else {
		g.bin = max(4, f.H/60)
		g.bw, g.bh = f.W/g.bin/4*4, f.H/g.bin/4*4
	}
	for i := range g.bins {
		g.bins[i] = make([]float32, g.bw*g.bh)
	}
	g.rest = make([]float32, g.bw*g.bh)
	g.usual, g.diff = make([]float32, g.bw/4*(g.bh/4)), make([]float32, g.bw/4*(g.bh/4))
}

// change says whether something moved where is looked, and whether most of it did.
func (g *gate) change(f *video.Frame) (moved, stir bool) {
	g.choose(f)
	x0, y0 := 0, 0
	if g.area.side > 0 {
		x0, y0 = int(g.area.x)-g.bw*g.bin/2, int(g.area.y)-g.bh*g.bin/2
	}
	k := g.n % gateKept
	now := g.bins[k]
	g.at[k] = f.T
	binMeans(now, f, x0, y0, g.bw, g.bh, g.bin)
	g.n++
	for _, back := range [...]float64{gateNearS, gateFarS} {
		j := g.before(k, f.T-back)
		if j < 0 {
			continue
		}
		m, s := g.compare(now, g.bins[j], back == gateNearS)
		moved, stir = moved || m, stir || s
	}
	return moved, stir
}

// before is the kept picture nearest to time t, -1 where none is old enough.
func (g *gate) before(k int, t float64) int {
	for i := 1; i < min(g.n, gateKept); i++ {
		j := (k - i + gateKept) % gateKept
		if g.at[j] <= t+0.02 {
			return j
		}
	}
	return -1
}

// compare holds two pictures' bins against each other. learn says that the usual
// difference is learned from them.
func (g *gate) compare(a, b []float32, learn bool) (moved, stir bool) {
	g.still(a, b)
	nx, ny := g.bw/4, g.bh/4
	first := g.usual[0] == 0
	var over, beyond float64
	ratios := make([]float32, 0, len(g.diff))
	for y := range ny {
		for x := range nx {
			var sum float32
			for j := range 4 {
				at := (4*y+j)*g.bw + 4*x
				for i := range 4 {
					d := g.rest[at+i]
					if d < 0 {
						d = -d
					}
					sum += d
				}
			}
			g.diff[y*nx+x] = sum / 16
		}
	}
	for i, d := range g.diff {
		if first {
			g.usual[i] = d + 0.05
		}
		ratios = append(ratios, d/g.usual[i])
	}
	// A new picture of the encoder's own changes all blocks alike: only what one does
	// beyond the others counts.
	all := max(aboutMedian(ratios), 1)
	for i, d := range g.diff {
		if d > gateFactor*all*g.usual[i]+gateFloor {
			over++
		}
		if d > gateStirTimes*g.usual[i]+gateFloor {
			beyond++
		}
	}
	if learn {
		for i, d := range g.diff {
			step := gateLearn * (g.usual[i] + 0.1)
			if d < g.usual[i] {
				step = -step
			}
			g.usual[i] = max(g.usual[i]+step, 0.05)
		}
	}
	return over >= gateBlocks, beyond >= gateStirShare*float64(len(g.diff))
}

// still leaves in g.rest how two pictures' bins differ beyond what a small movement of
// everything (a shift, a turn, a step nearer) and another exposure explain:
//
//	a − b ≈ c₀ + c₁·b + gx·(sx + z·u − r·v) + gy·(sy + z·v + r·u)
//
// by least squares over all bins, g being the mean gradient of both pictures. So a
// sleeper's breath does not open the gate, and a twitch, which moves a part of the face
// alone, does.
func (g *gate) still(a, b []float32) {
	w, h := g.bw, g.bh
	var m [gateTerms][gateTerms]float64
	var y [gateTerms]float64
	terms := func(i, j int) [gateTerms]float32 {
		k := j*w + i
		gx := (a[k+1] - a[k-1] + b[k+1] - b[k-1]) / 4
		gy := (a[k+w] - a[k-w] + b[k+w] - b[k-w]) / 4
		u, v := float32(i-w/2)/float32(w), float32(j-h/2)/float32(w)
		return [gateTerms]float32{1, b[k] / 64, gx, gy, gx*u + gy*v, gy*u - gx*v}
	}
	for j := 1; j < h-1; j += 2 { // every other bin is enough for six unknowns
		for i := 1 + j/2%2; i < w-1; i += 2 {
			x := terms(i, j)
			d := float64(a[j*w+i] - b[j*w+i])
			for p := range gateTerms {
				for q := range p + 1 {
					m[p][q] += float64(x[p] * x[q])
				}
				y[p] += float64(x[p]) * d
			}
		}
	}
	c := solveGate(&m, &y)
	for j := range h {
		for i := range w {
			k := j*w + i
			if i == 0 || j == 0 || i == w-1 || j == h-1 {
				g.rest[k] = 0
				continue
			}
			x := terms(i, j)
			d := a[k] - b[k]
			for p := range gateTerms {
				d -= x[p] * float32(c[p])
			}
			g.rest[k] = d
		}
	}
}

// gateTerms is how many unknowns a movement of everything has.
const gateTerms = 6

// solveGate solves the normal equations, whose lower half is given, by Cholesky.
func solveGate(m *[gateTerms][gateTerms]float64, y *[gateTerms]float64) (c [gateTerms]float64) {
	var l [gateTerms][gateTerms]float64
	for p := range gateTerms {
		for q := range p + 1 {
			v := m[p][q]
			if p == q {
				v += 1e-3 * (1 + v) // a flat picture has no gradient
			}
			for k := range q {
				v -= l[p][k] * l[q][k]
			}
			if p == q {
				l[p][p] = math.Sqrt(max(v, 1e-9))
			} else {
				l[p][q] = v / l[q][q]
			}
		}
	}
	var z [gateTerms]float64
	for p := range gateTerms {
		v := y[p]
		for k := range p {
			v -= l[p][k] * z[k]
		}
		z[p] = v / l[p][p]
	}
	for p := gateTerms - 1; p >= 0; p-- {
		v := z[p]
		for k := p + 1; k < gateTerms; k++ {
			v -= l[k][p] * c[k]
		}
		c[p] = v / l[p][p]
	}
	return c
}

// The histogram of [aboutMedian]: bins of a sixteenth, up to 8.
const (
	binsPerOne = 16
	medianBins = 8 * binsPerOne
)

// aboutMedian is the median of values from 0 to 8, to a sixteenth.
func aboutMedian(v []float32) float32 {
	var bins [medianBins]int
	for _, x := range v {
		bins[min(int(max(x, 0)*binsPerOne), medianBins-1)]++
	}
	n := 0
	for i, c := range bins {
		if n += c; 2*n >= len(v) {
			return float32(i) / binsPerOne
		}
	}
	return medianBins / binsPerOne
}

// binMeans are the means of w × h squares of side px each, from (x0, y0) on; what lies
// outside the picture is 0.
func binMeans(dst []float32, f *video.Frame, x0, y0, w, h, side int) {
	clear(dst)
	inv := 1 / float32(side*side)
	for j := range h {
		for dy := range side {
			y := y0 + j*side + dy
			if y < 0 || y >= f.H {
				continue
			}
			row := f.Y[y*f.W : (y+1)*f.W]
			for i := range w {
				a, b := max(x0+i*side, 0), min(x0+(i+1)*side, f.W)
				if a >= b {
					continue
				}
				sum := 0
				for _, v := range row[a:b] {
					sum += int(v)
				}
				dst[j*w+i] += float32(sum)
			}
		}
	}
	for i := range dst {
		dst[i] *= inv
	}
}
