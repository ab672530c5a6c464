package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	a.Quality = quality(tr, a, w.warnings, w.damage, why)
	a.Quality.Warnings = append(a.Quality.Warnings, clockWarnings(a.Clock, rate, w.skin.Repeated(), w.info.Tracks)...)
	a.Measures = measure.Summarize(a.Events, Usable(tr), opt.Tasks, opt.Measure)
	a.Measures.Watch(tr, a.Events, Usable(tr), opt.Tasks, opt.Measure)
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

// lookUpright looks at the recording, and once more, turned, where the face does
// not stand upright in it: skin and networks see best what they were made for.
func lookUpright(ctx context.Context, engine *infer.Engine, path string, opt Options, progress func(Progress)) (*looked, error) {
	for {
		w, err := lookOnce(ctx, engine, path, opt, progress)
		var t turned
		if errors.As(err, &t) {
			opt.turn = int(t)
			continue
		}
		if err != nil || w.found > 0 || !w.asked {
			return w, err
		}
		// No face at all: it may lie so that the detector, which knows upright ones,
		// sees none.
		deg, err := findTurned(ctx, engine, path, opt)
		if err == nil && deg == 0 {
			return w, nil
		}
		w.album.Close()
		if err != nil {
			return nil, err
		}
		opt.turn = deg
	}
}

// A turn is tried on the first soughtS seconds of a film without a face, and taken
// where soughtFrames of them show one.
const (
	soughtS      = 5.0
	soughtFrames = 10
)

// findTurned is the turn after which a face is found at the beginning of the
// recording; 0 where there is none.
func findTurned(ctx context.Context, engine *infer.Engine, path string, opt Options) (int, error) {
	for _, deg := range [...]int{2 * quarter, quarter, 3 * quarter} {
		n, err := foundTurned(ctx, engine, path, opt, deg)
		if err != nil {
			return 0, err
		}
		if n >= soughtFrames {
			return deg, nil
		}
	}
	return 0, nil
}

// foundTurned counts the frames at the beginning of the recording in which a face
// is found once it is turned.
func foundTurned(ctx context.Context, engine *infer.Engine, path string, opt Options, deg int) (n int, err error) {
	tracker, err := face.New(engine, opt.Face)
	if err != nil {
		return 0, err
	}
	defer tracker.Close()
	r, err := video.Open(ctx, path, video.Options{Turn: deg, ToS: soughtS, Threads: opt.Threads})
	if err != nil {
		return 0, err
	}
	defer r.Close()
	for n < soughtFrames {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, err
		}
		o, err := tracker.Next(f)
		f.Release()
		if err != nil {
			return 0, err
		}
		if o.Found {
			n++
		}
	}
	return n, nil
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

// mostClockWarnings is how many places of one kind are named one by one; the
// ledger has them all.
const mostClockWarnings = 20

// clockWarnings says what of the film's clock the reader of a result must know.
func clockWarnings(c video.Clock, rate float64, repeated []motion.Repeated, tracks int) []report.Warning {
	var out []report.Warning
	say := words.English().Say
	add := func(code string, from, to *float64, args words.Args) {
		out = append(out, report.Warning{Code: code, Text: say("quality.clock."+code, args), FromS: from, ToS: to})
	}
	for _, h := range c.Holes[:min(len(c.Holes), mostClockWarnings)] {
		add("not_filmed", &h.FromS, &h.ToS, words.Args{"From": seconds(h.FromS), "To": seconds(h.ToS)})
	}
	for _, j := range c.Jumps[:min(len(c.Jumps), mostClockWarnings)] {
		add("clock_jumped", &j.AtS, &j.AtS, words.Args{"At": seconds(j.AtS)})
	}
	for _, at := range c.Resized[:min(len(c.Resized), mostClockWarnings)] {
		add("size_changed", &at, &at, words.Args{"At": seconds(at)})
	}
	for _, f := range c.Frozen[:min(len(c.Frozen), mostClockWarnings)] {
		add("frozen", &f.FromS, &f.ToS, words.Args{"From": seconds(f.FromS), "To": seconds(f.ToS)})
	}
	for _, r := range repeated[:min(len(repeated), mostClockWarnings)] {
		args := words.Args{"From": seconds(r.FromS), "To": seconds(r.ToS), "Stored": fmt.Sprintf("%.3g", rate), "New": fmt.Sprintf("%.3g", rate*r.Share)}
		if r.Whole {
			add("repeated", nil, nil, args)
		} else {
			add("repeated_part", &r.FromS, &r.ToS, args)
		}
	}
	if c.SlowMotion != nil {
		code := "slow_motion"
		times := *c.SlowMotion
		if times < 1 {
			code, times = "time_lapse", 1/times
		}
		add(code, nil, nil, words.Args{"Times": fmt.Sprintf("%.3g", times)})
	}
	if tracks > 1 {
		add("several_films", nil, nil, words.Args{"Number": tracks})
	}
	return out
}

// trueRate is the rate of a recording without the repeated pictures in it.
func trueRate(rate, length float64, repeated []motion.Repeated) float64 {
	fresh := rate
	for _, r := range repeated {
		if r.Whole {
			return round(rate * r.Share)
		}
		if length > 0 {
			fresh -= rate * (1 - r.Share) * (r.ToS - r.FromS) / length
		}
	}
	if len(repeated) == 0 {
		return rate
	}
	return round(fresh)
}

// round rounds a rate to thousandths.
func round(rate float64) float64 { return math.Round(1000*rate) / 1000 }

// frozen are the stretches in which a picture was held.
func frozen(held [][2]float64) []video.Stretch {
	out := []video.Stretch{}
	for _, h := range held {
		out = append(out, video.Stretch{FromS: h[0], ToS: h[1]})
	}
	return out
}

func seconds(s float64) string { return fmt.Sprintf("%.1f", s) }

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

// rateOf is the median frame rate, and whether the steps between frames differ
// by more than a tenth in more than one frame of fifty.
func rateOf(steps []float64) (float64, bool) {
	if len(steps) == 0 {
		return 0, false
	}
	s := slices.Clone(steps)
	slices.Sort(s)
	med := s[len(s)/2]
	odd := 0
	for _, d := range s {
		if math.Abs(d-med) > 0.1*med+0.0015 {
			odd++
		}
	}
	if med <= 0 {
		return 0, true
	}
	return math.Round(1000/evened(s, med)) / 1000, odd*50 > len(s)
}

const (
	stampS     = 0.001 // the coarsest stamps that containers write
	stampShare = 0.9   // share of the steps that are the usual one but for the stamps
)

// evened is the usual step between frames where stamps are too coarse to tell it:
// at 30 frames a second, steps of 33 and 34 ms. It is the mean of the steps that
// are the median but for that, or what a usual rate gives where the stamps allow
// it. Where stamps are fine it is the median. steps are in order.
func evened(steps []float64, med float64) float64 {
	var sum float64
	n := 0
	low, high := math.Inf(1), math.Inf(-1)
	for _, d := range steps {
		if math.Abs(d-med) <= 1.1*stampS {
			sum += d
			n++
			low, high = min(low, d), max(high, d)
		}
	}
	if float64(n) < stampShare*float64(len(steps)) || high-low < stampS/4 {
		return med
	}
	mean := sum / float64(n)
	for _, k := range []float64{1, 1000.0 / 1001} {
		if usual := math.Round(1/mean/k) * k; math.Abs(usual*mean-1) <= stampS/sum {
			return 1 / usual
		}
	}
	return mean
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

// swapSides puts right for left: in a mirrored recording the person's right is
// at the picture's right.
func swapSides(tr *event.Trace) {
	swap := func(c *[2][]float32) { c[0], c[1] = c[1], c[0] }
	for k := range anatomy.NumRegions {
		tr.DX[0][k], tr.DX[1][k] = tr.DX[1][k], tr.DX[0][k]
		tr.DY[0][k], tr.DY[1][k] = tr.DY[1][k], tr.DY[0][k]
		tr.Along[0][k], tr.Along[1][k] = tr.Along[1][k], tr.Along[0][k]
		tr.NoiseMM[0][k], tr.NoiseMM[1][k] = tr.NoiseMM[1][k], tr.NoiseMM[0][k]
		for i := range tr.Diff[k] {
			tr.Diff[k][i] = -tr.Diff[k][i]
		}
		tr.Free()
	}
	swap(&tr.Aperture)
	swap(&tr.BrowHeight)
	swap(&tr.CornerOut)
	swap(&tr.CornerUp)
	swap(&tr.LidSD)
	for i := range tr.Yaw {
		tr.Yaw[i], tr.Roll[i] = -tr.Yaw[i], -tr.Roll[i]
	}
}

// sideless says why the person's own right and left cannot be told apart; empty
// where they can.
func sideless(mirrored *bool, wayUp bool) string {
	switch {
	case mirrored == nil:
		return words.English().Say("quality.side.mirrored")
	case !wayUp:
		return words.English().Say("quality.side.wayUp")
	}
	return ""
}

// HideSides takes the side out of everything that only one side did. What both
// sides did stays of both. Episodes and attacks are numbered again: by side they
// would still tell the sides apart.
func HideSides(events []event.Event, p spasm.Params) {
	for i := range events {
		e := &events[i]
		if e.Side != anatomy.Both {
			e.Side = anatomy.Unknown
		}
		for k := range e.Regions {
			if e.Regions[k].Side != anatomy.Both {
				e.Regions[k].Side = anatomy.Unknown
			}
		}
	}
	spasm.Group(events, p)
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
	t.NoiseMM = report.NoiseMM{Right: side(anatomy.AtRight), Left: side(anatomy.AtLeft)}
	return t
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	v = math.Round(v*1e5) / 1e5
	return &v
}

// quality gathers the warnings and decides whether the recording is usable: a
// face in at least a tenth of it and for at least a second.
func quality(tr *event.Trace, a *report.Analysis, seen []face.Warning, decode, sideless string) report.Quality {
	l := words.English()
	q := report.Quality{Warnings: []report.Warning{}}
	var tracked float64
	for _, s := range Usable(tr) {
		tracked += s.Len()
	}
	q.Usable = tracked >= 1 && a.Tracking.FaceFraction >= 0.1
	add := func(code, text string) {
		q.Warnings = append(q.Warnings, report.Warning{Code: code, Text: text})
	}
	if a.Tracking.FaceFraction == 0 {
		add("no_face", l.Say("quality.warning.no_face"))
	} else if !q.Usable {
		add("little_face", l.Say("quality.warning.little_face"))
	}
	if sideless != "" && a.Tracking.FaceFraction > 0 {
		add(report.SideUnknown, sideless)
	}
	if decode != "" {
		add("damaged", l.Say("quality.warning.damaged", words.Args{"Reason": decode}))
	}
	if r := a.Clock.TrueRate; r != nil && *r < 24 {
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
	return q
}
