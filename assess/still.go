package assess

import (
	"math"

	"facialis/anatomy"
	"facialis/measure"
)

// openMM is the open palpebral aperture of the recording, mm, 0 if not known.
func (v *Video) openMM() float64 {
	r, l := v.Summary.Resting.ApertureMM.Right.Value, v.Summary.Resting.ApertureMM.Left.Value
	if r == nil || l == nil {
		return 0
	}
	return max(*r, *l)
}

// estimate puts a figure with its 95 % interval.
func estimate(name string, e measure.Estimate, put func(string, float64)) {
	if e.Value == nil || math.IsNaN(*e.Value) {
		return
	}
	put(name, *e.Value)
	if e.CI95 != nil {
		put(name+".lo", e.CI95[0])
		put(name+".hi", e.CI95[1])
	}
}

// lidFacts is what both eyes did together without being asked to.
func lidFacts(l measure.Lids, put func(string, float64)) {
	if l.WatchedS < 20 {
		return
	}
	put("video.spells", float64(l.Spells))
	estimate("video.spell_rate", l.SpellRatePerMin, put)
	estimate("video.long_closures_rate", l.LongRatePerMin, put)
	estimate("video.cluster_rate", l.ClusterRatePerMin, put)
	if l.ShutShare != nil {
		put("video.shut_share", *l.ShutShare)
	}
	if l.Spells >= 3 {
		estimate("video.spell_mouth_share", measure.Estimate{Value: l.WithMouthShare, CI95: l.WithMouthShareCI95}, put)
	}
}

// The fewest seconds and jerks of a run whose rhythm is told.
const (
	rhythmRunS = 5
	rhythmRunN = 10
)

// watched says whether the trace was looked at and there was a face in it.
func watched(s measure.Summary) bool {
	return s.Resting.UsableS > 0 || s.Jerks.N > 0 || len(s.Fine) > 0
}

// rhythmFacts: the coefficient of variation of the jerks' intervals in the
// longest run, if there is a long one; else of the spasms' own intervals.
func rhythmFacts(s measure.Summary, put func(string, float64)) {
	if s.IntervalS.CV != nil {
		put("video.interval_cv", *s.IntervalS.CV)
		put("video.intervals", float64(s.IntervalS.N))
	}
	if watched(s) {
		put("video.train_s", 0)
	}
	if r := s.Jerks.LongestRun; r != nil && r.CV != nil && r.ToS-r.FromS >= rhythmRunS && r.Jerks >= rhythmRunN {
		put("video.train_s", r.ToS-r.FromS)
		put("video.train_hz", r.RateHz)
		put("video.train_cv", *r.CV)
		put("video.rhythm_cv", *r.CV)
	} else if s.IntervalS.CV != nil && s.IntervalS.N >= 9 {
		put("video.rhythm_cv", *s.IntervalS.CV)
	}
}

// fineFacts describes the fine movement that keeps on: of the lids of one side,
// and of the region below them that moves the most of the time; and in how many
// regions it is there for a third of the time.
func fineFacts(s measure.Summary, put func(string, float64)) {
	if !watched(s) {
		return
	}
	regions := 0.0
	most := map[string]measure.FineMovement{"video.fine_lid": {}, "video.fine_face": {}}
	for _, f := range s.Fine {
		name := "video.fine_face"
		if f.Region == anatomy.OrbicularisOculi {
			name = "video.fine_lid"
		}
		if f.ActiveShare > most[name].ActiveShare {
			most[name] = f
		}
		if f.ActiveShare >= 1.0/3 {
			regions++
		}
	}
	put("video.fine_regions", regions)
	for name, f := range most {
		x := f.ActiveShare
		estimate(name+"_share", measure.Estimate{Value: &x, CI95: f.ActiveShareCI95}, put)
		if x > 0 {
			put(name+"_mm", f.AmplitudeMM)
			put(name+"_hz", f.RateHz)
			put(name+"_even", f.Concentration)
		}
	}
}

// stillFacts is the affected side at rest against the other: how much narrower
// the eye is and how much higher the corner of the mouth stands, mm.
func stillFacts(v *Video, side string, put func(string, float64)) {
	if v == nil || !v.Usable || (side != "right" && side != "left") {
		return
	}
	r := v.Summary.Resting
	flip := func(e measure.Estimate, s anatomy.Side) measure.Estimate {
		if e.Value == nil || e.CI95 == nil || side == string(s) {
			return e
		}
		x := -*e.Value
		return measure.Estimate{Value: &x, CI95: &[2]float64{-e.CI95[1], -e.CI95[0]}}
	}
	estimate("video.narrower_mm", flip(r.ApertureDifferenceMM, anatomy.Left), put)
	estimate("video.corner_up_mm", flip(r.CornerUpDifferenceMM, anatomy.Right), put)
}

// fall is by how much a rate falls from rest to a task: 1 − task/rest. Given
// both counts the task's share of them is binomial, whence the interval.
func fall(name string, task, taskS, rest, restS float64, put func(string, float64)) {
	ratio := func(share float64) float64 {
		if share >= 1 {
			return math.Inf(1)
		}
		return share / (1 - share) * restS / taskS
	}
	put(name, 1-ratio(task/(task+rest)))
	if ci := measure.Wilson(int(task), int(task+rest)); ci != nil {
		put(name+".lo", max(1-ratio(ci[1]), -10))
		put(name+".hi", 1-ratio(ci[0]))
	}
}
