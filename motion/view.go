package motion

import "facialis/video"

// view is the present frame at the sizes the tracker reads: the level, which is the
// frame halved shift times, and half of that, for the first, coarse look. Only the box
// around the face is halved; elsewhere a level keeps what it held. shift, long and
// center change only while the face is lost.
type view struct {
	shift  int        // how many times the frame is halved before tracking, 0 to 2
	long   float64    // the level's longer side, px
	center [2]float64 // its middle, px
	levels [2]picture // the halved frames down to the level
	half   picture    // the level, halved once more
}

// choose takes the level at which a face of so many px a mm in the frame has at most
// most of them.
func (v *view) choose(f *video.Frame, pxPerMM, most float64) {
	v.shift = 0
	for pxPerMM > most && v.shift < len(v.levels) {
		pxPerMM /= 2
		v.shift++
	}
	side := v.scale()
	v.long = float64(max(f.W, f.H)) / side
	v.center = [2]float64{(float64(f.W)/side - 1) / 2, (float64(f.H)/side - 1) / 2}
}

// scale is how many px of the frame one of the level is.
func (v *view) scale() float64 { return float64(int(1) << v.shift) }

// prepare fills the levels within a box (px of the level) and returns the one that is
// tracked.
func (v *view) prepare(f *video.Frame, x0, y0, x1, y1 float32) picture {
	p := luma(f)
	for s := range v.shift {
		k := float32(int(1) << (v.shift - s))
		v.levels[s].halveOf(p, int(x0*k), int(y0*k), int(x1*k), int(y1*k))
		p = v.levels[s]
	}
	v.half.halveOf(p, int(x0), int(y0), int(x1), int(y1))
	return p
}
