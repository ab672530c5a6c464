package motion

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// IrisMM is the horizontal visible iris diameter of adults, 11.71 ± 0.42 mm
// (Rüfer 2005, 10.1097/01.ico.0000148312.01805.53), by which px become mm.
const (
	IrisMM   = 11.71
	irisRel2 = 2 * 0.42 / 11.71

	// The mesh draws irises too large: the rim found in the picture is 0.955 ±
	// 0.03 of the mesh's on four drawn faces, whose diameter is known and which
	// the rim gives to 0.5 %, and 0.88–0.97 on six filmed ones. So the mesh is
	// asked only where fewer than minRims frames show the rim.
	meshIris   = 0.955
	meshIrisSD = 0.03
	minRims    = 10
)

// whole is what is only known once the whole film is: Finish writes it.
type whole struct {
	head     *head        // the person's own; nil where no face was followed
	units    float64      // see unit; 0 where it is not known
	repeated []Repeated   // stretches in which pictures were stored again
	frozen   [][2]float64 // stretches in which one picture was held, s
}

// unit is how many nominal mm, which are told by the distance of the eyes' corners, one
// is of the head's frame, which is told by the whole face.
func (w *whole) unit() float64 {
	if w.units > 0 {
		return w.units
	}
	return 1
}

// Finish turns what was pushed into a trace: missing landmark rows filled
// between the frames on which the mesh ran, px turned to mm by the iris,
// neutral levels removed, noise floors estimated. It fails only where what was
// put away on disk meanwhile cannot be read back. The columns of a long recording
// lie in a file: see [event.Trace.Free], and call Close when done with them.
func (m *Tracker) Finish() (*event.Trace, error) {
	r := &m.rows
	if err := r.gather(); err != nil {
		return nil, err
	}
	m.whole.frozen = r.leaveFrozen()
	m.whole.repeated = r.leaveRepeats()
	if err := m.retell(); err != nil {
		return nil, err
	}
	m.sights.close()
	t := &event.Trace{T: r.t, DX: r.dx, DY: r.dy, Aperture: r.aperture, Shown: r.shown, BrowHeight: r.brow,
		CornerOut: r.cornerOut, CornerUp: r.cornerUp, LipOpen: r.lipOpen,
		Yaw: r.yaw, Pitch: r.pitch, Roll: r.roll, FaceX: r.fx, FaceY: r.fy, FaceW: r.fw, Quality: r.quality, SD: r.sd, Distance: r.distance}
	if r.kept != nil {
		t.KeepIn(r.kept)
	}
	for s := range 2 {
		for _, c := range [][]float32{t.Aperture[s], t.BrowHeight[s], t.CornerOut[s], t.CornerUp[s]} {
			fill(t.T, c, 0.25, nil)
		}
	}
	unwrap(t.Roll)
	for _, c := range [][]float32{t.LipOpen, t.Yaw, t.Pitch, t.Roll} {
		fill(t.T, c, 0.25, nil)
	}
	for s := range 2 {
		m.lidSignal(t, s)
		t.Free()
	}
	m.toMM(t)
	t.Free()
	if m.whole.head != nil {
		t.FocalPx = m.whole.head.lens.f * m.view.scale()
		m.leftover(t)
	}
	facing := facingFrames(t, m.p)
	for s := range 2 {
		m.settle(t, s, facing)
		for k := range anatomy.NumRegions {
			t.NoiseMM[s][k] = Noise(t.T, t.Along[s][k])
			t.Free()
		}
	}
	for k := range anatomy.NumRegions {
		d := r.make(t.Len())
		for i := range d {
			d[i] = t.Along[anatomy.AtRight][k][i] - t.Along[anatomy.AtLeft][k][i]
		}
		t.Diff[k] = d
		t.DiffNoiseMM[k] = Noise(t.T, d)
		t.Free()
	}
	return t, nil
}

// lidSignal writes the loss of palpebral aperture of a side into its
// orbicularis oculi columns, and how certain it is: by pixels where the lids' strips
// were found, by landmarks where they were not (a closed eye hides its own margin).
// What neither saw is missing in both.
func (m *Tracker) lidSignal(t *event.Trace, s int) {
	r := &m.rows
	n := t.Len()
	px := make([]float32, n)
	for i := range px {
		px[i] = event.Missing
		if r.lidSD[s][i] < lidUnseenMM {
			px[i] = r.lidMM[s][i]
		}
	}
	sub(px, m.p.neutral(t.T, r.segment, px, -1, nil))
	open := slices.Clone(t.Aperture[s])
	base := m.p.neutral(t.T, r.segment, open, 1, nil)
	dx, dy := t.DX[s][anatomy.AtOrbicularisOculi], t.DY[s][anatomy.AtOrbicularisOculi]
	sd := r.make(n)
	for i := range px {
		dx[i], dy[i] = 0, event.Missing
		sd[i] = r.lidSD[s][i]
		lm := base[i] - t.Aperture[s][i]
		ratio := t.Aperture[s][i] / base[i]
		switch {
		case px[i] == px[i] && !(ratio < shutRatio && px[i] < lidPixelShare*lm) && !(px[i] > lm+float32(m.p.LidSlackMM)) &&
			!(ratio < lidHalf && math.Abs(float64(px[i]-lm)) > lidApartMM):
			dy[i] = -px[i]
		case lm > float32(m.p.MeshLidMM) && r.quality[i] > 0:
			dy[i], sd[i] = -lm, meshLidSD
		default:
			dx[i], sd[i] = event.Missing, event.Missing
		}
	}
	fillShut(t.T, dx, dy)
	for i, v := range dy {
		if v == v && sd[i] != sd[i] {
			sd[i] = meshLidSD // between two frames in which it was seen shut
		}
	}
	t.SD[s][anatomy.AtOrbicularisOculi] = sd
}

// Where the mesh sees an eye well on its way to shut, a strip that lies elsewhere has
// slipped onto lashes or a fold: there the mesh speaks for it.
const (
	lidHalf    = 0.7 // of the open aperture: the mesh sees less than this
	lidApartMM = 1.5 // and the strip lies further than this from it
)

// meshLidSD is how certain the mesh is of a lid's place, one standard deviation in mm:
// it differs from the strip by 1.2 to 2.6 mm rms where it sees a lid closed by more than
// 2 mm (452 frames of seven faces), partly because the strip is wrong.
const meshLidSD = 2.0

// A lid that was seen to close by shutMM, was lost for shutGapS at most (a blink
// lasts 0.1 to 0.4 s) and then seen as far closed was shut meanwhile: what hides
// its margin is the closing.
const (
	shutMM   = 1.5
	shutGapS = 0.4
)

// fillShut puts straight lines into such gaps of a lid's columns.
func fillShut(t []float64, dx, dy []float32) {
	fill(t, dy, shutGapS, func(a, b float32) bool { return a < -shutMM && b < -shutMM })
	for i, v := range dy {
		if v == v {
			dx[i] = 0
		}
	}
}

// toMM scales every length from nominal mm (by the canonical face) to mm by
// the iris.
func (m *Tracker) toMM(t *event.Trace) {
	iris, size, extra := present(m.rows.iris), 1.0, 0.0
	if len(iris) < minRims {
		iris, size, extra = present(m.rows.meshIris), meshIris, 2*meshIrisSD
	}
	t.MMPerPx, t.ScaleUncertainty = math.NaN(), math.NaN()
	f := 1.0
	if len(iris) > 0 {
		slices.Sort(iris)
		med := signal.Middle(iris) * size
		spread := (iris[len(iris)*3/4] - iris[len(iris)/4]) * size / 1.349 / med
		f = IrisMM / med
		t.ScaleUncertainty = math.Hypot(math.Hypot(irisRel2, extra), 2*spread/math.Sqrt(math.Max(float64(len(iris))/10, 1)))
		var px []float64
		for _, v := range m.rows.scale {
			if v == v {
				px = append(px, v)
			}
		}
		if len(px) > 0 {
			slices.Sort(px)
			t.MMPerPx = f / signal.Middle(px)
		}
	}
	by := func(c []float32, f float64) {
		for i := range c {
			c[i] *= float32(f)
		}
	}
	scale := func(c []float32) { by(c, f) }
	for s := range 2 {
		for k := range anatomy.NumRegions {
			f := f
			if k != anatomy.AtOrbicularisOculi {
				f *= m.whole.unit() // of the head's own frame
			}
			by(t.DX[s][k], f)
			by(t.DY[s][k], f)
			by(t.SD[s][k], f)
			t.Free()
		}
		for _, c := range [][]float32{t.Aperture[s], t.Shown[s], t.BrowHeight[s], t.CornerOut[s], t.CornerUp[s]} {
			scale(c)
		}
	}
	scale(t.LipOpen)
	by(t.Distance, f*m.whole.unit())
}

// present returns a column's values without the missing ones.
func present(c []float32) []float64 {
	var v []float64
	for _, x := range c {
		if x == x {
			v = append(v, float64(x))
		}
	}
	return v
}

// fill puts straight lines into gaps no longer than maxGap seconds; where join is
// not nil, only into those whose two ends it takes.
func fill(t []float64, c []float32, maxGap float64, join func(a, b float32) bool) {
	last := -1
	for i, v := range c {
		if v != v {
			continue
		}
		if last >= 0 && last < i-1 && t[i]-t[last] <= maxGap && (join == nil || join(c[last], v)) {
			for j := last + 1; j < i; j++ {
				f := float32((t[j] - t[last]) / (t[i] - t[last]))
				c[j] = c[last] + f*(v-c[last])
			}
		}
		last = i
	}
}

// Noise is the noise floor of a column that rests at zero, as one standard
// deviation: what it wanders about its neutral level (the median of its size /
// 0.6745), but at most wanderMax times what it jitters in its calmest half
// seconds, so that a film full of movement, or of spasms, does not call them
// noise. NaN when there is nothing to go by.
func Noise(t []float64, c []float32) float64 {
	n := NewNoiseFloor(len(c))
	for i := range t {
		n.Add(t[i], c[i])
	}
	return n.MM()
}

// A NoiseFloor finds what [Noise] is of a column that is nowhere as a whole: it
// is shown one value after the other.
type NoiseFloor struct {
	stride, i int
	from      float64 // when the present half second began
	s, ss     float64 // sum and sum of squares in it
	n         int
	sds       []float64 // of the half seconds so far
	size      []float32 // of some of the values so far
}

// NewNoiseFloor is for a column of so many frames.
func NewNoiseFloor(frames int) *NoiseFloor {
	return &NoiseFloor{stride: max(frames/noiseSamples, 1)}
}

// Add shows the column's value of the next frame.
func (f *NoiseFloor) Add(t float64, value float32) {
	if f.i == 0 {
		f.from = t
	}
	if !(t < f.from+noiseBlockS) {
		f.end()
		f.from = t
	}
	if v := float64(value); v == v {
		f.s += v
		f.ss += v * v
		f.n++
		if f.i%f.stride == 0 {
			f.size = append(f.size, float32(math.Abs(v)))
		}
	}
	f.i++
}

// end ends a half second.
func (f *NoiseFloor) end() {
	if f.n >= noiseLeastFrames {
		f.sds = append(f.sds, math.Sqrt(math.Max(f.ss-f.s*f.s/float64(f.n), 0)/float64(f.n-1)))
	}
	f.s, f.ss, f.n = 0, 0, 0
}

// MM is the noise floor once every frame was shown.
func (f *NoiseFloor) MM() float64 {
	f.end()
	if len(f.sds) == 0 || len(f.size) == 0 {
		return math.NaN()
	}
	slices.Sort(f.sds)
	slices.Sort(f.size)
	calm := calmToSD * f.sds[len(f.sds)*15/100]
	wander := float64(signal.Middle(f.size)) / 0.6745
	return math.Min(math.Max(calm, wander), wanderMax*calm)
}

const (
	calmToSD  = 1.25 // the 15th percentile of half-second deviations to their true value, on Gaussian noise at 30 frames a second
	wanderMax = 2.5
)

// unwrap removes the jumps of a whole circle from an angle in degrees: a face that
// stands upside down has a roll of 179 and of -179 degrees in turn.
func unwrap(deg []float32) {
	const circle = 360 // degrees
	last := math.NaN()
	for i, v := range deg {
		x := float64(v)
		if math.IsNaN(x) {
			continue
		}
		if !math.IsNaN(last) {
			x = last + math.Remainder(x-last, circle)
			deg[i] = float32(x)
		}
		last = x
	}
}
