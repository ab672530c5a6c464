package face

import (
	"math"

	"facialis/video"
)

// glance watches the eyes and the mouth between two runs of the mesh by a few
// luma samples, so that the mesh runs at once when a lid or a lip moves.
type glance struct {
	ref, now [3 * glanceN * glanceM]float32
	ok       bool
	usual    float64 // running level of the change when nothing moves
}

const glanceN, glanceM = 12, 8

// learn takes the samples of a frame on which the mesh ran.
func (g *glance) learn(f *video.Frame, lm *Landmarks) { g.ok = g.sample(f, lm, &g.ref) }

// moved reports whether the samples have changed more than usual since then.
func (g *glance) moved(f *video.Frame, lm *Landmarks) bool {
	if !g.ok || !g.sample(f, lm, &g.now) {
		return true
	}
	worst := 0.0
	const each = glanceN * glanceM
	for part := range 3 {
		a, b := g.ref[part*each:(part+1)*each], g.now[part*each:(part+1)*each]
		var ma, mb, d float64
		for i := range a {
			ma += float64(a[i])
			mb += float64(b[i])
		}
		shift := (mb - ma) / each
		for i := range a {
			d += math.Abs(float64(b[i]-a[i]) - shift)
		}
		worst = math.Max(worst, d/each)
	}
	if g.usual == 0 {
		g.usual = worst
	}
	// A running median: a small step towards each new value.
	step := 0.03 * (g.usual + 0.05)
	if worst > g.usual {
		g.usual += step
	} else {
		g.usual -= step
	}
	return worst > 1.8*g.usual+0.5
}

// sample reads both eyes' and the mouth's boxes on a coarse grid.
func (g *glance) sample(f *video.Frame, lm *Landmarks, dst *[3 * glanceN * glanceM]float32) bool {
	k := 0
	for _, p := range [3][3]int{{RightEyeOuter, RightEyeInner, 0}, {LeftEyeInner, LeftEyeOuter, 0}, {RightCommissure, LeftCommissure, 0}} {
		a, b := lm.Points[p[0]], lm.Points[p[1]]
		cx, cy := (a.X+b.X)/2, (a.Y+b.Y)/2
		dx, dy := (b.X-a.X)/2*1.1, (b.Y-a.Y)/2*1.1
		for j := range glanceM {
			v := (2*float32(j)/(glanceM-1) - 1) * 0.6
			for i := range glanceN {
				u := 2*float32(i)/(glanceN-1) - 1
				x, y := cx+u*dx-v*dy, cy+u*dy+v*dx
				if !(x >= 1 && y >= 1 && x < float32(f.W-2) && y < float32(f.H-2)) {
					return false
				}
				dst[k] = luma(f, int64(x*65536), int64(y*65536))
				k++
			}
		}
	}
	return true
}
