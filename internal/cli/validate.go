package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"facialis/validate"
	"facialis/words"
)

type validateCmd struct {
	Truth         []string `required:"" placeholder:"FILE"`
	Analysis      []string `required:"" placeholder:"FILE"`
	Out           string   `short:"o" placeholder:"DIR"`
	JSON          string   `name:"json" placeholder:"FILE"`
	Tolerance     float64  `default:"0.1"`
	TruthRater    string   `placeholder:"NAME"`
	AnalysisRater string   `placeholder:"NAME"`
	Duration      float64  `placeholder:"S"`
	FPS           float64  `name:"fps" placeholder:"F"`
	RestOnly      bool
	Kinds         []string `placeholder:"KIND"`
	Clock         string   `enum:",film,picture" default:"" placeholder:"CLOCK"`
}

func (c *validateCmd) Run(env *Env) error {
	p := validate.DefaultParams()
	p.ToleranceS, p.LeaveTasks = c.Tolerance, c.RestOnly
	if !(c.Tolerance >= 0 && c.Tolerance <= 10) {
		return usage("cli.usage.tolerance", words.Args{"Tolerance": fmt.Sprintf("%g", c.Tolerance)})
	}
	if c.Duration < 0 || c.FPS < 0 || c.FPS > 10000 {
		return usage("cli.usage.duration")
	}
	if c.Duration > 0 {
		p.DurationS = &c.Duration
	}
	if c.FPS > 0 {
		p.FrameRate = &c.FPS
	}
	for _, k := range c.Kinds {
		kind, err := validate.KindNamed(k)
		if err != nil {
			return usagef("%w", err)
		}
		p.Kinds = append(p.Kinds, kind)
	}
	pairs, names, left, err := validate.PairFiles(c.Truth, c.Analysis)
	if err != nil {
		return usagef("%w", err)
	}
	for _, l := range left {
		fmt.Fprintln(env.Stderr, words.Default().Say("cli.validate.alone", words.Args{"File": filepath.Base(l)}))
	}
	var in []validate.Input
	var bad error
	for i, pair := range pairs {
		t, r, err := c.read(pair, p.FrameRate)
		if err == nil {
			in = append(in, validate.Input{Name: names[i], Truth: t, Result: r})
			continue
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

// read reads a reference and a result. Clock times that count pictures go by the
// rate asked for, else by that of the other file.
func (c *validateCmd) read(pair [2]string, rate *float64) (t, r *validate.Annotation, err error) {
	clock := validate.ClockName(c.Clock)
	truth := validate.Options{Rater: c.TruthRater, FrameRate: rate, Clock: clock}
	result := validate.Options{Rater: c.AnalysisRater, FrameRate: rate}
	if r, err = validate.ReadWith(pair[1], result); err != nil {
		if t, other := validate.ReadWith(pair[0], truth); other == nil && rate == nil && t.FrameRate != nil {
			result.FrameRate = t.FrameRate
			r, err = validate.ReadWith(pair[1], result)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if truth.FrameRate == nil {
		truth.FrameRate = r.FrameRate
	}
	t, err = validate.ReadWith(pair[0], truth)
	return t, r, err
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
