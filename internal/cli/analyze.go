package cli

import (
	"errors"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"facialis/anatomy"
	"facialis/assess"
	"facialis/event"
	"facialis/internal/infer"
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
	Protocol string   `placeholder:"FILE"`
	Mirrored mirrored
	Face     string `placeholder:"WHICH"`
	Answers  string `placeholder:"FILE"`
	Setting  string `enum:"public,clinic" default:"public"`
	JSON     string `name:"json" placeholder:"FILE"`
	Annotate bool
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
	return words.English().Say("cli.detail.analyze")
}

func (c *analyzeCmd) Run(env *Env) error {
	if c.Out == "" && c.JSON == "" {
		return usage("cli.usage.out.json")
	}
	if len(c.Videos) > 1 && c.JSON != "" {
		return usage("cli.usage.json")
	}
	opt := pipeline.DefaultOptions()
	opt.Version, opt.Mirrored, opt.Face.Face = Version, c.Mirrored.value(), c.Face
	if err := opt.Face.Validate(); err != nil {
		return usagef("--face: %w", err)
	}
	if c.Protocol != "" {
		tasks, err := readProtocol(c.Protocol)
		if err != nil {
			return err
		}
		opt.Tasks = tasks
	}
	var answers *interview.Response
	if c.Answers != "" {
		var err error
		if answers, err = readAnswers(env, c.Answers); err != nil {
			return usagef("--answers: %w", err)
		}
	}
	// What lives is pictures and the trace, and hardly anything is thrown away:
	// the collector may come oftener than at twice as much.
	debug.SetGCPercent(30)
	engine, err := infer.Open("")
	if err != nil {
		return withExit(ExitSetup, err)
	}
	defer engine.Close()
	folders, err := folders(c.Out, c.Videos)
	if err != nil {
		return err
	}
	var failed []error
	for i, v := range c.Videos {
		err := c.one(env, engine, v, folders[i], opt, answers)
		if env.Ctx.Err() != nil {
			return withExit(ExitStopped, env.Ctx.Err())
		}
		if err != nil {
			err = inputError(v, err)
			if len(c.Videos) == 1 {
				return err
			}
			fmt.Fprintln(env.Stderr, "facialis:", err)
			failed = append(failed, err)
		}
	}
	switch {
	case len(failed) == 0:
		return nil
	case len(failed) == len(c.Videos):
		return withExit(exitCode(failed[0]), fmt.Errorf("none of the %d recordings could be analysed", len(failed)))
	}
	return withExit(ExitPartial, fmt.Errorf("%d of %d recordings could not be analysed", len(failed), len(c.Videos)))
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

// folders gives each recording its own folder; two of the same name get a
// number.
func folders(out string, videos []string) ([]string, error) {
	dirs := make([]string, len(videos))
	if out == "" {
		return dirs, nil
	}
	if st, err := os.Stat(out); err == nil && !st.IsDir() {
		return nil, usage("cli.usage.out.file", words.Args{"Name": filepath.Base(out)})
	}
	if len(videos) == 1 {
		dirs[0] = out
		return dirs, nil
	}
	used := map[string]bool{}
	for i, v := range videos {
		name := strings.TrimSuffix(filepath.Base(v), filepath.Ext(v))
		if name == "" || name == "." || name == ".." {
			name = "recording"
		}
		unique := name
		for n := 2; used[unique]; n++ {
			unique = fmt.Sprintf("%s-%d", name, n)
		}
		used[unique] = true
		dirs[i] = filepath.Join(out, unique)
	}
	return dirs, nil
}

// one analyses a recording and writes its results.
func (c *analyzeCmd) one(env *Env, engine *infer.Engine, path, dir string, opt pipeline.Options, answers *interview.Response) error {
	bar := newProgress(env.Stderr, "analysing")
	res, err := pipeline.Run(env.Ctx, engine, path, opt, func(p pipeline.Progress) { bar.set(p.Frames, p.AtS, p.TotalS) })
	bar.clear()
	if err != nil {
		return err
	}
	defer res.Close()
	a := res.Analysis
	in := report.Inputs{Trace: res.Trace}
	if answers != nil {
		meaning, err := assess.Assess(assess.Input{Setting: c.Setting, Today: time.Now(), Answers: answers, Video: assessVideo(a)})
		if err != nil {
			return fmt.Errorf("assessing the answers: %w", err)
		}
		a.Assessment = meaning
		in.Pages = []template.HTML{assess.PersonHTML(meaning), assess.ClinicianHTML(meaning)}
	}
	if dir != "" {
		if a.Quality.Usable {
			if in.Stills, err = report.Stills(env.Ctx, path, res.Trace, a.Events, stillsShown, res.Album); err != nil {
				return fmt.Errorf("taking pictures of the peaks: %w", err)
			}
		}
		if c.Annotate {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return fmt.Errorf("making the folder for the results: %w", err)
			}
			if err := report.Annotate(env.Ctx, path, filepath.Join(dir, "annotated.mp4"), res.Trace, a); err != nil {
				return fmt.Errorf("drawing the events into the recording: %w", err)
			}
		}
		if err := report.Write(dir, a, in); err != nil {
			return err
		}
	}
	if c.JSON != "" {
		if err := c.writeJSON(env, a); err != nil {
			return err
		}
	}
	say(env, path, a)
	return nil
}

func (c *analyzeCmd) writeJSON(env *Env, a *report.Analysis) error {
	if c.JSON == "-" {
		return report.EncodeJSON(env.Stdout, a)
	}
	return report.WriteJSON(c.JSON, a)
}

// say prints one line of what was found, and the warnings.
func say(env *Env, path string, a *report.Analysis) {
	count := map[event.Kind]int{}
	side := map[anatomy.Side]int{}
	for _, e := range a.Events {
		count[e.Kind]++
		if e.Kind == event.Spasm {
			side[e.Side]++
		}
	}
	sides := words.English().Say("cli.analyze.sides", words.Args{"Right": side[anatomy.Right], "Left": side[anatomy.Left]})
	if !a.SideKnown() {
		sides = words.English().Say("cli.analyze.sides.unknown")
	}
	fmt.Fprintln(env.Stderr, words.English().Say("cli.analyze.found", words.Args{"File": filepath.Base(path), "Seconds": fmt.Sprintf("%.1f", a.Recording.DurationS),
		"Spasms": count[event.Spasm], "Sides": sides, "Synkineses": count[event.Synkinesis], "Blinks": count[event.Blink],
		"Voluntary": count[event.Voluntary], "Others": count[event.Other]}))
	for _, w := range a.Quality.Warnings {
		if w.FromS == nil {
			fmt.Fprintln(env.Stderr, "note:", w.Text)
		}
	}
}
