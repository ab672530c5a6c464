package phantom

import "math"

// Geometry of the eyes, mm.
const (
	eyeX        = 31.5 // pupil to midline: 63 mm between the pupils
	fissureHalf = 14.5
	upperRest   = 4.7 // upper margin above the pupil's line
	lowerRest   = 5.4 // lower margin below it
	// RestApertureMM is the palpebral aperture at rest, mm (healthy mean
	// 10.17 ± 1.63).
	RestApertureMM = upperRest + lowerRest
	irisRadius     = 5.85
	upperSkin      = 23.0 // how far up the skin follows the upper margin
	lowerSkin      = 15.0
)

// eyeMask is 1 on the lids' opening and falls to 0 around it.
func eyeMask(x, y float64) float64 {
	r := math.Hypot((math.Abs(x)-eyeX)/16, y/7.5)
	return 1 - smooth((r-1)/0.55)
}

// lidTable holds the profiles of the lids over ξ = −1 (inner corner) … 1.
type lidTable struct{ line, upper, lower [257]float32 }

var lids = func() (t lidTable) {
	for i := range t.line {
		xi := float64(i)/128 - 1
		q := max(0, 1-xi*xi)
		t.line[i] = float32(-1.1*xi + 0.4*xi*xi)
		// the upper lid peaks a little towards the nose, the lower one away from it
		t.upper[i] = float32(math.Pow(q, 0.72) * (1 - 0.14*xi))
		t.lower[i] = float32(math.Pow(q, 0.85) * (1 + 0.12*xi))
	}
	return t
}()

// look interpolates a profile.
func look(t *[257]float32, xi float32) float32 {
	f := (xi + 1) * 128
	if !(f > 0) {
		return t[0]
	}
	if f >= 256 {
		return t[256]
	}
	i := int(f)
	a := f - float32(i)
	return t[i]*(1-a) + t[i+1]*a
}

// lidShape is the lids' state of one eye in one frame.
type lidShape struct {
	aperture, rise float32 // mm
	closed         float32 // 0 open … 1 shut
}

// margins are the upper and lower margins' heights at ξ, now and at rest.
func (l *lidShape) margins(xi float32) (yu, yl, yu0, yl0 float32) {
	line, up, lo := look(&lids.line, xi), look(&lids.upper, xi), look(&lids.lower, xi)
	yu0 = line - upperRest*up
	yl0 = line + lowerRest*lo
	p := (upperRest*up + lowerRest*lo) / RestApertureMM
	yl = yl0 - l.rise*lo
	yu = yl - l.aperture*p
	return yu, yl, yu0, yl0
}

// ease is a smoothstep in single precision.
func ease(t float32) float32 {
	if t <= 0 {
		return 0
	}
	if t >= 1 {
		return 1
	}
	return t * t * (3 - 2*t)
}
