package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"facialis/validate"
)

type validateCmd struct {
	Truth         []string `required:"" placeholder:"FILE" help:"The truth: truth.json of a phantom, CSV, ELAN .eaf, BORIS .boris or table; or a folder of them. May be repeated."`
	Analysis      []string `required:"" placeholder:"FILE" help:"The result: analysis.json, or another annotation in any of the formats; or a folder. May be repeated."`
	Out           string   `short:"o" placeholder:"DIR" help:"Write validation.html, validation.json and pairs.csv here."`
	JSON          string   `name:"json" placeholder:"FILE" help:"Write the figures as JSON; - for standard output."`
	Tolerance     float64  `default:"0.1" help:"Seconds by which onsets of events that do not overlap may differ."`
	TruthRater    string   `placeholder:"NAME" help:"Which rater's tiers (ELAN rater:NAME) or observation (BORIS) is the truth."`
	AnalysisRater string   `placeholder:"NAME" help:"Which rater's tiers or observation is compared with it."`
	Duration      float64  `placeholder:"S" help:"Length of the recording in seconds where no file says it."`
	FPS           float64  `name:"fps" placeholder:"F" help:"Frames a second of the grid for kappa and errors in frames; otherwise the files'."`
	RestOnly      bool     `help:"Leave out what begins while the person was asked for something."`
}

func (c *validateCmd) Run(env *Env) error {
	p := validate.DefaultParams()
	p.ToleranceS, p.LeaveTasks = c.Tolerance, c.RestOnly
	if !(c.Tolerance >= 0 && c.Tolerance <= 10) {
		return usagef("--tolerance is 0 to 10 seconds, not %g", c.Tolerance)
	}
	if c.Duration < 0 || c.FPS < 0 || c.FPS > 10000 {
		return usagef("--duration and --fps are positive numbers")
	}
	if c.Duration > 0 {
		p.DurationS = &c.Duration
	}
	if c.FPS > 0 {
		p.FrameRate = &c.FPS
	}
	pairs, names, left, err := validate.PairFiles(c.Truth, c.Analysis)
	if err != nil {
		return usagef("%w", err)
	}
	for _, l := range left {
		fmt.Fprintf(env.Stderr, "facialis: %s has no partner of the same name, left out\n", filepath.Base(l))
	}
	var in []validate.Input
	var bad error
	for i, pair := range pairs {
		t, err := validate.Read(pair[0], c.TruthRater)
		if err == nil {
			var r *validate.Annotation
			if r, err = validate.Read(pair[1], c.AnalysisRater); err == nil {
				in = append(in, validate.Input{Name: names[i], Truth: t, Result: r})
				continue
			}
		}
		if len(pairs) > 1 {
			fmt.Fprintln(env.Stderr, "facialis:", err)
		}
		bad = err
	}
	if len(in) == 0 {
		return usagef("%w", bad)
	}
	cmp := validate.CompareAll(in, p)
	if err := c.write(env, cmp); err != nil {
		return err
	}
	if failed := len(pairs) - len(in); failed > 0 {
		return withExit(ExitPartial, fmt.Errorf("%d of %d pairs could not be compared", failed, len(pairs)))
	}
	return nil
}

// write puts the comparison where it was asked for.
func (c *validateCmd) write(env *Env, cmp *validate.Comparison) error {
	figures, err := json.MarshalIndent(cmp, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the figures: %w", err)
	}
	figures = append(figures, '\n')
	if c.Out != "" {
		if err := os.MkdirAll(c.Out, 0o777); err != nil {
			return fmt.Errorf("making the output folder: %w", err)
		}
		if err := os.WriteFile(filepath.Join(c.Out, "validation.json"), figures, 0o666); err != nil {
			return fmt.Errorf("writing the figures: %w", err)
		}
		for name, write := range map[string]func(io.Writer) error{"validation.html": cmp.WriteHTML, "pairs.csv": cmp.WritePairs} {
			var b strings.Builder
			if err := write(&b); err != nil {
				return fmt.Errorf("writing %s: %w", name, err)
			}
			if err := os.WriteFile(filepath.Join(c.Out, name), []byte(b.String()), 0o666); err != nil {
				return fmt.Errorf("writing %s: %w", name, err)
			}
		}
	}
	switch c.JSON {
	case "-":
		_, err = env.Stdout.Write(figures)
		return err
	case "":
	default:
		if err := os.WriteFile(c.JSON, figures, 0o666); err != nil {
			return fmt.Errorf("writing the figures: %w", err)
		}
	}
	return cmp.WriteText(env.Stdout)
}
