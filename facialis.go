// Package facialis measures the spasms of a face in a video. It is the door for
// other Go programs:
//
//	a, err := facialis.Analyze(ctx, "recording.mp4", facialis.Options{})
//
// Analyze does what the command "facialis analyze" does and gives the same result,
// [report.Analysis], which is the content of analysis.json. It writes no file and
// needs no network.
//
// # What has to be there
//
// The networks, ONNX Runtime and the two helpers that read videos are files, made
// by "make build" in lib/. They are looked for in the folder that the environment
// variable FACIALIS_LIB names, then in lib/ beside the calling program, in lib/
// beside that program's own folder, and in /usr/lib/facialis. ffmpeg has to be
// installed where the decoder helper does not run. A calling program is never
// started a second time.
//
// # Reading the result
//
// Look at [report.Analysis.State] first: a recording in which no face was seen is
// no error and no recording of zero spasms. A figure that could not be had is a nil
// pointer. Sides are the person's own. Times are seconds from the first picture.
//
// # Compatibility
//
// The names in analysis.json are never changed, only added. Before version 1 the
// options of the stages may gain fields and their defaults may change; the
// provenance of every result names all of them.
package facialis

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime/debug"
	"strings"

	"facialis/event"
	"facialis/face"
	"facialis/internal/libdir"
	"facialis/internal/pipeline"
	"facialis/measure"
	"facialis/motion"
	"facialis/report"
	"facialis/spasm"
)

var (
	// ErrOptions is wrapped by the errors about options that cannot be.
	ErrOptions = errors.New("cannot analyze with these options")

	// ErrMissing is wrapped by the errors about networks, runtime library or helpers
	// that are not there.
	ErrMissing = libdir.ErrMissing
)

// Mirror says whether a recording is mirrored, as selfie cameras often store it.
type Mirror int

// The answers. Where it is not known, no event and no measure names a side.
const (
	NotMirrored Mirror = iota
	Mirrored
	MirrorUnknown
)

// Options choose how a recording is analyzed. The zero value means the defaults.
type Options struct {
	// Tasks are the stretches in which the person was asked for something, seconds
	// from the first picture. They may overlap and come in any order.
	Tasks  []event.Task
	Mirror Mirror

	// Version names the calling program in the provenance. Empty means the version of
	// this module in the calling program.
	Version string

	// Threads is the most threads that the decoder may use; 0 leaves it to package
	// video. It changes nothing in the result.
	Threads int

	// The settings of each stage; nil means its defaults. To change one, start from the
	// defaults: motion.DefaultParams() and so on. Face.Face chooses the person where
	// there are several.
	Face    *face.Options
	Motion  *motion.Params
	Spasm   *spasm.Params
	Measure *measure.Params

	// Progress, if not nil, is called after each picture, by one goroutine at a time.
	// It should return quickly.
	Progress func(Progress)
}

// Progress says how far an analysis is.
type Progress struct {
	Pictures int     // looked at so far; it starts again where the video has to be turned
	AtS      float64 // s, time of the latest picture
	TotalS   float64 // s, length by the file's header; NaN where it does not say
}

// Analyze measures the recording in the video file at path.
//
// The error wraps
//   - [ErrOptions] where [Options.Validate] finds something wrong,
//   - [ErrMissing] or video.ErrNoFFmpeg where something that is needed is not
//     installed,
//   - one of the other errors of package video where the file cannot be read
//     (video.Unreadable tells these from the rest), or video.ErrBusy where the computer
//     was too busy to read it,
//   - ctx's error where ctx ended.
//
// With an error the analysis is nil. Several calls may run at the same time; each
// keeps about two processor cores busy and takes some 150 MB, not counting the
// networks. While it works, what was measured lies in unnamed temporary files.
func Analyze(ctx context.Context, path string, opt Options) (_ *report.Analysis, err error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	engine, err := face.Open("")
	if err != nil {
		return nil, fmt.Errorf("loading the networks: %w", err)
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	res, err := pipeline.Run(ctx, engine, path, opt.pipeline(), opt.progress())
	if err != nil {
		return nil, err
	}
	if err := res.Close(); err != nil {
		return nil, fmt.Errorf("removing the temporary files: %w", err)
	}
	return res.Analysis, nil
}

// pipeline fills in the defaults.
func (o Options) pipeline() pipeline.Options {
	p := pipeline.DefaultOptions()
	p.Tasks, p.Threads, p.Version = o.Tasks, o.Threads, o.Version
	if p.Version == "" {
		p.Version = version()
	}
	switch o.Mirror {
	case NotMirrored:
		p.Mirrored = new(false)
	case Mirrored:
		p.Mirrored = new(true)
	case MirrorUnknown:
		p.Mirrored = nil
	}
	set(&p.Face, o.Face)
	set(&p.Motion, o.Motion)
	set(&p.Spasm, o.Spasm)
	set(&p.Measure, o.Measure)
	return p
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (o Options) progress() func(pipeline.Progress) {
	if o.Progress == nil {
		return nil
	}
	return func(p pipeline.Progress) { o.Progress(Progress{Pictures: p.Frames, AtS: p.AtS, TotalS: p.TotalS}) }
}

// module is this module's name in a program's list of modules.
const module = "facialis"

// version is this module's version by the calling program's list of modules.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	if info.Main.Path == module {
		return info.Main.Version
	}
	for _, m := range info.Deps {
		if m.Path == module {
			return m.Version
		}
	}
	return ""
}

// Validate says what is wrong with the options, everything at once, one line each.
// The error wraps [ErrOptions] and is nil where nothing is wrong.
func (o Options) Validate() error {
	var wrong []error
	add := func(err error) { wrong = append(wrong, fmt.Errorf("%w: %w", ErrOptions, err)) }
	for i, t := range o.Tasks {
		switch {
		case t.Task == "":
			add(fmt.Errorf("option Tasks[%d] has no name", i))
		case !(t.FromS >= 0) || math.IsInf(t.ToS, 0) || math.IsNaN(t.ToS):
			add(fmt.Errorf("option Tasks[%d] (%s) lasts from %g to %g s: both must be finite and not negative", i, t.Task, t.FromS, t.ToS))
		case t.ToS <= t.FromS:
			add(fmt.Errorf("option Tasks[%d] (%s) ends before it starts: from %g to %g s", i, t.Task, t.FromS, t.ToS))
		}
	}
	if o.Mirror < NotMirrored || o.Mirror > MirrorUnknown {
		add(fmt.Errorf("option Mirror is %d: use NotMirrored, Mirrored or MirrorUnknown", o.Mirror))
	}
	if o.Threads < 0 {
		add(fmt.Errorf("option Threads is %d: use 0 or more", o.Threads))
	}
	if o.Face != nil {
		if err := o.Face.Validate(); err != nil {
			add(fmt.Errorf("option Face.Face: %w", err))
		}
		numbers("Face", *o.Face, false, add)
	}
	if o.Motion != nil {
		numbers("Motion", *o.Motion, true, add)
	}
	if o.Spasm != nil {
		numbers("Spasm", *o.Spasm, false, add)
	}
	if o.Measure != nil {
		numbers("Measure", *o.Measure, true, add)
	}
	return errors.Join(wrong...)
}

// numbers says which numbers of a stage's settings cannot be: those that are not
// finite or, unless they are log-odds, below 0 and, where a stage divides by its settings (positive), 0. A
// stage all of whose settings are zero was not started from its defaults.
func numbers(stage string, settings any, positive bool, add func(error)) {
	v := reflect.ValueOf(settings)
	if v.IsZero() {
		add(fmt.Errorf("option %s is all zero: leave it nil, or start from the stage's defaults", stage))
		return
	}
	for i := range v.NumField() {
		var x float64
		switch f := v.Field(i); f.Kind() {
		case reflect.Float64:
			x = f.Float()
		case reflect.Int:
			x = float64(f.Int())
		default:
			continue
		}
		name := v.Type().Field(i).Name
		switch {
		case strings.HasSuffix(name, "LogOdds"): // of either sign
			if math.IsNaN(x) || math.IsInf(x, 0) {
				add(fmt.Errorf("option %s.%s is %g: it must be finite", stage, name, x))
			}
		case !(x >= 0) || math.IsInf(x, 0):
			add(fmt.Errorf("option %s.%s is %g: it must be finite and not negative", stage, name, x))
		case positive && x == 0:
			add(fmt.Errorf("option %s.%s is 0: it must be more", stage, name))
		}
	}
}
