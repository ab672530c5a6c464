package phantom

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sort"
	"sync"

	"facialis/anatomy"
	"facialis/event"
)

// Schema is the name of truth.json's form.
const Schema = "facialis.truth/1"

// Recording says what was drawn.
type Recording struct {
	Frames    int     `json:"frames"`
	FrameRate float64 `json:"frame_rate"` // frames a second: the number of intervals over their total
	Width     int     `json:"width"`
	Height    int     `json:"height"`
	DurationS float64 `json:"duration_s"`
	PxPerMM   float64 `json:"px_per_mm"` // at the irises' depth, head at rest
	FocalPx   float64 `json:"focal_px"`  // the lens' focal length in px; its axis meets the picture's middle
}

// Displacement is every muscle's own pull at every frame's time, mm.
type Displacement struct {
	T     []float64                    `json:"t"` // seconds from the first frame
	Right map[anatomy.Region][]float64 `json:"right"`
	Left  map[anatomy.Region][]float64 `json:"left"`
}

// Aperture is the palpebral aperture at every frame's time, mm.
type Aperture struct {
	Right []float64 `json:"right"`
	Left  []float64 `json:"left"`
}

// HeadTruth is the head's pose at every frame's time: degrees by the signs of
// face.Pose, to be applied pitch first, then yaw, then roll, about the axes of the
// camera; and how far the point between the irises is from the lens along its axis.
type HeadTruth struct {
	Yaw        []float64 `json:"yaw"`
	Pitch      []float64 `json:"pitch"`
	Roll       []float64 `json:"roll"`
	DistanceMM []float64 `json:"distance_mm"`
}

// Wander is how far each region's skin is off its place at rest at every frame's
// time while no muscle is told to pull: mm along the muscle's pull, and of
// orbicularis oculi by how much the palpebral aperture is narrower. It is beside
// Displacement, not in it: whoever finds no movement there is right.
type Wander struct {
	Right map[anatomy.Region][]float64 `json:"right"`
	Left  map[anatomy.Region][]float64 `json:"left"`
}

// Truth is what a phantom's video shows: the file truth.json.
type Truth struct {
	Schema       string        `json:"schema"`
	Phantom      string        `json:"phantom"`  // the spec's name
	Source       string        `json:"source"`   // where the spec's figures come from
	Evidence     string        `json:"evidence"` // their evidence tag
	Seed         uint64        `json:"seed"`
	Recording    Recording     `json:"recording"`
	Tasks        []event.Task  `json:"tasks"`
	Events       []event.Event `json:"events"`
	Displacement Displacement  `json:"displacement"`
	Wander       *Wander       `json:"wander,omitempty"` // nil when the skin does not wander
	ApertureMM   Aperture      `json:"aperture_mm"`
	JawMM        []float64     `json:"jaw_mm"` // opening of the jaw at every frame's time
	Head         HeadTruth     `json:"head"`
}

// ReadTruth reads a truth.json.
func ReadTruth(path string) (*Truth, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the truth: %w", err)
	}
	t := new(Truth)
	if err := json.Unmarshal(b, t); err != nil {
		return nil, fmt.Errorf("reading the truth %s: %w", path, err)
	}
	if t.Schema != Schema {
		return nil, fmt.Errorf("reading the truth %s: its schema is %q, not %q", path, t.Schema, Schema)
	}
	return t, nil
}

// round keeps the file small: a ten-thousandth of a mm, a microsecond.
func round(v float64, digits int) float64 {
	k := math.Pow(10, float64(digits))
	return math.Round(v*k) / k
}

// Tell is the truth of spec's video without the video: what [Render] returns.
func Tell(spec *Spec) (*Truth, error) {
	s := *spec
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("telling the phantom's truth: %w", err)
	}
	ts, _ := s.times()
	return tell(&s, ts), nil
}

// tell computes the truth of a timeline seen at the given times.
func tell(s *Spec, times []float64) *Truth {
	tr := &Truth{Schema: Schema, Phantom: s.Name, Source: s.Source, Evidence: s.Evidence, Seed: s.Seed,
		Recording: Recording{Frames: len(times), Width: s.Camera.Width, Height: s.Camera.Height, PxPerMM: round(s.scale(), 6), FocalPx: round(s.scale()*s.Camera.DistanceMM, 3)},
		Tasks:     []event.Task{}, Events: []event.Event{}}
	n := len(times)
	last := times[n-1]
	tr.Recording.FrameRate = s.Camera.FPS
	if n > 1 && last > 0 {
		tr.Recording.FrameRate = round(float64(n-1)/last, 6)
	}
	tr.Recording.DurationS = round(last+1/s.Camera.FPS, 6)
	d := &tr.Displacement
	d.Right, d.Left = map[anatomy.Region][]float64{}, map[anatomy.Region][]float64{}
	tl := schedule(s)
	if s.Rest.WanderMM > 0 {
		tr.Wander = &Wander{map[anatomy.Region][]float64{}, map[anatomy.Region][]float64{}}
	}
	eye := lens{distance: s.Camera.DistanceMM}
	for _, t := range times {
		st := tl.at(t)
		d.T = append(d.T, round(t, 6))
		for i, g := range anatomy.Regions {
			d.Right[g] = append(d.Right[g], round(st.shown(0, i), 4))
			d.Left[g] = append(d.Left[g], round(st.shown(1, i), 4))
			if w := tr.Wander; w != nil {
				w.Right[g] = append(w.Right[g], round(st.shownWander(0, i), 4))
				w.Left[g] = append(w.Left[g], round(st.shownWander(1, i), 4))
			}
		}
		tr.ApertureMM.Right = append(tr.ApertureMM.Right, round(st.aperture[0], 4))
		tr.ApertureMM.Left = append(tr.ApertureMM.Left, round(st.aperture[1], 4))
		tr.JawMM = append(tr.JawMM, round(st.jaw, 4))
		tr.Head.Yaw = append(tr.Head.Yaw, round(st.pose.Yaw*180/math.Pi, 4))
		tr.Head.Pitch = append(tr.Head.Pitch, round(st.pose.Pitch*180/math.Pi, 4))
		tr.Head.Roll = append(tr.Head.Roll, round(st.pose.Roll*180/math.Pi, 4))
		tr.Head.DistanceMM = append(tr.Head.DistanceMM, round(newPlace(st.pose, eye).distanceMM(), 3))
	}
	for _, t := range s.Tasks {
		if t.From < last {
			tr.Tasks = append(tr.Tasks, event.Task{Task: t.Task, FromS: t.From, ToS: min(t.To, tr.Recording.DurationS)})
		}
	}
	for _, h := range tl.happenings {
		if e, ok := tellEvent(h, times, tl.restDrop); ok {
			if g := taskAt(tr.Tasks, e.OnsetS); g != "" {
				e.Task = &g
			}
			tr.Events = append(tr.Events, e)
		}
	}
	number(tr.Events)
	return tr
}

func taskAt(ts []event.Task, t float64) string {
	for _, k := range ts {
		if t >= k.FromS && t < k.ToS {
			return k.Task
		}
	}
	return ""
}

// carriage is how far, in mm along region r's direction, the skin at r's patch is
// moved by 1 mm of region k's muscle of the same side, [r][k], or by 1 mm across
// k's direction.
type carriage struct {
	along, across [anatomy.NumRegions][anatomy.NumRegions]float64
}

// carried tells what neighbours move: along is 1 for r itself, and a share for its
// neighbours, whose fields reach there. The lids are drawn by their own aperture,
// which no other muscle moves.
var carried = sync.OnceValue(func() (c carriage) {
	m := newMuscles(0)
	for r, p := range patches {
		for k := range anatomy.NumRegions {
			if r == anatomy.AtOrbicularisOculi || k == r {
				continue
			}
			layer := m.f[1][k].up
			if p.Down > lipLine(p.Out) {
				layer = m.f[1][k].lower
			}
			dx, dy := at(layer, float32(p.Out), float32(p.Down))
			c.across[r][k] = float64(dx)*p.DirDown - float64(dy)*p.DirOut
			if k != anatomy.AtOrbicularisOculi {
				c.along[r][k] = float64(dx)*p.DirOut + float64(dy)*p.DirDown
			}
		}
		c.along[r][r] = 1
	}
	return c
})

// tellEvent is a happening as the contract's event; false when no frame shows
// it.
func tellEvent(h *happening, times []float64, restDrop [2]float64) (event.Event, bool) {
	e := event.Event{Kind: h.kind, Side: h.side, Form: h.form, Twitches: h.twitches, Confidence: 1,
		OnsetS: math.Inf(1), OffsetS: math.Inf(-1)}
	type key struct{ side, region int }
	parts := map[key]*track{}
	var keys []key
	for _, k := range h.tracks {
		id := key{k.side, k.region}
		if parts[id] == nil {
			parts[id] = &track{side: k.side, region: k.region, pucker: k.pucker}
			keys = append(keys, id)
		}
		parts[id].pulses = append(parts[id].pulses, k.pulses...)
	}
	lead := math.Inf(1)
	for _, id := range keys {
		k := parts[id]
		from, to, _ := k.span()
		to = min(to, times[len(times)-1]) // the recording may end first
		limit := math.Inf(1)
		if id.region == anatomy.AtOrbicularisOculi {
			limit = RestApertureMM - restDrop[id.side]
		}
		peak := 0.0
		for i := sort.SearchFloat64s(times, from); i < len(times) && times[i] <= to; i++ {
			var v float64
			for _, other := range keys { // its own pull, and what its neighbours carry along
				if c := carried().along[id.region][other.region]; c != 0 && other.side == id.side && (other == id || !parts[other].pucker && !k.pucker) {
					v += c * parts[other].at(times[i])
				}
			}
			peak = max(peak, min(limit, v))
		}
		if peak == 0 {
			continue
		}
		peak = round(peak, 4)
		side := anatomy.Sides[id.side]
		e.Regions = append(e.Regions, event.RegionMovement{Region: anatomy.Regions[id.region], Side: side, OnsetS: round(from, 4), PeakMM: &peak})
		e.OnsetS, e.OffsetS = min(e.OnsetS, round(from, 4)), max(e.OffsetS, round(to, 4))
		if from < lead-0.002 {
			lead, e.Lead = from, anatomy.Regions[id.region]
		}
	}
	if len(e.Regions) == 0 {
		return e, false
	}
	if h.trigger != "" {
		e.Trigger = &h.trigger
	}
	if h.rateHz > 0 {
		hz := round(h.rateHz, 3)
		e.RateHz = &hz
	}
	return e, true
}

// number gives the events ids, and spasms their episode and attack.
func number(es []event.Event) {
	sort.SliceStable(es, func(i, j int) bool { return es[i].OnsetS < es[j].OnsetS })
	for i := range es {
		es[i].ID = fmt.Sprintf("t%04d", i+1)
	}
	event.Group(es, event.EpisodeGapS, event.AttackGapS)
}
