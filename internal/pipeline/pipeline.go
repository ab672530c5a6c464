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
	"facialis/internal/infer"
	"facialis/internal/signal"
	"facialis/measure"
	"facialis/motion"
	"facialis/report"
	"facialis/spasm"
	"facialis/video"
	"facialis/words"
)

// Options choose how a recording is analysed.
type Options struct {
	Tasks    []event.Task
	Mirrored *bool // nil where nobody could tell
	Face     face.Options
	Motion   motion.Params
	Spasm    spasm.Params
	Measure  measure.Params
	Version  string

	// Threads bounds the decoder's threads, where several recordings are analysed
	// side by side; 0 leaves it to package video. It changes nothing in the result.
	Threads int

	// Seen, if not nil, is shown in order every frame in which the face was found,
	// with what the face tracker saw in it, in the picture as the film shows it. It
	// must not keep either, nor look at the frame's planes.
	Seen func(*video.Frame, *face.Observation)

	turn int // degrees clockwise by which the pictures are turned so that the face stands upright
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
	Album    *report.Album // pictures of the moments at which one side moved most
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

// Run analyses the recording at path.
func Run(ctx context.Context, engine *infer.Engine, path string, opt Options, progress func(Progress)) (_ *Result, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	sum := make(chan sumResult, 1)
	go func() { sum <- sha(ctx, path) }()
	w, err := lookUpright(ctx, engine, path, opt, progress)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			w.album.Close()
		}
	}()
	// The networks, the decoder and its pictures are gone: what the events need
	// takes their place in memory instead of coming on top.
	debug.FreeOSMemory()
	start := time.Now()
	tr, err := w.skin.Finish()
	if err != nil {
		return nil, err
	}
	s := <-sum
	if s.err != nil {
		return nil, errors.Join(s.err, tr.Close())
	}
	w.upright.back(tr)
	a := &report.Analysis{Schema: report.Schema, Tasks: opt.Tasks}
	if a.Tasks == nil {
		a.Tasks = []event.Task{}
	}
	rate, variable := rateOf(w.steps.values)
	a.Recording = report.Recording{File: filepath.Base(path), SHA256: s.sum, Frames: w.frames, FrameRate: rate,
		VariableRate: variable, Width: w.upright.w, Height: w.upright.h, TurnedDeg: w.upright.deg, Mirrored: opt.Mirrored}
	if rate > 0 {
		a.Recording.DurationS = w.last + 1/rate
	}
	if a.Recording.AsMirror() {
		swapSides(tr)
		tr.Free()
	}
	a.Events = spasm.Detect(tr, opt.Tasks, opt.Spasm)
	if a.Events == nil {
		a.Events = []event.Event{}
	}
	why := sideless(opt.Mirrored, w.wayUp)
	if why != "" {
		HideSides(a.Events, opt.Spasm)
	}
	a.Tracking = tracking(tr, w.found, w.frames, w.facesMax)
	a.Clock = w.clock
	a.Clock.Frozen = frozen(w.skin.Frozen())
	if fresh := trueRate(rate, w.last, w.skin.Repeated()); rate > 0 {
		a.Clock.TrueRate = &fresh
	}
	view, sight := View(tr, a.Events)
	seen := view.Seen(sight)
	a.Tracking.Seen = &seen
	a.Quality = quality(tr, a, view, w.warnings, w.damage, why)
	a.Quality.Warnings = append(a.Quality.Warnings, clockWarnings(a.Clock, rate, w.skin.Repeated(), w.info.Tracks)...)
	a.Measures = measure.Summarize(a.Events, view, opt.Tasks, opt.Measure)
	a.Measures.Watch(tr, a.Events, view, opt.Tasks, opt.Measure)
	if why != "" {
		a.Measures.HideSides()
	}
	a.Provenance = Provenance(engine, opt)
	tr.Free()
	w.stages.Events = time.Since(start)
	return &Result{a, tr, w.album, w.stages}, nil
}

// Provenance is what an analysis with these options says of where it comes from.
func Provenance(engine *infer.Engine, opt Options) report.Provenance {
	return report.Provenance{Version: opt.Version, Models: engine.Models(),
		Parameters: map[string]any{report.StageFace: opt.Face, report.StageMotion: opt.Motion, report.StageSpasm: opt.Spasm, report.StageMeasure: opt.Measure},
		Constants:  map[string]map[string]float64{report.StageEvent: event.Constants(), report.StageFace: face.Constants(), report.StageMotion: motion.Constants(), report.StageSpasm: spasm.Constants()}}
}

// lookOnce opens networks and recording and looks at every frame.
func lookOnce(ctx context.Context, engine *infer.Engine, path string, opt Options, progress func(Progress)) (*looked, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// The networks are loaded while the recording's headers are read.
	loaded := make(chan networks, 1)
	go func() {
		t, err := face.New(engine, opt.Face)
		loaded <- networks{t, err}
	}()
	r, err := video.Open(ctx, path, video.Options{Turn: opt.turn, Threads: opt.Threads})
	nets := <-loaded
	if err != nil {
		nets.close()
		return nil, err
	}
	if nets.err != nil {
		r.Close()
		return nil, nets.err
	}
	return look(ctx, cancel, engine, nets.tracker, r, opt, progress)
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
	l := words.English()
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
	if r := a.Clock.TrueRate; r != nil && *r < lowRate {
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

// lowRate is the rate of pictures a second below which short twitches (from 40 ms on)
// may fall between two pictures: at 24, as many phones film in low light, one of 40 ms
// is in a single picture.
const lowRate = 24.5
