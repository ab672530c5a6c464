package assess

import (
	"math"
	"slices"
	"strings"
	"time"

	"facialis/anatomy"
	"facialis/event"
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
// of another part of the face than the movement it follows: one half of the mouth
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

// videoFacts measures what findings and grades look at. What could not be
// measured is not there.
func videoFacts(v *Video, put func(string, float64)) (side string) {
	if v == nil || !v.Usable {
		return ""
	}
	usable := v.Summary.UsableS
	if usable <= 0 {
		usable = v.DurationS * v.FaceFraction
	}
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
	var sp []event.Event
	var right, left, both, eye, forehead, elsewhere, neck, down, together, leadEye, leadMouth, closures, spontaneous float64
	var closeShare, peaks, twitches []float64
	open := v.openMM()
	var longest, closed, mouthMM float64
	for _, e := range v.Events {
		if !involuntary(e) {
			continue
		}
		sp = append(sp, e)
		switch e.Side {
		case anatomy.Right:
			right++
		case anatomy.Left:
			left++
		case anatomy.Both:
			both++
		}
		// What leads and what goes together is asked of spontaneous spasms only: in
		// a synkinesis the task decides it.
		if e.Kind == event.Spasm {
			spontaneous++
			switch {
			case e.Lead == anatomy.OrbicularisOculi:
				leadEye++
			case slices.Contains(lower, e.Lead):
				leadMouth++
			}
			if e.Lead == anatomy.Depressor || e.Lead == anatomy.Platysma {
				down++
			}
			if has(e, anatomy.OrbicularisOculi) && has(e, lower...) {
				together++
			}
		}
		if has(e, anatomy.Frontalis) {
			forehead++
		}
		if has(e, anatomy.Platysma) {
			neck++
		}
		if has(e, append([]anatomy.Region{anatomy.Frontalis, anatomy.Platysma}, lower...)...) {
			elsewhere++
		}
		if has(e, anatomy.OrbicularisOculi) {
			eye++
			if share, known := closureOf(e, open); known {
				closeShare = append(closeShare, share)
				if share >= closedShare {
					closures++
					longest = max(longest, e.Duration())
					closed += e.Duration()
				}
			}
		}
		if e.Twitches > 0 {
			twitches = append(twitches, float64(e.Twitches))
		}
		most := 0.0
		for _, m := range e.Regions {
			if slices.Contains(lower, m.Region) && m.PeakMM != nil {
				mouthMM = max(mouthMM, *m.PeakMM)
			}
			if m.PeakMM != nil {
				most = max(most, *m.PeakMM)
			}
		}
		if most > 0 {
			peaks = append(peaks, most)
		}
	}
	n := float64(len(sp))
	s := v.Summary
	put("video.spasms", n)
	// One long train of jerks is one spasm, but tells as much as many.
	train := s.Jerks.N >= 10
	lidFacts(s.Lids, put)
	if spells := float64(s.Lids.Spells); n+spells >= 5 || train {
		overlap := (both + spells) / (n + spells)
		if s.BilateralOverlap != nil {
			overlap = max(overlap, *s.BilateralOverlap)
		}
		put("video.both_share", overlap)
	}
	opt := func(name string, p *float64) {
		if p != nil && !math.IsNaN(*p) {
			put(name, *p)
		}
	}
	opt("video.rate", s.RatePerMin.Value)
	opt("video.burden", s.Burden)
	estimate("video.blink_rate", s.BlinkRatePerMin, put)
	opt("video.regularity", s.Regularity)
	opt("video.laterality", s.Laterality)
	put("video.spontaneous", spontaneous)
	if n > 0 {
		put("video.spontaneous_share", spontaneous/n)
	}
	share := func(name string, k, n float64) { // with its 95 % interval
		put(name, k/n)
		if ci := measure.Wilson(int(k), int(n)); ci != nil {
			put(name+".lo", ci[0])
			put(name+".hi", ci[1])
		}
	}
	sideless, sided := s.SideUnknown(), max(right, left)
	if sideless && s.OneSidedShare != nil { // of one side, whichever it is
		sided = max(sided, math.Round(*s.OneSidedShare*n))
	}
	if n >= 5 || (train && n > 0) {
		if !sideless || s.OneSidedShare != nil {
			share("video.one_sided_share", sided, n)
		}
		share("video.eye_share", eye, n)
		opt("video.tonic_fraction", s.TonicFraction)
		if eye >= 5 {
			opt("video.brow_lift_share", s.BrowLiftShare)
			if ci := s.BrowLiftShareCI95; ci != nil && s.BrowLiftShare != nil {
				put("video.brow_lift_share.lo", ci[0])
				put("video.brow_lift_share.hi", ci[1])
			}
		}
	}
	if spontaneous >= 5 || (train && spontaneous > 0) {
		share("video.lead_eye_share", leadEye, spontaneous)
		share("video.lead_mouth_share", leadMouth, spontaneous)
		share("video.together_share", together, spontaneous)
		share("video.down_share", down, spontaneous)
	}
	if n >= 1 {
		share("video.forehead_share", forehead, n)
		share("video.platysma_share", neck, n)
		neckFacts(sp, put)
		put("video.elsewhere_share", elsewhere/n)
		opt("video.duration_median_s", s.DurationS.Median)
		put("video.spread_stage", stage(sp))
	}
	if len(peaks) >= 5 || (train && len(peaks) > 0) {
		slices.Sort(peaks)
		put("video.peak_mm", measure.Quantile(peaks, 0.5))
	}
	if len(twitches) >= 3 {
		slices.Sort(twitches)
		put("video.repetition", measure.Quantile(twitches, 0.5))
	}
	put("video.lid_moves", eye)
	if len(closeShare) > 0 || eye == 0 { // else it is not known how far the eye was shut
		put("video.closures", closures)
		put("video.longest_closure_s", longest)
		if usable > 0 {
			put("video.closed_share", closed/usable)
		}
	}
	if len(closeShare) >= 3 || (train && len(closeShare) > 0) {
		slices.Sort(closeShare)
		put("video.closure_share", measure.Quantile(closeShare, 0.5))
	}
	if w := s.Resting.MouthWidthMM.Value; w != nil && *w > 0 && mouthMM > 0 {
		put("video.mouth_change", mouthMM / *w)
	}
	summaryFacts(s, put)
	rhythmFacts(s, put)
	fineFacts(s, put)
	runs(sp, put)
	taskRates(v, sp, put)
	switch {
	case n < 5 && !(train && n > 0):
	case sideless && (s.OneSidedShare == nil || sided >= 0.8*n): // of one side, but which?
	case right >= 0.8*n:
		side = "right"
	case left >= 0.8*n:
		side = "left"
	default:
		side = "both"
	}
	switch {
	case sideless:
	case side == "right":
		put("measure.affected", float64(s.Sides.Right.Spasms))
	case side == "left":
		put("measure.affected", float64(s.Sides.Left.Spasms))
	}
	if !sideless {
		put("video.side_known", 1)
	}
	excursion(v, side, put)
	return side
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
	for _, t := range v.Summary.ByTask {
		if t.Task == "rest" && t.UsableS > 0 && seconds["rest"] > 0 {
			seconds["rest"], count["rest"] = t.UsableS, float64(t.Spasms)
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
