package motion

import "facialis/event"

// Between open lids lie the dark of the iris and the pupil and what the lashes leave of
// the white; between shut ones only the lashes. So the height of what is dark there
// tells an eye that looks down, behind lids that have come down with it, from a shut
// one, also where a small picture shows the mesh the same.
const (
	shownFromMM   = -1.0 // from so far over the upper lid's place at rest (mm towards closure)
	shownPastMM   = 1.5  // to so far past the lower one's
	shownSkin     = 0.8  // of what lies beyond is darker than the skin's luma
	shownFaint    = 0.15 // of darkness: shades of skin
	shownBlack    = 0.6  // of the skin's luma is what counts as wholly dark
	shownSides    = 3    // columns at either side of the strip that are left out: the eye's corners
	shownLeastSum = 8    // skin pixels that are asked for
)

// shown is how much of what lies between a side's lids is dark, as a height in mm: the
// mean over columns of
//
//	∫ clamp((skin − luma)/(shownBlack·skin) − shownFaint, 0, 1) dy
//
// skin is the luma of the skin over and under the eye. open is how far the eye was
// open in the key frame, mm. Missing where the picture does not hold the eye.
func (l *lid) shown(p picture, cam *camera, open float64, buf []float32) float32 {
	buf = buf[:lidReach*lidCols]
	if !l.ok || !l.strip(p, cam, -lidShiftN, lidReach, 1, buf) {
		return event.Missing
	}
	// Row r lies mm(r) past the margin's place at rest.
	mm := func(r int) float64 {
		return float64(r-lidShiftN-(lidRows-1))*lidStepMM + lidInMM
	}
	var hist [256]int
	n := 0
	for r := range lidReach {
		if at := mm(r); at >= shownFromMM && at <= open+shownPastMM {
			continue
		}
		for _, v := range buf[r*lidCols : (r+1)*lidCols] {
			hist[max(0, min(255, int(v)))]++
			n++
		}
	}
	if n < shownLeastSum {
		return event.Missing
	}
	skin, below := 0, 0
	for ; skin < 255; skin++ {
		if below += hist[skin]; float64(below) > shownSkin*float64(n) {
			break
		}
	}
	if skin == 0 {
		return event.Missing
	}
	var sum float32
	light, whole := float32(skin), shownBlack*float32(skin)
	for r := range lidReach {
		if at := mm(r); at < shownFromMM || at > open+shownPastMM {
			continue
		}
		for _, v := range buf[r*lidCols+shownSides : (r+1)*lidCols-shownSides] {
			sum += max(0, min(1, (light-v)/whole-shownFaint))
		}
	}
	return sum * lidStepMM / (lidCols - 2*shownSides)
}
