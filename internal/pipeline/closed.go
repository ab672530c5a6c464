package pipeline

import (
	"math"
	"slices"

	"facialis/event"
	"facialis/face"
	"facialis/internal/signal"
	"facialis/night"
	"facialis/video"
)

// closedLids follows the line of closed lids: a dark stroke of lashes and fold on
// paler skin, which moves when the muscle around the eye contracts although nothing
// opens or closes. The skin about it is held against a picture of it some time ago, and
// so is the bridge of the nose, whose shift is the head's own: what is left is the
// lid's (Lucas–Kanade, a shift only; see package motion for the formula).
type closedLids struct {
	t    []float64
	rows [2][][2]float32 // out and up, mm
	key  *lidKey
	off  [2][2]float64 // where the lids stood when the key was taken, mm
	last [2][2]float64 // and stand now
	buf  []float32
}

// lidKey is a picture of both lids and of the bridge of the nose.
type lidKey struct {
	at     float64    // s
	ex, up [2]float64 // the face's axes in the picture, px a mm: towards the person's left, and up
	mid    [3][2]float64
	patch  [3]lidPatch // right lid, left lid, bridge
	shift  [3][2]float64
}

// lidPatch is a grid of luma, a millimeter apart.
type lidPatch struct {
	w, h          int
	v, gx, gy     []float32
	xx, xy, yy    float64
	usual         float64 // misfit, luma
	flat, started bool
}

const (
	closedMM      = 6.5  // eyes that the mesh sees open by more than this are not closed
	lidPatchW     = 27   // mm
	lidPatchH     = 13   // mm
	bridgeW       = 23   // mm
	bridgeH       = 25   // mm
	lidKeyS       = 25.0 // a key is used for so long
	lidKeyMM      = 3.0  // or until the face has moved so far
	lidKeyDeg     = 4.0  // or turned
	lidSteps      = 6    // of Lucas and Kanade
	lidEndMM      = 0.01 // and no more once a step is shorter
	lidSeekMM     = 3    // how far is sought where the steps find nothing
	lidMisfit     = 1.6  // times the usual misfit, and 1 luma step more, is none
	lidMostMM     = 6.0  // a lid that went further was lost
	lidLeastInfo  = 40.0 // luma² a mm² of texture a patch needs in its flatter direction, in all
	eyeCornersMM  = 88.0 // between the eyes' outer corners
	lidMisfitStep = 1.0
)

// see follows the lids into the next picture.
func (c *closedLids) see(f *video.Frame, o *face.Observation) {
	c.t = append(c.t, f.T)
	none := [2]float32{event.Missing, event.Missing}
	for s := range 2 {
		c.rows[s] = append(c.rows[s], none)
	}
	if !o.Found || o.Landmarks == nil || f.Cut {
		c.key = nil
		return
	}
	ex, up, mid, open := lidFrame(o.Landmarks)
	if open > closedMM {
		c.key = nil
		c.off, c.last = [2][2]float64{}, [2][2]float64{}
		return
	}
	if c.key == nil || o.Reset || f.T-c.key.at > lidKeyS || c.key.left(ex, mid) {
		c.off = c.last
		if c.key == nil || o.Reset {
			c.off = [2][2]float64{}
		}
		c.key = c.newKey(f, ex, up, mid)
		return
	}
	k := c.key
	var found [3]bool
	for i := range k.patch {
		found[i] = c.fit(f, k, i)
	}
	if !found[2] {
		c.key = nil
		return
	}
	for s := range 2 {
		if !found[s] {
			continue
		}
		x, y := k.shift[s][0]-k.shift[2][0], k.shift[s][1]-k.shift[2][1]
		if math.Hypot(x, y) > lidMostMM {
			continue
		}
		if s == 0 { // to the person's left is inward on the right
			x = -x
		}
		c.last[s] = [2]float64{c.off[s][0] + x, c.off[s][1] + y}
		c.rows[s][len(c.t)-1] = [2]float32{float32(c.last[s][0]), float32(c.last[s][1])}
	}
}

// lidFrame is the face's axes and the middles of both eyes and of the bridge of the
// nose in the picture, and how far the eyes are open, mm.
func lidFrame(l *face.Landmarks) (ex, up [2]float64, mid [3][2]float64, open float64) {
	at := func(i int) [2]float64 { return [2]float64{float64(l.Points[i].X), float64(l.Points[i].Y)} }
	a, b := at(face.RightEyeOuter), at(face.LeftEyeOuter)
	ex = [2]float64{(b[0] - a[0]) / eyeCornersMM, (b[1] - a[1]) / eyeCornersMM}
	up = [2]float64{ex[1], -ex[0]}
	middle := func(p, q [2]float64) [2]float64 { return [2]float64{(p[0] + q[0]) / 2, (p[1] + q[1]) / 2} }
	mid = [3][2]float64{middle(a, at(face.RightEyeInner)), middle(b, at(face.LeftEyeInner)), at(168)}
	px := math.Hypot(ex[0], ex[1])
	for _, v := range [2][2]int{{159, 145}, {386, 374}} { // the lids' middles
		p, q := at(v[0]), at(v[1])
		open += math.Hypot(p[0]-q[0], p[1]-q[1]) / px / 2
	}
	return ex, up, mid, open
}

// left says that the face has left where it was in the key.
func (k *lidKey) left(ex [2]float64, mid [3][2]float64) bool {
	px := math.Hypot(k.ex[0], k.ex[1])
	moved := math.Hypot(mid[2][0]-k.mid[2][0], mid[2][1]-k.mid[2][1]) / px
	turn := math.Atan2(ex[1], ex[0]) - math.Atan2(k.ex[1], k.ex[0])
	return moved > lidKeyMM || math.Abs(math.Remainder(turn, 2*math.Pi)) > lidKeyDeg*math.Pi/180
}

func (c *closedLids) newKey(f *video.Frame, ex, up [2]float64, mid [3][2]float64) *lidKey {
	k := &lidKey{at: f.T, ex: ex, up: up, mid: mid}
	for i := range k.patch {
		p := &k.patch[i]
		p.w, p.h = lidPatchW, lidPatchH
		if i == 2 {
			p.w, p.h = bridgeW, bridgeH
		}
		p.v = c.sample(nil, f, k, i, 0, 0)
		p.gx, p.gy = make([]float32, len(p.v)), make([]float32, len(p.v))
		for y := 1; y+1 < p.h; y++ {
			for x := 1; x+1 < p.w; x++ {
				q := y*p.w + x
				p.gx[q], p.gy[q] = (p.v[q+1]-p.v[q-1])/2, (p.v[q+p.w]-p.v[q-p.w])/2
				p.xx += float64(p.gx[q] * p.gx[q])
				p.xy += float64(p.gx[q] * p.gy[q])
				p.yy += float64(p.gy[q] * p.gy[q])
			}
		}
		half := (p.xx + p.yy) / 2
		p.flat = half-math.Hypot((p.xx-p.yy)/2, p.xy) < lidLeastInfo
	}
	return k
}

// sample reads patch i at a shift, mm, less its mean.
func (c *closedLids) sample(dst []float32, f *video.Frame, k *lidKey, i int, sx, sy float64) []float32 {
	p := &k.patch[i]
	dst = dst[:0]
	var sum float64
	for y := range p.h {
		v := float64(p.h-1)/2 - float64(y) + sy // the first row is the highest
		for x := range p.w {
			u := float64(x) - float64(p.w-1)/2 + sx
			l := soft(f, k.mid[i][0]+u*k.ex[0]+v*k.up[0], k.mid[i][1]+u*k.ex[1]+v*k.up[1])
			dst = append(dst, l)
			sum += float64(l)
		}
	}
	mean := float32(sum / float64(len(dst)))
	for q := range dst {
		dst[q] -= mean
	}
	return dst
}

// soft is the luma about (x, y): bilinear over means of two by two pixels.
func soft(f *video.Frame, x, y float64) float32 {
	x, y = min(max(x-1, 0), float64(f.W-4)), min(max(y-1, 0), float64(f.H-4))
	i, j := int(x), int(y)
	a, b := float32(x-float64(i)), float32(y-float64(j))
	r := j*f.W + i
	p := func(q int) float32 { return float32(f.Y[q]) }
	top := (1-a)*p(r) + p(r+1) + a*p(r+2)
	mid := (1-a)*p(r+f.W) + p(r+f.W+1) + a*p(r+f.W+2)
	low := (1-a)*p(r+2*f.W) + p(r+2*f.W+1) + a*p(r+2*f.W+2)
	return ((1-b)*top + mid + b*low) / 4
}

// fit finds the shift of patch i in the picture; false where nothing fits.
func (c *closedLids) fit(f *video.Frame, k *lidKey, i int) bool {
	p := &k.patch[i]
	if p.flat {
		return false
	}
	miss := c.step(f, k, i)
	if p.started && miss > lidMisfit*p.usual+lidMisfitStep { // too far for the steps: seek
		best, at := miss, k.shift[i]
		for y := -lidSeekMM; y <= lidSeekMM; y++ {
			for x := -lidSeekMM; x <= lidSeekMM; x++ {
				c.buf = c.sample(c.buf, f, k, i, float64(x), float64(y))
				if m := misfit(c.buf, p.v); m < best {
					best, at = m, [2]float64{float64(x), float64(y)}
				}
			}
		}
		k.shift[i] = at
		miss = c.step(f, k, i)
	}
	if !p.started {
		p.usual, p.started = miss, true
	}
	p.usual += gateLearn * math.Copysign(p.usual+0.1, miss-p.usual)
	return miss <= 2*lidMisfit*p.usual+lidMisfitStep
}

// step slides patch i from its last shift to where it fits, and returns the misfit.
func (c *closedLids) step(f *video.Frame, k *lidKey, i int) float64 {
	p := &k.patch[i]
	det := p.xx*p.yy - p.xy*p.xy
	s := &k.shift[i]
	for range lidSteps {
		c.buf = c.sample(c.buf, f, k, i, s[0], s[1])
		var ex, ey float64
		for q, v := range c.buf {
			e := float64(v - p.v[q])
			ex += float64(p.gx[q]) * e
			ey += float64(p.gy[q]) * e
		}
		dx, dy := (p.yy*ex-p.xy*ey)/det, (p.xx*ey-p.xy*ex)/det
		s[0] -= dx
		s[1] += dy // rows go down
		if math.Hypot(dx, dy) < lidEndMM {
			break
		}
		if math.Hypot(s[0], s[1]) > 2*lidMostMM {
			*s = [2]float64{}
			break
		}
	}
	c.buf = c.sample(c.buf, f, k, i, s[0], s[1])
	return misfit(c.buf, p.v)
}

// misfit is the root mean square of the difference of two patches.
func misfit(a, b []float32) float64 {
	var sum float64
	for i := range a {
		d := float64(a[i] - b[i])
		sum += d * d
	}
	return math.Sqrt(sum / float64(len(a)))
}

// restS: a lid's rest is the median of its place within so long before and after.
const restS = 4.0

// columns are the lids' places off their rest, at the times of a trace.
func (c *closedLids) columns(t []float64) [2]night.ClosedLid {
	var out [2]night.ClosedLid
	for s := range 2 {
		out[s].Out, out[s].Up = make([]float32, len(t)), make([]float32, len(t))
		j := 0
		for i, at := range t {
			for j+1 < len(c.t) && math.Abs(c.t[j+1]-at) <= math.Abs(c.t[j]-at) {
				j++
			}
			out[s].Out[i], out[s].Up[i] = event.Missing, event.Missing
			if j < len(c.t) && math.Abs(c.t[j]-at) < 1e-3 {
				out[s].Out[i], out[s].Up[i] = c.rows[s][j][0], c.rows[s][j][1]
			}
		}
		offRest(t, out[s].Out)
		offRest(t, out[s].Up)
	}
	return out
}

// offRest takes the rest out of a column, its median within restS before and after.
func offRest(t []float64, c []float32) {
	rest := make([]float32, len(c))
	var in []float32 // in order
	lo, hi := 0, 0
	for i := range c {
		for ; lo < hi && t[lo] < t[i]-restS; lo++ {
			if v := c[lo]; v == v {
				if at, ok := slices.BinarySearch(in, v); ok {
					in = slices.Delete(in, at, at+1)
				}
			}
		}
		for ; hi < len(c) && t[hi] <= t[i]+restS; hi++ {
			if v := c[hi]; v == v {
				at, _ := slices.BinarySearch(in, v)
				in = slices.Insert(in, at, v)
			}
		}
		rest[i] = event.Missing
		if len(in) > 0 {
			rest[i] = signal.Middle(in)
		}
	}
	for i := range c {
		c[i] -= rest[i]
	}
}
