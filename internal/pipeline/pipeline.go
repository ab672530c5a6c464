package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/internal/digest"
	"facialis/internal/signal"
	"facialis/measure"
	"facialis/motion"
	"facialis/night"
	"facialis/report"
	"facialis/spasm"
	"facialis/video"
	"facialis/words"
)

// Options choose how a recording is analyzed.
type Options struct {
	Tasks    []event.Task
	Mirrored *bool // nil where nobody could tell
	Face     face.Options
	Motion   motion.Params
	Spasm    spasm.Params
	Measure  measure.Params
	Version  string

	// TurnDeg is by how many degrees clockwise the pictures are turned so that the face
	// stands upright: 0, 90, 180 or 270. Nil where the program finds out.
	TurnDeg *int
	// FromS and ToS bound what is measured, seconds from the first frame. What lies
	// outside counts as not seen; times stay those of the whole recording. ToS 0 or
	// infinite is the end.
	FromS, ToS float64

	// Threads bounds the decoder's threads, where several recordings are analyzed
	// side by side; 0 leaves it to package video. It changes nothing in the result.
	Threads int

	// UntilS bounds the look: only pictures before this time, s from the first picture,
	// are analyzed; 0 means all of them.
	UntilS float64

	// Seen, if not nil, is shown in order every frame in which the face was found,
	// with what the face tracker saw in it, in the picture as the film shows it. It
	// must not keep either, nor look at the frame's planes.
	Seen func(*video.Frame, *face.Observation)

	// Night says that the film shows a sleeper in the dark: only what moves is measured,
	// the lids' own channel counts only while they are open, and the tasks are what
	// lids and stillness say of sleeping and waking (see package night) in place of Tasks.
	Night bool

	turn int // degrees clockwise by which the pictures are turned so that the face stands upright

	// Of a night: the part of the film that is read, seconds, and that only what moves
	// is measured.
	fromS, toS float64
	night      bool
	nightAll   bool // every picture is measured
}

// DefaultOptions returns every stage's own defaults.
func DefaultOptions() Options {
	return Options{Mirrored: new(false), Face: face.DefaultOptions(), Motion: motion.DefaultParams(),
		Spasm: spasm.DefaultParams(), Measure: measure.DefaultParams()}
}

// Progress says how far an analysis is.
type Progress struct {
	Frames int
	AtS    float64 // recording time reached
	TotalS float64 // by the recording's header; NaN when it has none
}

// Result is an analysis with the trace it was made from.
type Result struct {
	Analysis *report.Analysis
	Trace    *event.Trace
	Album    *report.Album     // pictures of the moments at which one side moved most
	Small    *event.Candidates // what was looked at and is no event
	Stages   Stages
}

// Close gives back the files of pictures and trace. After it nobody may look at
// the trace.
func (r *Result) Close() error {
	r.Album.Close()
	if r.Trace == nil {
		return nil
	}
	return r.Trace.Close()
}

// Stages is the time each stage worked, for the benchmark's table.
type Stages struct{ Decode, Face, Motion, Events time.Duration }

// Run analyzes the recording at path.
func Run(ctx context.Context, engine *face.Networks, path string, opt Options, progress func(Progress)) (_ *Result, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if opt.Night {
		opt = opt.forNight()
	}
	sum := make(chan sumResult, 1)
	go func() { sum <- sha(ctx, path) }()
	w, err := lookUpright(ctx, engine, path, opt, progress)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	// The networks, the decoder and its pictures are gone: what the events need
	// takes their place in memory instead of coming on top.
	debug.FreeOSMemory()
	start := time.Now()
	tr, err := w.finish()
	if err != nil {
		return nil, err
	}
	s := <-sum
	if s.err != nil {
		return nil, errors.Join(s.err, tr.Close())
	}
	a := &report.Analysis{Schema: report.Schema, Tasks: opt.Tasks}
	if a.Tasks == nil {
		a.Tasks = []event.Task{}
	}
	rate, variable := rateOf(w.steps.values)
	a.Recording = report.Recording{File: filepath.Base(path), SHA256: s.sum, Frames: w.frames, FrameRate: rate,
		VariableRate: variable, Width: w.upright.w, Height: w.upright.h, TurnedDeg: w.turned, Mirrored: opt.Mirrored}
	if rate > 0 {
		a.Recording.DurationS = w.last + 1/rate
	}
	if a.Recording.AsMirror() {
		swapSides(tr)
		tr.Free()
	}
	var asleep *nightLook
	var states []night.Stretch // of a night
	var found spasm.Result
	if opt.Night {
		asleep = w.nightOf(tr, opt, 0, a.Recording.DurationS)
		states = night.States(asleep.blocks)
		found, a.Tasks = asleep.found, night.Tasks(states)
		a.Events = night.Unasked(withTasks(asleep.events, a.Tasks), states)
		opt.Tasks = a.Tasks
		if w.gate != nil {
			a.Recording.Frames = w.gate.Passed + w.gate.Kept
		}
	} else {
		found = spasm.Find(tr, opt.Tasks, opt.Spasm)
		a.Events = found.Events
	}
	small := found.Small(opt.Spasm)
	if a.Events == nil {
		a.Events = []event.Event{}
	}
	measure.Sizes(a.Events, tr)
	measure.CandidateSizes(small, tr)
	why := sideless(opt.Mirrored, w.wayUp)
	if why != "" {
		HideSides(a.Events, opt.Spasm, tr.Joints)
		hideCandidates(small)
	}
	count := small.Count(why == "")
	a.Small = &count
	a.Tracking = tracking(tr, w.found, w.within, w.facesMax)
	a.Clock = w.clock
	a.Clock.Frozen = frozen(w.frozen)
	if fresh := trueRate(rate, w.last, w.repeated); rate > 0 {
		a.Clock.TrueRate = &fresh
	}
	view, sight := View(tr, a.Events)
	if asleep != nil {
		view, sight = asleep.view(tr, a.Events)
	}
	seen := view.Seen(sight)
	a.Tracking.Seen = &seen
	a.Quality = quality(tr, a, view, w.warnings, w.damage, why)
	if opt.parted() {
		a.Quality.Warnings = append(a.Quality.Warnings, partWarning(opt, a.Recording.DurationS))
	}
	a.Quality.Warnings = append(a.Quality.Warnings, clockWarnings(a.Clock, rate, w.repeated, w.info.Tracks)...)
	a.Measures = measure.Summarize(a.Events, view, opt.Tasks, opt.Measure)
	a.Measures.Watch(tr, a.Events, view, opt.Tasks, opt.Measure)
	if why != "" {
		a.Measures.HideSides()
	} else if asleep != nil { // the sides of its stretches are the person's own
		for i := range asleep.blocks {
			for s := range 2 {
				asleep.blocks[i].Seen[s] = within(view.Side[s], asleep.blocks[i].FromS+night.BlockS/2)
			}
		}
		a.Night = night.PartOf(asleep.blocks, states, a.Events, view)
	}
	a.Provenance = Provenance(engine, opt)
	tr.Free()
	w.stages.Events = time.Since(start)
	return &Result{a, tr, w.album, small, w.stages}, nil
}

// Provenance is what an analysis with these options says of where it comes from.
func Provenance(engine *face.Networks, opt Options) report.Provenance {
	p := Settings(opt)
	p.Models = engine.Models()
	return p
}

// Settings is Provenance without the networks.
func Settings(opt Options) report.Provenance {
	return report.Provenance{Version: opt.Version,
		Parameters: map[string]any{report.StageFace: opt.Face, report.StageMotion: opt.Motion, report.StageSpasm: opt.Spasm, report.StageMeasure: opt.Measure},
		Constants:  map[string]map[string]float64{report.StageEvent: event.Constants(), report.StageFace: face.Constants(), report.StageMotion: motion.Constants(), report.StageSpasm: spasm.Constants()}}
}

// lookOnce opens networks and recording and looks at every frame. w is nil, or what was
// seen before opt.fromS, a joint.
func lookOnce(ctx context.Context, engine *face.Networks, path string, opt Options, w *looked, progress func(Progress)) (_ *looked, err error) {
	defer func() {
		if t := (turned{}); err != nil && w != nil && !errors.As(err, &t) {
			w.close()
		}
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// The networks are loaded while the recording's headers are read.
	loaded := make(chan networks, 1)
	go func() {
		t, err := face.New(engine, opt.Face)
		loaded <- networks{t, err}
	}()
	read := video.Options{Joints: true, Turn: opt.turn, Threads: opt.Threads, FromS: opt.fromS, ToS: opt.toS}
	if opt.night {
		read.MaxHeight, read.StallS = nightHeight, nightStallS
	}
	r, err := video.Open(ctx, path, read)
	nets := <-loaded
	if err != nil {
		nets.close()
		return nil, err
	}
	if nets.err != nil {
		r.Close()
		return nil, nets.err
	}
	return look(ctx, cancel, engine, nets.tracker, r, opt, w, progress)
}

// networks are those of the face tracker, or why they could not be loaded.
type networks struct {
	tracker *face.Tracker
	err     error
}

func (n networks) close() {
	if n.err == nil {
		n.tracker.Close()
	}
}

type sumResult struct {
	sum string
	err error
}

// sha is the SHA-256 of the file.
func sha(ctx context.Context, path string) sumResult {
	sum, err := digest.OfFile(ctx, path)
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("reading the recording for its checksum: %w", err)
	}
	return sumResult{sum, err}
}

// Usable are the stretches in which the face was tracked.
func Usable(tr *event.Trace) []measure.Span {
	var out []measure.Span
	n := tr.Len()
	for i := 0; i < n; i++ {
		if tr.Quality[i] == 0 {
			continue
		}
		j := i
		for j+1 < n && tr.Quality[j+1] > 0 {
			j++
		}
		end := tr.T[j]
		if j+1 < n {
			end = tr.T[j+1]
		}
		out = append(out, measure.Span{FromS: tr.T[i], ToS: end})
		i = j
	}
	return out
}

func tracking(tr *event.Trace, found, n, faces int) report.Tracking {
	t := report.Tracking{FacesMax: faces, MMPerPx: finite(tr.MMPerPx), ScaleUncertainty: finite(tr.ScaleUncertainty)}
	if n > 0 {
		t.FaceFraction = math.Round(float64(found)/float64(n)*1e4) / 1e4
	}
	side := func(s int) map[anatomy.Region]*float64 {
		m := map[anatomy.Region]*float64{}
		for k, r := range anatomy.Regions {
			m[r] = finite(tr.NoiseMM[s][k])
		}
		return m
	}
	if away := median(tr.Distance); away > 0 {
		t.DistanceMM, t.FocalPx = finite(math.Round(away)), finite(tr.FocalPx)
	}
	t.NoiseMM = report.NoiseMM{Right: side(anatomy.AtRight), Left: side(anatomy.AtLeft)}
	return t
}

// medianValues is how many values of a column its median is taken of.
const medianValues = 10000

// median is the median of a column's values, NaN where there are none.
func median(c []float32) float64 {
	var v []float64
	for i := 0; i < len(c); i += max(len(c)/medianValues, 1) {
		if x := float64(c[i]); x == x {
			v = append(v, x)
		}
	}
	return signal.Median(v)
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	v = math.Round(v*1e5) / 1e5
	return &v
}

// quality gathers the warnings and decides whether the recording is usable: a
// face in at least a tenth of it and for at least a second, and at least one region of
// which as much was seen, or something found.
func quality(tr *event.Trace, a *report.Analysis, view measure.View, seen []face.Warning, decode, sideless string) report.Quality {
	l := words.Default()
	q := report.Quality{Warnings: []report.Warning{}}
	var tracked float64
	for _, s := range view.Face {
		tracked += s.Len()
	}
	regions := view.Usable(tr.FilmedS())
	q.UsableRegions = &regions
	face := tracked >= measure.UsableS && a.Tracking.FaceFraction >= measure.UsableShare
	// What was found was seen, if only while it lasted.
	contraction := func(e event.Event) bool { return e.Kind == event.Spasm || e.Kind == event.Synkinesis }
	q.Usable = face && (regions.Any() || slices.ContainsFunc(a.Events, contraction))
	add := func(code, text string) {
		q.Warnings = append(q.Warnings, report.Warning{Code: code, Text: text})
	}
	if a.Tracking.FaceFraction == 0 {
		add("no_face", l.Say("quality.warning.no_face"))
	} else if !face {
		add("little_face", l.Say("quality.warning.little_face"))
	}
	if sideless != "" && a.Tracking.FaceFraction > 0 {
		add(report.SideUnknown, sideless)
	}
	if face && !q.Usable {
		add(report.NothingSeen, l.Say("quality.warning.nothing_seen", words.Args{"Limit": fmt.Sprintf("%.0f", event.SeenMM)}))
	}
	if decode != "" {
		add("damaged", l.Say("quality.warning.damaged", words.Args{"Reason": decode}))
	}
	if r := a.Clock.TrueRate; r != nil && *r < LowRate {
		add("low_rate", l.Say("quality.warning.low_rate", words.Args{"Rate": fmt.Sprintf("%.0f", *r)}))
	}
	if a.Tracking.FaceFraction > 0 && a.Tracking.MMPerPx == nil {
		add("no_scale", l.Say("quality.warning.no_scale"))
	}
	if a.Tracking.FacesMax > 1 {
		add("several_faces", l.Say("quality.warning.several_faces", words.Args{"Faces": a.Tracking.FacesMax}))
	}
	for _, w := range seen {
		from, to := w.FromS, w.ToS
		q.Warnings = append(q.Warnings, report.Warning{Code: w.Code, Text: w.Text, FromS: &from, ToS: &to})
	}
	if face {
		q.Warnings = append(q.Warnings, unseenWarnings(view, a.Recording.Mirrored != nil && sideless == "")...)
	}
	return q
}

// LowRate is the rate of pictures a second below which short twitches (from 40 ms on)
// may fall between two pictures: at 24, as many phones film in low light, one of 40 ms
// is in a single picture.
const LowRate = 24.5
