package assess

import (
	"math"
	"slices"
	"strings"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
	"facialis/measure"
)

// Video is what a recording showed.
type Video struct {
	Events       []event.Event
	Tasks        []event.Task
	Summary      measure.Summary
	DurationS    float64
	FaceFraction float64 // share of the recording in which the face was tracked
	Usable       bool
	// How well the face was seen: frames a second, picture elements a millimeter of
	// the face, and the noise floor of the regions (median, one standard deviation,
	// mm). 0 where an analysis does not say.
	FrameRate, PxPerMM, NoiseMM float64
	// Which recording it is: empty where the one who asks knows.
	ID, Label string
	At        time.Time
}

// closedShare is the share of the person's own full closure from which on a
// movement of the lid counts as a closure: half. Estimate of this program; the
// scales speak of a closing eye and give no figure.
const closedShare = 0.5

// closureOf is how far an event shuts an eye: its share of the person's own full
// closure or, where none was filmed, of the open eye (openMM, 0 if not known).
func closureOf(e event.Event, openMM float64) (share float64, known bool) {
	for _, m := range e.Regions {
		switch {
		case m.Region != anatomy.OrbicularisOculi:
		case m.ShareOfVoluntary != nil:
			share, known = max(share, *m.ShareOfVoluntary), true
		case m.PeakMM != nil && openMM > 0:
			share, known = max(share, min(*m.PeakMM/openMM, 1)), true
		}
	}
	return share, known
}

// lower are the cheek, the mouth and the chin.
var lower = []anatomy.Region{anatomy.Malar, anatomy.Zygomaticus, anatomy.OrbicularisOris, anatomy.Depressor, anatomy.Mentalis}

// involuntary says whether an event is a spasm or a synkinesis. A synkinesis is
// of another part of the face than the movement it follows: one side of the mouth
// that goes further in a smile is an uneven smile.
func involuntary(e event.Event) bool {
	if e.Kind != event.Synkinesis || e.Trigger == nil {
		return e.Kind == event.Spasm || e.Kind == event.Synkinesis
	}
	own := map[string][]anatomy.Region{"blink": {anatomy.OrbicularisOculi}, "eye_closure": {anatomy.OrbicularisOculi, anatomy.Malar}, // lids pressed shut push the cheek up
		"brow_raise": {anatomy.Frontalis},
		"smile":      lower, "pucker": lower, "snarl": lower, "mouth": lower}[*e.Trigger]
	return slices.ContainsFunc(e.Regions, func(m event.RegionMovement) bool { return !slices.Contains(own, m.Region) })
}

func has(e event.Event, regions ...anatomy.Region) bool {
	return slices.ContainsFunc(e.Regions, func(m event.RegionMovement) bool { return slices.Contains(regions, m.Region) })
}

// The number of movements from which on a figure over them says something: estimates
// of this program.
const (
	enoughSpasms   = 5  // a share of the spasms, or the median of their peaks
	enoughRepeats  = 3  // a median of closures or of twitches
	trainJerks     = 10 // jerks of one train that tell as much as many spasms
	clearSideShare = 0.8
)

// videoFacts measures what findings and grades look at. What could not be
// measured is not there.
func videoFacts(v *Video, put func(string, float64)) (side string) {
	if v == nil || !v.Usable {
		return ""
	}
	usable := v.usableS()
	filmFacts(v, usable, put)
	t := tallyOf(v)
	s := v.Summary
	put("video.spasms", t.n())
	lidFacts(s.Lids, put)
	t.bothFacts(put)
	opt(put, "video.rate", s.RatePerMin.Value)
	opt(put, "video.burden", s.Burden)
	estimate("video.blink_rate", s.BlinkRatePerMin, put)
	opt(put, "video.regularity", s.Regularity)
	opt(put, "video.laterality", s.Laterality)
	put("video.spontaneous", t.spontaneous)
	if t.n() > 0 {
		put("video.spontaneous_share", spontaneousShare(t.spasms))
	}
	t.shareFacts(put)
	t.sizeFacts(put)
	t.closureFacts(usable, put)
	if w := s.Resting.MouthWidthMM.Value; w != nil && *w > 0 && t.mouthMM > 0 {
		put("video.mouth_change", t.mouthMM / *w)
	}
	summaryFacts(s, put)
	rhythmFacts(s, put)
	fineFacts(s, put)
	runs(t.spasms, put)
	taskRates(v, t.spasms, put)
	side = t.side()
	affectedFacts(s, side, put)
	excursion(v, side, put)
	return side
}

// usableS is the time in which the face was seen, s.
func (v *Video) usableS() float64 {
	if v.Summary.UsableS > 0 {
		return v.Summary.UsableS
	}
	return v.DurationS * v.FaceFraction
}

// filmFacts are how long and how well the face was seen, and what was asked of the
// person.
func filmFacts(v *Video, usable float64, put func(string, float64)) {
	put("video.usable_s", usable)
	put("video.seen", v.FaceFraction)
	for name, x := range map[string]float64{"video.frame_rate": v.FrameRate, "video.px_per_mm": v.PxPerMM, "video.noise_mm": v.NoiseMM} {
		if x > 0 {
			put(name, x)
		}
	}
	for _, t := range v.Tasks {
		put("video.task."+t.Task, 1)
	}
}

// opt puts a figure that was measured.
func opt(put func(string, float64), name string, p *float64) {
	if p != nil && !math.IsNaN(*p) {
		put(name, *p)
	}
}

// putShare puts k of n with its 95 % interval.
func putShare(put func(string, float64), name string, k, n float64) {
	put(name, k/n)
	putInterval(put, name, measure.Wilson(int(k), int(n)))
}

func putInterval(put func(string, float64), name string, ci *[2]float64) {
	if ci != nil {
		put(name+".lo", ci[0])
		put(name+".hi", ci[1])
	}
}

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

// affectedFacts are the spasms of the affected side.
func affectedFacts(s measure.Summary, side string, put func(string, float64)) {
	if s.SideUnknown() {
		return
	}
	switch side {
	case "right":
		put("measure.affected", float64(s.Sides.Right.Spasms))
	case "left":
		put("measure.affected", float64(s.Sides.Left.Spasms))
	}
	put("video.side_known", 1)
}

// summaryFacts are the figures that are shown: they are the recording's own, so that
// two pages never say two things of one figure.
func summaryFacts(s measure.Summary, put func(string, float64)) {
	put("measure.spasms", float64(s.Spasms))
}

// stage is how far down the usual way a spasm has spread, by anatomy's table; 0
// none. A stage counts with a tenth of the spasms.
func stage(sp []event.Event) float64 {
	reached := map[anatomy.Stage][]anatomy.Region{}
	for _, r := range anatomy.Regions {
		if s, ok := anatomy.StageOf(string(r)); ok {
			reached[s] = append(reached[s], r)
		}
	}
	var most anatomy.Stage
	for st, regions := range reached {
		k := 0
		for _, e := range sp {
			if has(e, regions...) {
				k++
			}
		}
		if float64(k) >= 0.1*float64(len(sp)) {
			most = max(most, st)
		}
	}
	return float64(most)
}

// runs measures the longest stretches without a pause: a spasm every 3 s
// (video.run_s) and every 10 s (video.jerks_10s_run_s).
func runs(sp []event.Event, put func(string, float64)) {
	for name, gap := range map[string]float64{"video.run_s": 3, "video.jerks_10s_run_s": 10} {
		best, from, end := 0.0, math.Inf(-1), math.Inf(-1)
		for _, e := range sp {
			if e.OnsetS-end > gap {
				from = e.OnsetS
			}
			end = max(end, e.OffsetS)
			best = max(best, end-from)
		}
		put(name, best)
	}
}

// taskRates compares how often spasms come at rest, held back, distracted and
// in sleep. Rest is the rest tasks, or the time outside tasks if there are none.
func taskRates(v *Video, sp []event.Event, put func(string, float64)) {
	kinds := map[string]string{"rest": "rest", "rest_closed": "rest", "hold_back": "hold", "distraction": "distraction", "sleep": "sleep"}
	seconds, count := map[string]float64{}, map[string]float64{}
	inTasks := 0.0
	for _, t := range v.Tasks {
		inTasks += t.ToS - t.FromS
		seconds[kinds[t.Task]] += t.ToS - t.FromS
		for _, e := range sp {
			if e.OnsetS >= t.FromS && e.OnsetS < t.ToS && (e.Trigger == nil || kinds[t.Task] != "rest") && e.Kind == event.Spasm {
				count[kinds[t.Task]]++
			}
		}
	}
	if seconds["rest"] > 0 {
		put("video.rest_asked", 1)
	} else if v.DurationS-inTasks >= 30 {
		seconds["rest"] = v.DurationS - inTasks
		for _, e := range sp {
			if e.Task == nil && e.Trigger == nil && e.Kind == event.Spasm {
				count["rest"]++
			}
		}
	}
	// Of a rest that was asked for the recording's own figure holds, which is over the
	// time in which the face was seen.
	// The same goes for sleep: half of a night may lie in the pillow.
	for _, t := range v.Summary.ByTask {
		if (t.Task == "rest" || t.Task == "sleep") && t.UsableS > 0 && seconds[t.Task] > 0 {
			seconds[t.Task], count[t.Task] = t.UsableS, float64(t.Spasms)
		}
	}
	rate := func(k string) float64 { return count[k] / seconds[k] * 60 }
	if seconds["rest"] > 0 {
		put("video.rest_s", seconds["rest"])
		put("video.rest_rate", rate("rest"))
		put("video.rest_spasms", count["rest"])
		ci := measure.PoissonRate(int(count["rest"]), seconds["rest"]/60).CI95
		if ci != nil {
			put("video.rest_rate.lo", ci[0])
			put("video.rest_rate.hi", ci[1])
		}
		if count["rest"] >= 5 && seconds["hold"] >= 10 {
			fall("video.suppression", count["hold"], seconds["hold"], count["rest"], seconds["rest"], put)
		}
		if count["rest"] >= 5 && seconds["distraction"] >= 20 {
			fall("video.distraction", count["distraction"], seconds["distraction"], count["rest"], seconds["rest"], put)
		}
	}
	if seconds["sleep"] > 0 {
		put("video.sleep_s", seconds["sleep"])
		put("video.sleep_rate", rate("sleep"))
		if ratio, lo, hi := signal.RateRatio(int(count["sleep"]), seconds["sleep"], int(count["rest"]), seconds["rest"]); !math.IsNaN(ratio) && !math.IsInf(hi, 0) {
			put("video.sleep_ratio", ratio)
			put("video.sleep_ratio.lo", lo)
			put("video.sleep_ratio.hi", hi)
		}
	}
}

// excursion is how far the affected side moves in voluntary movements against
// the other side: the median over movements of the ratio of peaks.
func excursion(v *Video, side string, put func(string, float64)) {
	if side != "right" && side != "left" {
		return
	}
	var ratios []float64
	for _, e := range v.Events {
		if e.Kind != event.Voluntary || e.Side != anatomy.Both {
			continue
		}
		peak := map[anatomy.Side]float64{}
		for _, m := range e.Regions {
			if m.PeakMM != nil {
				peak[m.Side] = max(peak[m.Side], *m.PeakMM)
			}
		}
		a, o := peak[anatomy.Side(side)], peak[anatomy.Side(side).Other()]
		if a > 0 && o > 0 {
			ratios = append(ratios, a/o)
		}
	}
	if len(ratios) >= 5 {
		slices.Sort(ratios)
		put("video.excursion_ratio", measure.Quantile(ratios, 0.5))
	}
}

// triggerOf is the movement that a task asks for, "" if none.
func triggerOf(task string) string {
	switch task {
	case "blink", "brow_raise", "eye_closure", "smile", "pucker", "snarl":
		return task
	}
	if strings.HasPrefix(task, "smile") {
		return "smile"
	}
	return ""
}
