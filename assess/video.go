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
