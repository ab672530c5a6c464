package report

import (
	"fmt"
	"math"
	"math/rand/v2"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

func ptr[T any](v T) *T { return &v }

// fixture draws a recording of the given length by rule: spasms of the right
// side that come in bouts, blinks, a smile, a stretch without a face. The same
// length gives the same recording.
func fixture(seconds float64) (*Analysis, *event.Trace) {
	rnd := rand.New(rand.NewPCG(7, 7))
	const fps = 30
	n := int(seconds * fps)
	t := emptyTrace(n)
	lost := [2]float64{0.62 * seconds, 0.62*seconds + min(6, seconds/20)}

	var events []event.Event
	bump := func(x []float32, at, length, mm float64) {
		for i := int(at * fps); i < int((at+length)*fps)+1 && i < n; i++ {
			if u := (float64(i)/fps - at) / length; u >= 0 && u <= 1 {
				x[i] += float32(mm * math.Sin(math.Pi*u))
			}
		}
	}
	for i := range n {
		t.T[i] = float64(i) / fps
		for s := range 2 {
			for r := range anatomy.NumRegions {
				t.Along[s][r][i] = float32(0.06 * rnd.NormFloat64())
			}
			t.Aperture[s][i] = float32(9.6 + 0.1*rnd.NormFloat64())
		}
		t.Quality[i] = 0.95
		t.FaceX[i] = float32(640 + 15*math.Sin(t.T[i]/3))
		t.FaceY[i] = float32(380 + 8*math.Sin(t.T[i]/2))
		t.FaceW[i] = 330
	}

	add := func(e event.Event) {
		if e.OffsetS >= seconds || (e.OnsetS >= lost[0]-1 && e.OnsetS < lost[1]+0.2) {
			return
		}
		e.Task = taskAt(fixtureTasks(seconds), e.OnsetS)
		for _, m := range e.Regions {
			s := anatomy.AtRight
			if m.Side == anatomy.Left {
				s = anatomy.AtLeft
			}
			for k := range max(1, e.Twitches) {
				each := e.Duration() / float64(max(1, e.Twitches))
				bump(t.Along[s][regionIndex(m.Region)], m.OnsetS+float64(k)*each, each-(m.OnsetS-e.OnsetS)/2, *m.PeakMM)
			}
		}
		events = append(events, e)
	}
	for at := 1.5; at < seconds; at += 2.5 + 3*rnd.Float64() {
		add(newEvent(event.Blink, anatomy.Both, event.Twitch, at, 0.23, 1, map[anatomy.Region]float64{anatomy.OrbicularisOculi: 7.5}))
	}
	blink := "blink"
	for at := 6.0; at < seconds; at += 9 + 16*rnd.Float64() {
		for k, m := 0, 1+rnd.IntN(3); k < m; k++ {
			size := 0.5 + 1.2*rnd.Float64()
			parts := map[anatomy.Region]float64{anatomy.OrbicularisOculi: 1.3 * size}
			if rnd.Float64() < 0.7 {
				parts[anatomy.Zygomaticus] = 1.6 * size
			}
			if rnd.Float64() < 0.5 {
				parts[anatomy.Depressor] = 0.9 * size
			}
			if rnd.Float64() < 0.6 {
				parts[anatomy.Frontalis] = 0.7 * size
			}
			form, length, twitches := event.Twitch, 0.15+0.15*rnd.Float64(), 1
			switch x := rnd.Float64(); {
			case x < 0.2:
				form, length, twitches = event.Clonic, 0.8, 5
			case x < 0.3:
				form, length = event.Tonic, 1.4
			}
			e := newEvent(event.Spasm, anatomy.Right, form, at, length, twitches, parts)
			if twitches > 1 {
				e.RateHz = ptr(float64(twitches) / length)
			}
			if rnd.Float64() < 0.25 {
				e.Trigger = &blink
			}
			add(e)
			at += length + 0.7 + 1.5*rnd.Float64()
		}
	}
	smile := newEvent(event.Voluntary, anatomy.Both, event.Tonic, 0.83*seconds, 2.2, 1, map[anatomy.Region]float64{anatomy.Zygomaticus: 5})
	add(smile)
	syn := newEvent(event.Synkinesis, anatomy.Right, event.Tonic, 0.83*seconds+0.1, 1.8, 1, map[anatomy.Region]float64{anatomy.OrbicularisOculi: 1.2})
	syn.Trigger = ptr("smile")
	add(syn)

	number(events)
	usable := []measure.Span{{FromS: 0, ToS: lost[0]}, {FromS: lost[1], ToS: seconds}}
	for i := int(lost[0] * fps); i < int(lost[1]*fps); i++ {
		blank(t, i)
	}
	for s := range 2 {
		for r := range anatomy.NumRegions {
			t.NoiseMM[s][r] = 0.06
		}
	}
	a := &Analysis{
		Schema: Schema,
		Recording: Recording{File: "living room & sofa.mp4", SHA256: fmt.Sprintf("%064x", 12345), DurationS: seconds, Frames: n,
			FrameRate: fps, Width: 1280, Height: 720},
		Tracking: Tracking{FaceFraction: 1 - (lost[1]-lost[0])/seconds, FacesMax: 1, MMPerPx: ptr(0.42), ScaleUncertainty: ptr(0.07),
			NoiseMM: NoiseMM{Right: noiseOf(t, anatomy.AtRight), Left: noiseOf(t, anatomy.AtLeft)}},
		Quality: Quality{Usable: true, Warnings: []Warning{
			{Code: "face_lost", Text: "The face was not seen.", FromS: &lost[0], ToS: &lost[1]},
			{Code: "dark", Text: "The picture is dark; small movements may have been missed."},
		}},
		Tasks:    fixtureTasks(seconds),
		Events:   events,
		Measures: measure.Summarize(events, measure.FullView(usable), fixtureTasks(seconds), measure.DefaultParams()),
		Provenance: Provenance{Version: "0.1.0-test", Models: map[string]string{"mesh": fmt.Sprintf("%064x", 99)},
			Parameters: map[string]any{"measure": measure.DefaultParams()}},
	}
	a.Measures.Watch(t, events, measure.FullView(usable), a.Tasks, measure.DefaultParams())
	return a, t
}

func emptyTrace(n int) *event.Trace {
	col := func() []float32 { return make([]float32, n) }
	t := &event.Trace{T: make([]float64, n), MMPerPx: 0.42, ScaleUncertainty: 0.07}
	for s := range 2 {
		for r := range anatomy.NumRegions {
			t.Along[s][r], t.DX[s][r], t.DY[s][r], t.SD[s][r] = col(), col(), col(), col()
		}
		t.Aperture[s], t.BrowHeight[s], t.CornerOut[s], t.CornerUp[s] = col(), col(), col(), col()
	}
	for r := range anatomy.NumRegions {
		t.Diff[r] = col()
	}
	t.Shown = [2][]float32{col(), col()}
	t.LipOpen, t.Yaw, t.Pitch, t.Roll = col(), col(), col(), col()
	t.FaceX, t.FaceY, t.FaceW, t.Quality, t.Distance = col(), col(), col(), col(), col()
	return t
}

func blank(t *event.Trace, i int) {
	for s := range 2 {
		for r := range anatomy.NumRegions {
			t.Along[s][r][i] = event.Missing
		}
		t.Aperture[s][i] = event.Missing
	}
	t.Quality[i], t.FaceX[i], t.FaceY[i], t.FaceW[i] = 0, event.Missing, event.Missing, event.Missing
}

func newEvent(kind event.Kind, side anatomy.Side, form event.Form, at, length float64, twitches int, parts map[anatomy.Region]float64) event.Event {
	e := event.Event{Kind: kind, Side: side, Form: form, OnsetS: at, OffsetS: at + length, Twitches: twitches, Confidence: 0.9}
	sides := []anatomy.Side{side}
	if side == anatomy.Both {
		sides = []anatomy.Side{anatomy.Right, anatomy.Left}
	}
	for i, r := range []anatomy.Region{anatomy.OrbicularisOculi, anatomy.Zygomaticus, anatomy.Frontalis, anatomy.Depressor} {
		mm, ok := parts[r]
		if !ok {
			continue
		}
		for _, s := range sides {
			e.Regions = append(e.Regions, event.RegionMovement{Region: r, Side: s, OnsetS: at + float64(i)*0.012, PeakMM: ptr(mm), PeakCI95MM: &[2]float64{0.8 * mm, 1.5 * mm}})
		}
	}
	e.Lead = e.Regions[0].Region
	return e
}

// number sorts events and gives them their ids, episodes and attacks.
func number(events []event.Event) {
	for i := range events {
		for j := i; j > 0 && events[j].OnsetS < events[j-1].OnsetS; j-- {
			events[j], events[j-1] = events[j-1], events[j]
		}
	}
	last, episode, attack := math.Inf(-1), 0, 0
	for i := range events {
		e := &events[i]
		e.ID = fmt.Sprintf("e%04d", i+1)
		if e.Kind != event.Spasm {
			continue
		}
		if e.OnsetS-last > 0.5 {
			episode++
		}
		if e.OnsetS-last > 10 {
			attack++
		}
		e.Episode, e.Attack, last = ptr(episode), ptr(attack), e.OffsetS
	}
}

func fixtureTasks(seconds float64) []event.Task {
	return []event.Task{
		{Task: "rest", FromS: 0, ToS: 0.5 * seconds},
		{Task: "speech", FromS: 0.5 * seconds, ToS: 0.8 * seconds},
		{Task: "smile", FromS: 0.82 * seconds, ToS: 0.86 * seconds},
	}
}

func taskAt(tasks []event.Task, at float64) *string {
	for _, t := range tasks {
		if t.FromS <= at && at < t.ToS {
			return &t.Task
		}
	}
	return nil
}

func regionIndex(r anatomy.Region) int {
	for i, name := range anatomy.Regions {
		if name == r {
			return i
		}
	}
	return -1
}

func noiseOf(t *event.Trace, side int) map[anatomy.Region]*float64 {
	out := map[anatomy.Region]*float64{}
	for i, r := range anatomy.Regions {
		out[r] = ptr(t.NoiseMM[side][i])
	}
	return out
}
