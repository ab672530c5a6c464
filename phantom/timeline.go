package phantom

import (
	"math"
	"sort"

	"facialis/anatomy"
	"facialis/event"
)

// pulse is one excursion: raised cosines up and down around a hold.
type pulse struct{ t0, rise, hold, fall, mm float64 }

func (p pulse) at(t float64) float64 {
	t -= p.t0
	switch {
	case t <= 0 || t >= p.rise+p.hold+p.fall:
		return 0
	case t < p.rise:
		return p.mm * (1 - math.Cos(math.Pi*t/p.rise)) / 2
	case t <= p.rise+p.hold:
		return p.mm
	}
	return p.mm * (1 + math.Cos(math.Pi*(t-p.rise-p.hold)/p.fall)) / 2
}

func (p pulse) end() float64 { return p.t0 + p.rise + p.hold + p.fall }

// feet are the times at which the pulse passes event.FootShare of its size.
func (p pulse) feet() (on, off float64) {
	f := math.Acos(1-2*event.FootShare) / math.Pi // of a raised cosine
	return p.t0 + f*p.rise, p.end() - f*p.fall
}

// track is one region's part in a happening.
type track struct {
	side, region int
	pulses       []pulse
	lower, skin  float64 // oculi: the lower lid's share of the drop, and the cheek's rise per mm
	pucker       bool    // oris: towards the midline, as in a pucker, instead of outwards and up
}

// at is the pull in mm: where pulses of a train overlap, the larger counts.
func (k *track) at(t float64) (v float64) {
	for _, p := range k.pulses {
		v = max(v, p.at(t))
	}
	return v
}

// span is the time during which the track exceeds event.FootShare of its peak.
func (k *track) span() (from, to, peak float64) {
	a, b := math.Inf(1), math.Inf(-1)
	for _, p := range k.pulses {
		a, b, peak = min(a, p.t0), max(b, p.end()), max(peak, p.mm)
	}
	const step = 0.0005
	from, to = b, a
	for t := a; t <= b; t += step {
		if k.at(t) > event.FootShare*peak {
			from = t
			break
		}
	}
	for t := b; t >= a; t -= step {
		if k.at(t) > event.FootShare*peak {
			to = t
			break
		}
	}
	return from, to, peak
}

// happening is one event of the timeline.
type happening struct {
	kind     event.Kind
	side     anatomy.Side
	form     event.Form
	trigger  string
	twitches int
	rateHz   float64
	tracks   []track
	first    float64 // start of the first twitch
	last     float64 // start of the last one
	overlap  bool    // may coincide with others
	t0, t1   float64 // first and last moment of any movement
	on, off  float64 // first and last foot of any pulse
}

func (h *happening) bounds() {
	h.t0, h.t1 = math.Inf(1), math.Inf(-1)
	h.on, h.off = h.t0, h.t1
	for _, k := range h.tracks {
		for _, p := range k.pulses {
			on, off := p.feet()
			h.t0, h.t1 = min(h.t0, p.t0), max(h.t1, p.end())
			h.on, h.off = min(h.on, on), max(h.off, off)
		}
	}
}

// holdS is the longest time that one of the happening's tracks stays above half of
// its peak.
func (h *happening) holdS() (longest float64) {
	const step = 0.001
	for i := range h.tracks {
		k := &h.tracks[i]
		from, to, peak := k.span()
		since := from
		for t := from; t <= to; t += step {
			if k.at(t) < peak/2 {
				since = t
			}
			longest = max(longest, t-since)
		}
	}
	return longest
}

// state is the face at one moment.
type state struct {
	t          float64
	pull       [2][anatomy.NumRegions]float64 // mm; oculi: drop of the aperture
	skin       [2]float64                     // rise of the skin below the lower lid, mm
	aperture   [2]float64                     // mm
	rise       [2]float64                     // of the lower margin, mm
	restCorner [2]float64
	pucker     [2]float64 // of pull[side][oris], the part that draws to the midline
	jaw        float64
	gazeX      float64
	gazeY      float64
	pose       headPose
	wander     [2]wandering // of the skin at rest
	shadowMM   float64      // where the shadow's edge lies
}

// shown is a region's displacement for the truth: a pucker counts for the lips.
func (st *state) shown(side, region int) float64 {
	if region == anatomy.AtOrbicularisOris {
		return max(st.pull[side][anatomy.AtOrbicularisOris], st.pucker[side])
	}
	return st.pull[side][region]
}

// timeline is all that happens, in order of time.
type timeline struct {
	happenings []*happening
	restDrop   [2]float64
	restCorner [2]float64
	head       *headMotion
	rest       *restless
	shadow     *shadowMotion
	talk       *talker
	gaze       *gazer
	first      int // happenings before this one are over
}

func (tl *timeline) sort() {
	sort.SliceStable(tl.happenings, func(i, j int) bool { return tl.happenings[i].t0 < tl.happenings[j].t0 })
}

// at is the face at time t; calls must come in the order of time.
func (tl *timeline) at(t float64) *state {
	st := &state{t: t, restCorner: tl.restCorner, pose: tl.head.at(t)}
	var blink [2]float64
	for tl.first < len(tl.happenings) && tl.happenings[tl.first].t1 < t-60 {
		tl.first++
	}
	for _, h := range tl.happenings[tl.first:] {
		if h.t0 > t {
			break
		}
		if h.t1 < t {
			continue
		}
		for i := range h.tracks {
			k := &h.tracks[i]
			v := k.at(t)
			if k.pucker {
				st.pucker[k.side] = max(st.pucker[k.side], v)
				continue
			}
			st.pull[k.side][k.region] = max(st.pull[k.side][k.region], v)
			if k.region == anatomy.AtOrbicularisOculi && h.kind == event.Blink {
				blink[k.side] = max(blink[k.side], v)
			}
			if k.region == anatomy.AtOrbicularisOculi {
				// the lower lid rises less and less as the eye shuts
				st.rise[k.side] = max(st.rise[k.side], 2.4*(1-math.Exp(-k.lower*v/2.4)))
				st.skin[k.side] = max(st.skin[k.side], k.skin*v)
			}
		}
	}
	tl.talk.add(st)
	st.gazeX, st.gazeY = tl.gaze.at(t)
	st.gazeX -= 11 * math.Sin(st.pose.Yaw)
	st.gazeY += 11 * math.Sin(st.pose.Pitch)
	for s := range 2 {
		rest := RestApertureMM - tl.restDrop[s]
		st.pull[s][anatomy.AtOrbicularisOculi] = min(st.pull[s][anatomy.AtOrbicularisOculi], rest)
		st.aperture[s] = rest - st.pull[s][anatomy.AtOrbicularisOculi]
		st.rise[s] += 0.4 * tl.restDrop[s]
	}
	tl.rest.add(st, blink)
	st.shadowMM = tl.shadow.at(t)
	return st
}
