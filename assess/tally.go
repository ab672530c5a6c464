package assess

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// The number of movements from which on a figure over them says something: estimates
// of this program.
const (
	enoughSpasms   = 5  // a share of the spasms, or the median of their peaks
	enoughRepeats  = 3  // a median of closures or of twitches
	trainJerks     = 10 // jerks of one train that tell as much as many spasms
	clearSideShare = 0.8
)

// spasmTally counts the involuntary movements of a recording.
type spasmTally struct {
	summary                                *measure.Summary
	spasms                                 []event.Event
	right, left, both                      float64   // events by side
	eye, forehead, neck, elsewhere         float64   // events by part of the face; elsewhere is all but the eye
	spontaneous                            float64   // spasms, without synkineses; the next four are of these
	leadEye, leadMouth, leadDown, together float64   // which region led; eye and mouth in one spasm
	closures, longestS, closedS            float64   // closures of the lid, the longest, all together
	closeShares, peaksMM, twitches         []float64 // of the events in which they are known
	mouthMM                                float64   // the largest movement about the mouth
}

func tallyOf(v *Video) *spasmTally {
	t := &spasmTally{summary: &v.Summary}
	open := v.openMM()
	for _, e := range v.Events {
		if involuntary(e) {
			t.add(e, open)
		}
	}
	return t
}

// add counts one event; openMM is the height of the open eye, 0 if not known.
func (t *spasmTally) add(e event.Event, openMM float64) {
	t.spasms = append(t.spasms, e)
	switch e.Side {
	case anatomy.Right:
		t.right++
	case anatomy.Left:
		t.left++
	case anatomy.Both:
		t.both++
	}
	// What leads and what goes together is asked of spontaneous spasms only: in
	// a synkinesis the task decides it.
	if e.Kind == event.Spasm {
		t.addSpontaneous(e)
	}
	if has(e, anatomy.Frontalis) {
		t.forehead++
	}
	if has(e, anatomy.Platysma) {
		t.neck++
	}
	if has(e, append([]anatomy.Region{anatomy.Frontalis, anatomy.Platysma}, lower...)...) {
		t.elsewhere++
	}
	if has(e, anatomy.OrbicularisOculi) {
		t.eye++
		t.addClosure(e, openMM)
	}
	if e.Twitches > 0 {
		t.twitches = append(t.twitches, float64(e.Twitches))
	}
	t.addPeaks(e)
}

// spontaneousShare is the share of spasms among the spasms and synkineses of the side that
// has more synkineses, of both where neither has: what the other side does says nothing of
// whether this one moves by itself.
func spontaneousShare(of []event.Event) float64 {
	count := func(side anatomy.Side) (spasms, synkineses float64) {
		for _, e := range of {
			switch {
			case side != anatomy.Both && e.Side != side && e.Side != anatomy.Both:
			case e.Kind == event.Synkinesis:
				synkineses++
			default:
				spasms++
			}
		}
		return spasms, synkineses
	}
	rightSpasms, right := count(anatomy.Right)
	leftSpasms, left := count(anatomy.Left)
	switch {
	case right > left:
		return rightSpasms / (rightSpasms + right)
	case left > right:
		return leftSpasms / (leftSpasms + left)
	}
	spasms, synkineses := count(anatomy.Both)
	return spasms / (spasms + synkineses)
}

func (t *spasmTally) addSpontaneous(e event.Event) {
	t.spontaneous++
	switch {
	case e.Lead == anatomy.OrbicularisOculi:
		t.leadEye++
	case slices.Contains(lower, e.Lead):
		t.leadMouth++
	}
	if e.Lead == anatomy.Depressor || e.Lead == anatomy.Platysma {
		t.leadDown++
	}
	if has(e, anatomy.OrbicularisOculi) && has(e, lower...) {
		t.together++
	}
}

func (t *spasmTally) addClosure(e event.Event, openMM float64) {
	share, known := closureOf(e, openMM)
	if !known {
		return
	}
	t.closeShares = append(t.closeShares, share)
	if share >= closedShare {
		t.closures++
		t.longestS = max(t.longestS, e.Duration())
		t.closedS += e.Duration()
	}
}

func (t *spasmTally) addPeaks(e event.Event) {
	most := 0.0
	for _, m := range e.Regions {
		if m.PeakMM == nil {
			continue
		}
		if slices.Contains(lower, m.Region) {
			t.mouthMM = max(t.mouthMM, *m.PeakMM)
		}
		most = max(most, *m.PeakMM)
	}
	if most > 0 {
		t.peaksMM = append(t.peaksMM, most)
	}
}

func (t *spasmTally) n() float64 { return float64(len(t.spasms)) }

// train says whether there was a long train of jerks: it is one spasm, but tells as
// much as many.
func (t *spasmTally) train() bool { return t.summary.Jerks.N >= trainJerks }

// enough says whether k movements tell something, or, where a train stands for many,
// at least one.
func (t *spasmTally) enough(k, least float64) bool { return k >= least || (t.train() && k > 0) }

// sided are the spasms of the side that has more of them; known is false where the
// recording does not say of which side, nor how many are of one side.
func (t *spasmTally) sided() (k float64, known bool) {
	k = max(t.right, t.left)
	if !t.summary.SideUnknown() {
		return k, true
	}
	if p := t.summary.OneSidedShare; p != nil { // of one side, whichever it is
		return max(k, math.Round(*p*t.n())), true
	}
	return k, false
}

// bothFacts are how often both sides moved at once.
func (t *spasmTally) bothFacts(put func(string, float64)) {
	spells := float64(t.summary.Lids.Spells)
	if n := t.n(); n+spells >= enoughSpasms || t.train() {
		overlap := (t.both + spells) / (n + spells)
		if t.summary.BilateralOverlap != nil {
			overlap = max(overlap, *t.summary.BilateralOverlap)
		}
		put("video.both_share", overlap)
	}
}

// shareFacts are the shares of the spasms by side, by part of the face and by what
// led.
func (t *spasmTally) shareFacts(put func(string, float64)) {
	n, s := t.n(), t.summary
	if t.enough(n, enoughSpasms) {
		if k, known := t.sided(); known {
			putShare(put, "video.one_sided_share", k, n)
		}
		putShare(put, "video.eye_share", t.eye, n)
		opt(put, "video.tonic_fraction", s.TonicFraction)
		if t.eye >= enoughSpasms {
			t.browFacts(put)
		}
	}
	if t.enough(t.spontaneous, enoughSpasms) {
		putShare(put, "video.lead_eye_share", t.leadEye, t.spontaneous)
		putShare(put, "video.lead_mouth_share", t.leadMouth, t.spontaneous)
		putShare(put, "video.together_share", t.together, t.spontaneous)
		putShare(put, "video.down_share", t.leadDown, t.spontaneous)
	}
	if n >= 1 {
		putShare(put, "video.forehead_share", t.forehead, n)
		putShare(put, "video.platysma_share", t.neck, n)
		neckFacts(t.spasms, put)
		put("video.elsewhere_share", t.elsewhere/n)
		opt(put, "video.duration_median_s", s.DurationS.Median)
		put("video.spread_stage", stage(t.spasms))
	}
}

// browFacts are how often the brow rose with the closing eye.
func (t *spasmTally) browFacts(put func(string, float64)) {
	opt(put, "video.brow_lift_share", t.summary.BrowLiftShare)
	if t.summary.BrowLiftShare != nil {
		putInterval(put, "video.brow_lift_share", t.summary.BrowLiftShareCI95)
	}
}

// sizeFacts are the medians of the peaks and of the twitches of an event.
func (t *spasmTally) sizeFacts(put func(string, float64)) {
	if t.enough(float64(len(t.peaksMM)), enoughSpasms) {
		slices.Sort(t.peaksMM)
		put("video.peak_mm", measure.Quantile(t.peaksMM, 0.5))
	}
	if len(t.twitches) >= enoughRepeats {
		slices.Sort(t.twitches)
		put("video.repetition", measure.Quantile(t.twitches, 0.5))
	}
}

// closureFacts are how often, how long and how far the eye was shut.
func (t *spasmTally) closureFacts(usable float64, put func(string, float64)) {
	put("video.lid_moves", t.eye)
	if len(t.closeShares) > 0 || t.eye == 0 { // else it is not known how far the eye was shut
		put("video.closures", t.closures)
		put("video.longest_closure_s", t.longestS)
		if usable > 0 {
			put("video.closed_share", t.closedS/usable)
		}
	}
	if t.enough(float64(len(t.closeShares)), enoughRepeats) {
		slices.Sort(t.closeShares)
		put("video.closure_share", measure.Quantile(t.closeShares, 0.5))
	}
}

// side is the affected side: right, left, both, or empty where it is not known.
func (t *spasmTally) side() string {
	n, sideless := t.n(), t.summary.SideUnknown()
	if !t.enough(n, enoughSpasms) {
		return ""
	}
	k, known := t.sided()
	switch {
	case sideless && (!known || k >= clearSideShare*n): // of one side, but which?
		return ""
	case t.right >= clearSideShare*n:
		return "right"
	case t.left >= clearSideShare*n:
		return "left"
	}
	return "both"
}
