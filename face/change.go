package face

import (
	"math"

	"facialis/video"
)

// changes watches both eyes and the mouth between runs of the mesh: the mean
// absolute difference of a few hundred luma samples from the last frame that
// the mesh saw, less the change that all of them share (a lamp, the exposure). A region has changed when its difference is well above what it
// usually is in this recording, which its own running median tells.
type changes struct {
	place  [3][changeNX * changeNY]int32 // offsets into the luma plane
	then   [3][changeNX * changeNY]int16
	usual  [3]float64
	primed bool
	width  int
}

const (
	changeNX, changeNY = 20, 10
	changeFactor       = 1.3 // times the usual difference
	changeFloor        = 0.5 // and at least that many luma steps more
)

// regions are the boxes that are watched: from a corner to a corner, and how
// high they are in widths.
var changeBoxes = [3]struct {
	from, to int
	height   float64
}{
	{RightEyeOuter, RightEyeInner, 0.7},
	{LeftEyeInner, LeftEyeOuter, 0.7},
	{RightCommissure, LeftCommissure, 0.9},
}

// renew takes the samples of a frame that the mesh ran on.
func (c *changes) renew(f *video.Frame, lm *Landmarks) {
	for r, box := range changeBoxes {
		a, b := lm.Points[box.from], lm.Points[box.to]
		ux, uy := float64(b.X-a.X), float64(b.Y-a.Y)
		mx, my := float64(a.X+b.X)/2, float64(a.Y+b.Y)/2
		for j := range changeNY {
			v := (float64(j)/(changeNY-1) - 0.5) * box.height
			for i := range changeNX {
				u := (float64(i)/(changeNX-1) - 0.5) * changeWidthTimes
				x := int(mx + u*ux - v*uy)
				y := int(my + u*uy + v*ux)
				x, y = max(0, min(x, f.W-2)), max(0, min(y, f.H-2))
				k := j*changeNX + i
				c.place[r][k] = int32(y*f.W + x)
				c.then[r][k] = four(f, y*f.W+x)
			}
		}
	}
	c.width = f.W
}

// four is the sum of 2 × 2 luma values, which halves the noise.
func four(f *video.Frame, at int) int16 {
	if at+f.W+1 >= len(f.Y) {
		return 4 * int16(f.Y[min(at, len(f.Y)-1)])
	}
	return int16(f.Y[at]) + int16(f.Y[at+1]) + int16(f.Y[at+f.W]) + int16(f.Y[at+f.W+1])
}

// seen says whether an eye or the mouth has changed since renew.
func (c *changes) seen(f *video.Frame) bool {
	if f.W != c.width {
		return true
	}
	const n = changeNX * changeNY
	var diff [3][n]int16
	var mean [3]int
	for r := range c.place {
		for k, at := range c.place[r] {
			diff[r][k] = four(f, int(at)) - c.then[r][k]
			mean[r] += int(diff[r][k])
		}
	}
	// A lid that closes brightens its own box, a lamp all three: the middle one
	// of the three means is the lamp.
	common := (mean[0] + mean[1] + mean[2] - min(mean[0], mean[1], mean[2]) - max(mean[0], mean[1], mean[2])) / n
	changed := false
	for r := range diff {
		sum := 0
		for _, v := range diff[r] {
			d := int(v) - common
			sum += max(d, -d)
		}
		d := float64(sum) / (4 * n)
		if !c.primed {
			c.usual[r] = d
		}
		if d > changeFactor*c.usual[r]+changeFloor {
			changed = true
		}
		// A running median: a small step towards each value.
		c.usual[r] += math.Copysign(changeLearn*(c.usual[r]+changeLearnLuma), d-c.usual[r])
	}
	c.primed = true
	return changed
}
