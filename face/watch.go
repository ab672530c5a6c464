package face

import (
	"math"

	"facialis/video"
	"facialis/words"
)

// Warning is a stretch of time in which the face could not be measured well.
type Warning struct {
	Code       string // profile, tiny_face, dark, face_lost, face_changed
	Text       string
	FromS, ToS float64
}

// Limits beyond which a face is flagged.
const (
	// MaxYaw and MaxPitch, degrees: beyond them the far side's skin is seen so
	// aslant that its texture no longer stands for its movement.
	MaxYaw, MaxPitch = 30.0, 30.0
	// MinEyeSpanPx between the outer eye corners, which are about 88 mm apart: 95 px are
	// 0.93 mm a px. On people filmed at 0.99 to 1.17 mm a px movements were found that
	// were none.
	MinEyeSpanPx = 95.0
	// MinLuma is the mean luma (of 255) of the face below which sensor noise
	// drowns the skin's texture.
	MinLuma = 45.0
	// MaxJump, in spans of the outer eye corners (about two thirds of a face's
	// width): a face that is found this far from where the last one was, or so many
	// times as large or as small, may be another one.
	MaxJump = 1.5
)

// Watch gathers what was wrong with the view of the face, frame by frame.
type Watch struct {
	open map[string]*Warning
	done []Warning
	last float64
	n    int
	x, y float64 // the middle between the eyes when the face was last seen, px
	span float64 // and the distance of its eyes' outer corners; 0 before
}

// NewWatch returns an empty watch.
func NewWatch() *Watch { return &Watch{open: map[string]*Warning{}} }

// Add looks at one frame and its observation.
func (w *Watch) Add(f *video.Frame, o *Observation) {
	step := f.T - w.last
	w.last = f.T
	w.n++
	w.set("face_lost", !o.Found, f.T, step)
	profile, tiny, dark := false, false, false
	if o.Found {
		a, b := o.Landmarks.Points[RightEyeOuter], o.Landmarks.Points[LeftEyeOuter]
		span := math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y)) / math.Max(math.Cos(o.Pose.Yaw*math.Pi/180), leastYawCos)
		profile = math.Abs(o.Pose.Yaw) > MaxYaw || math.Abs(o.Pose.Pitch) > MaxPitch
		tiny = span < MinEyeSpanPx
		w.jump(o, float64(a.X+b.X)/2, float64(a.Y+b.Y)/2, span, f.T)
		dark = meanLuma(f, o.Landmarks) < MinLuma
	}
	w.set("profile", profile, f.T, step)
	w.set("tiny_face", tiny, f.T, step)
	w.set("dark", dark, f.T, step)
}

// jump notes where another face may have taken the patient's place: tracking began
// again, elsewhere or at another size.
func (w *Watch) jump(o *Observation, x, y, span, t float64) {
	far := math.Hypot(x-w.x, y-w.y) > MaxJump*w.span || span > MaxJump*w.span || span < w.span/MaxJump
	if o.Reset && w.span > 0 && far {
		w.done = append(w.done, Warning{Code: "face_changed", Text: text("face_changed"), FromS: t, ToS: t})
	}
	w.x, w.y, w.span = x, y, span
}

// text is what a warning says.
func text(code string) string { return words.Default().Name("quality.warning", code) }

func (w *Watch) set(code string, on bool, t, step float64) {
	r := w.open[code]
	switch {
	case on && r == nil:
		w.open[code] = &Warning{Code: code, Text: text(code), FromS: t, ToS: t + step}
	case on:
		r.ToS = t + step
	case r != nil && t-r.ToS > samePauseS: // a shorter pause is the same stretch
		w.close(code)
	}
}

// close ends a stretch; a shorter one than 0.15 s is let go, except in a still
// picture.
func (w *Watch) close(code string) {
	r := w.open[code]
	delete(w.open, code)
	if r != nil && (r.ToS-r.FromS >= leastStretchS || w.n < stillFrames) {
		w.done = append(w.done, *r)
	}
}

// Warnings returns the stretches, in order of their codes and times.
func (w *Watch) Warnings() []Warning {
	for _, code := range []string{"face_lost", "profile", "tiny_face", "dark"} {
		if r := w.open[code]; r != nil {
			r.ToS = math.Max(r.ToS, r.FromS)
			w.close(code)
		}
	}
	return w.done
}

// meanLuma is the mean luma over the middle of the face, brought to 0..255.
func meanLuma(f *video.Frame, lm *Landmarks) float64 {
	a, b, c := lm.Points[RightEyeOuter], lm.Points[LeftEyeOuter], lm.Points[RightCommissure]
	x0, x1 := int(min(a.X, b.X)), int(max(a.X, b.X))
	y0, y1 := int(min(a.Y, b.Y)), int(max(c.Y, a.Y))
	x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, f.W-1), min(y1, f.H-1)
	var sum, n float64
	dx, dy := max((x1-x0)/16, 1), max((y1-y0)/12, 1)
	for y := y0; y < y1; y += dy {
		for x := x0; x < x1; x += dx {
			sum += float64(f.Y[y*f.W+x])
			n++
		}
	}
	if n == 0 {
		return 255
	}
	m := sum / n
	if !f.Full {
		m = (m - 16) * 255 / 219
	}
	return m
}
