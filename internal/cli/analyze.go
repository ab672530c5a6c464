package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"facialis/anatomy"
	"facialis/assess"
	"facialis/event"
	"facialis/face"
	"facialis/internal/batch"
	"facialis/internal/pipeline"
	"facialis/interview"
	"facialis/report"
	"facialis/spasm"
	"facialis/video"
	"facialis/words"

	"github.com/alecthomas/kong"
)

// stillsShown is how many pictures of peaks a report carries.
const stillsShown = 12

// analyzeCmd turns recordings into events, figures and a report.
type analyzeCmd struct {
	Videos   []string `arg:"" name:"video"`
	Out      string   `short:"o" placeholder:"DIR"`
	Jobs     int      `placeholder:"N"`
	Resume   bool
	Force    bool
	Protocol string `placeholder:"FILE"`
	Mirrored mirrored
	Face     string `placeholder:"WHICH"`
	Answers  string `placeholder:"FILE"`
	Setting  string `enum:"public,clinic" default:"public"`
	JSON     string `name:"json" placeholder:"FILE"`
	Annotate bool
	Params   string   `placeholder:"FILE"`
	Without  []string `placeholder:"RULE"`
}

// mirrored is yes, no or unknown; the flag alone says yes.
type mirrored struct{ yes, unknown bool }

// IsBool lets the flag stand without a value.
func (m *mirrored) IsBool() bool { return true }

// Decode reads the flag's value, if there is one.
func (m *mirrored) Decode(ctx *kong.DecodeContext) error {
	said := "true"
	if t := ctx.Scan.Peek(); t.Type == kong.FlagValueToken {
		said = fmt.Sprint(ctx.Scan.Pop().Value)
	}
	switch strings.ToLower(said) {
	case "true", "yes", "1":
		*m = mirrored{yes: true}
	case "false", "no", "0":
		*m = mirrored{}
	case "unknown":
		*m = mirrored{unknown: true}
	default:
		return fmt.Errorf("%q is not yes, no or unknown", said)
	}
	return nil
}

// value is nil where it is not known.
func (m mirrored) value() *bool {
	if m.unknown {
		return nil
	}
	return &m.yes
}

// Help names the exit codes.
func (c *analyzeCmd) Help() string {
	return words.Default().Say("cli.detail.analyze")
}

func (c *analyzeCmd) Run(env *Env) error {
	if err := c.check(); err != nil {
		return err
	}
	r := newAnalysis(env, c)
	r.opt.Version, r.opt.Mirrored, r.opt.Face.Face = Version, c.Mirrored.value(), c.Face
	if err := r.opt.Face.Validate(); err != nil {
		return usagef("--face: %w", err)
	}
	var err error
	if r.opt.Spasm, err = c.parameters(); err != nil {
		return err
	}
	if c.Protocol != "" {
		tasks, err := readProtocol(c.Protocol)
		if err != nil {
			return err
		}
		r.opt.Tasks = tasks
	}
	if c.Answers != "" {
		if r.answers, err = readAnswers(env, c.Answers); err != nil {
			return usagef("--answers: %w", err)
		}
		data, err := json.Marshal(r.answers)
		if err != nil {
			return fmt.Errorf("encoding the answers: %w", err)
		}
		r.answersSum = fmt.Sprintf("%x", sha256.Sum256(data))
	}
	// What lives is pictures and the trace, and hardly anything is thrown away:
	// the collector may come more often than at twice as much.
	debug.SetGCPercent(30)
	if r.engine, err = face.Open(""); err != nil {
		return withExit(ExitSetup, err)
	}
	defer r.engine.Close()
	found, err := batch.Find(env.Ctx, c.Videos, c.Out)
	switch {
	case env.Ctx.Err() != nil:
		return withExit(ExitStopped, env.Ctx.Err())
	case errors.Is(err, video.ErrNoFFmpeg):
		return withExit(ExitSetup, err)
	case err != nil:
		return usagef("%w", err)
	}
	if !found.Folders && len(found.Recordings) == 1 {
		return r.alone(found.Recordings[0])
	}
	return r.all(found)
}

// check refuses what does not go together.
func (c *analyzeCmd) check() error {
	switch {
	case c.Out == "" && c.JSON == "":
		return usage("cli.usage.out.json")
	case c.Out == "" && (c.Resume || c.Annotate || c.Force):
		return usage("cli.usage.out.needed")
	case c.Jobs < 0:
		return usage("cli.usage.jobs")
	}
	several := len(c.Videos) > 1
	for _, v := range c.Videos {
		if st, err := os.Stat(v); err == nil && st.IsDir() {
			several = true
		}
	}
	if several && c.JSON != "" {
		return usage("cli.usage.json")
	}
	if st, err := os.Stat(c.Out); c.Out != "" && err == nil && !st.IsDir() {
		return usage("cli.usage.out.file", words.Args{"Name": filepath.Base(c.Out)})
	}
	return nil
}

// inputError says which file an error is about and ends the program as a wrong
// input should.
func inputError(path string, err error) error {
	if errors.Is(err, video.ErrNoFFmpeg) {
		return withExit(ExitSetup, err)
	}
	name := filepath.Base(path)
	if !strings.Contains(err.Error(), name) {
		err = fmt.Errorf("%s: %w", name, err)
	}
	if video.Unreadable(err) {
		return withExit(ExitUsage, err)
	}
	return err
}

func readProtocol(path string) ([]event.Task, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usagef("--protocol: %w", err)
	}
	defer f.Close()
	tasks, err := spasm.ReadTasks(f)
	if err != nil {
		return nil, usagef("--protocol %s: %w", filepath.Base(path), err)
	}
	return tasks, nil
}

// analysis is one run of the command.
type analysis struct {
	*analyzeCmd
	env     *Env
	board   *board
	results io.Writer // what was found; standard output, unless the JSON is there
	notes   io.Writer
	errors  io.Writer
	engine  *face.Networks
	opt     pipeline.Options
	answers *interview.Response

	answersSum string // of the answers' JSON
}

func newAnalysis(env *Env, c *analyzeCmd) *analysis {
	b := newBoard(env.notes())
	r := &analysis{analyzeCmd: c, env: env, board: b, results: b.past(env.Stdout), notes: b.past(env.notes()), errors: b.past(env.Stderr),
		opt: pipeline.DefaultOptions()}
	if c.JSON == "-" {
		r.results = r.notes
	}
	return r
}

// alone analyzes the only recording, straight into the folder that was given.
func (r *analysis) alone(rec batch.Recording) error {
	a := r.done(r.env.Ctx, rec, r.Out)
	var err error
	if a != nil {
		fmt.Fprintln(r.notes, words.Default().Say("cli.analyze.done", words.Args{"File": rec.Name}))
		err = r.writeJSON(a)
	} else {
		// The networks work in C, where the scheduler takes their turn for Go away
		// only after it has watched them for a while. With a turn to spare it need
		// not: less processor time in 5 of 6 pairs of runs, 3 % in the median.
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1))
		a, err = r.one(r.env.Ctx, rec, r.Out, rec.Name)
		if err == nil {
			why(r.results, a)
		}
	}
	switch {
	case r.env.Ctx.Err() != nil:
		return withExit(ExitStopped, r.env.Ctx.Err())
	case err != nil:
		return inputError(rec.Path, err)
	case a.State() == report.StateNoFace:
		return withExit(ExitNoFace, errors.New(words.Default().Say("cli.analyze.noFace", words.Args{"File": rec.Name})))
	case a.State() == report.StateLittleFace:
		return withExit(ExitNoFace, errors.New(words.Default().Say("cli.analyze.littleFace", words.Args{"File": rec.Name})))
	}
	return nil
}

// one analyzes a recording and writes its results into dir, empty for none.
// name is what it is called in the progress and in the line about it. An analysis
// that comes with an error is written; what was asked for beside it is not.
func (r *analysis) one(ctx context.Context, rec batch.Recording, dir, name string) (*report.Analysis, error) {
	if rec.Err != nil {
		return nil, rec.Err
	}
	if dir != "" {
		if err := r.free(ctx, rec, dir); err != nil {
			return nil, err
		}
	}
	bar := r.board.begin(words.Default().Say("cli.progress.analyzing", words.Args{"File": name}))
	res, err := pipeline.Run(ctx, r.engine, rec.Path, r.opt, func(p pipeline.Progress) { bar.set(p.Frames, p.AtS, p.TotalS) })
	bar.clear()
	if err != nil {
		return nil, err
	}
	defer res.Close()
	a := res.Analysis
	in := report.Inputs{Trace: res.Trace, Small: res.Small, Sheet: report.Sheet{Meaning: measured(a)}}
	if r.answers != nil {
		meaning, err := assess.Assess(assess.Input{Setting: r.Setting, Today: time.Now(), Answers: r.answers, Video: assessVideo(a)})
		if err != nil {
			return nil, fmt.Errorf("assessing the answers: %w", err)
		}
		a.Assessment, a.Provenance = meaning, r.provenance()
		in.Sheet.Meaning = meaning
		in.Pages = []template.HTML{assess.PersonHTML(meaning), assess.ClinicianHTML(meaning)}
	}
	if dir != "" {
		if err := batch.Write(dir, a, in); err != nil {
			return nil, err
		}
	}
	err = r.writeJSON(a)
	if dir != "" {
		err = errors.Join(err, r.pictures(ctx, rec, dir, res, in))
	}
	say(r.results, name, a)
	return a, err
}

// pictures adds to a result that is written what it can do without: the pictures
// of the report, whose failure is a note, and the annotated recording, whose
// failure is an error, since it was asked for.
func (r *analysis) pictures(ctx context.Context, rec batch.Recording, dir string, res *pipeline.Result, in report.Inputs) error {
	a := res.Analysis
	if a.Quality.Usable {
		var err error
		in.Stills, err = report.Stills(ctx, rec.Path, res.Trace, a.Events, stillsShown, res.Album)
		if err == nil || len(in.Stills) > 0 {
			var page bytes.Buffer
			if e := report.EncodeHTML(&page, a, in); e != nil {
				err = errors.Join(err, e)
			} else if len(in.Stills) > 0 {
				err = errors.Join(err, report.WriteFile(filepath.Join(dir, report.HTMLFile), page.Bytes()))
			}
		}
		if err != nil && ctx.Err() == nil {
			fmt.Fprintln(r.notes, words.Default().Say("cli.note.pictures", words.Args{"File": rec.Name, "Reason": oneLine(err)}))
		}
	}
	if r.Annotate && ctx.Err() == nil {
		if err := report.Annotate(ctx, rec.Path, filepath.Join(dir, batch.AnnotatedFile), res.Trace, a); err != nil {
			return fmt.Errorf("the results are written, but not %s: %w", batch.AnnotatedFile, err)
		}
	}
	return ctx.Err()
}

// oneLine is an error's text in one line.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// provenance is what a result of this run says of where it comes from.
func (r *analysis) provenance() report.Provenance {
	p := pipeline.Provenance(r.engine, r.opt)
	if r.answers != nil {
		p.Parameters[report.StageAssess] = map[string]any{"setting": r.Setting, "answers_sha256": r.answersSum}
	}
	return p
}

// done is the result of an earlier run where it still holds.
func (r *analysis) done(ctx context.Context, rec batch.Recording, dir string) *report.Analysis {
	if !r.Resume {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, batch.AnnotatedFile)); r.Annotate && err != nil {
		return nil
	}
	want := &report.Analysis{Tasks: r.opt.Tasks, Provenance: r.provenance()}
	want.Recording.Mirrored = r.opt.Mirrored
	return batch.Done(ctx, dir, rec.Path, want)
}

// free refuses to write over another recording's results.
func (r *analysis) free(ctx context.Context, rec batch.Recording, dir string) error {
	if r.Force {
		return nil
	}
	err := batch.Free(ctx, dir, rec.Path)
	if errors.Is(err, batch.ErrTaken) {
		return withExit(ExitUsage, err)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the recording itself: the analysis says it better
	}
	return err
}

// writeJSON writes the analysis where --json says.
func (r *analysis) writeJSON(a *report.Analysis) error {
	switch r.JSON {
	case "":
		return nil
	case "-":
		return report.EncodeJSON(r.env.Stdout, a)
	}
	return report.WriteJSON(r.JSON, a)
}

// say writes one line of what was found, and the warnings, in one piece.
func say(w io.Writer, name string, a *report.Analysis) {
	count := map[event.Kind]int{}
	side := map[anatomy.Side]int{}
	for _, e := range a.Events {
		count[e.Kind]++
		if e.Kind == event.Spasm {
			side[e.Side]++
		}
	}
	sides := words.Default().Say("cli.analyze.sides", words.Args{"Right": report.SpasmsOf(words.Default(), a.Measures.Sides.Right, side[anatomy.Right]),
		"Left": report.SpasmsOf(words.Default(), a.Measures.Sides.Left, side[anatomy.Left])})
	if !a.SideKnown() {
		sides = words.Default().Say("cli.analyze.sides.unknown")
	}
	seconds := fmt.Sprintf("%.1f", a.Recording.DurationS)
	var b strings.Builder
	if a.State() == report.StateMeasured {
		l := words.Default()
		fmt.Fprintln(&b, l.Say("cli.analyze.found", words.Args{"File": name, "Seconds": seconds, "Sides": sides,
			"Spasms": l.Count("cli.count.spasms", count[event.Spasm]), "Synkineses": l.Count("cli.count.synkineses", count[event.Synkinesis]),
			"Blinks": l.Count("cli.count.blinks", count[event.Blink]), "Voluntary": l.Count("cli.count.voluntary", count[event.Voluntary]),
			"Others": l.Count("cli.count.others", count[event.Other])}))
		if a.Small != nil && a.Small.Count > 0 {
			fmt.Fprintln(&b, words.Default().Count("cli.analyze.small", a.Small.Count, words.Args{"Closed": a.Small.Gated, "Likely": fmt.Sprintf("%.0f", a.Small.Likely)}))
		}
	} else {
		fmt.Fprintln(&b, words.Default().Say("cli.analyze.unmeasured", words.Args{"File": name, "Seconds": seconds, "State": a.State()}))
	}
	for _, w := range a.Quality.Warnings {
		if w.FromS == nil {
			fmt.Fprintln(&b, words.Default().Say("cli.note.line", words.Args{"Note": w.Text}))
		}
	}
	if a.State() == report.StateMeasured {
		for _, n := range a.NotSeenNotes(words.Default()) {
			fmt.Fprintln(&b, words.Default().Say("cli.note.line", words.Args{"Note": n}))
		}
	}
	io.WriteString(w, b.String())
}
