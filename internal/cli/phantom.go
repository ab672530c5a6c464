package cli

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"facialis/anatomy"
	"facialis/phantom"
	"facialis/words"
)

// phantomCmd draws a face with known spasms.
type phantomCmd struct {
	Spec     string `arg:"" optional:""`
	List     bool
	Preset   string  `placeholder:"NAME"`
	Out      string  `short:"o" placeholder:"DIR"`
	Seconds  float64 `placeholder:"N"`
	Size     string  `placeholder:"WxH"`
	FPS      float64 `name:"fps" placeholder:"F"`
	Seed     uint64  `placeholder:"S"`
	Side     string  `placeholder:"SIDE"`
	Portrait string  `placeholder:"PHOTO"`
	Skin     int     `placeholder:"1-6"`
}

func (c *phantomCmd) Run(env *Env) error {
	if c.List {
		for _, n := range phantom.Presets() {
			s, err := phantom.Preset(n)
			if err != nil {
				return err
			}
			fmt.Fprintf(env.Stdout, "%-26s %s\n", n, s.Title)
		}
		return nil
	}
	spec, err := c.spec()
	if err != nil {
		return err
	}
	if c.Out == "" {
		return usage("cli.usage.out")
	}
	if err := os.MkdirAll(c.Out, 0o777); err != nil {
		return fmt.Errorf("making the folder for the phantom: %w", err)
	}
	bar := newProgress(env.notes(), words.Default().Say("cli.progress.drawing", words.Args{"Name": spec.Name}))
	truth, err := phantom.Render(env.Ctx, spec, filepath.Join(c.Out, "phantom.mp4"), func(done, total int) {
		bar.set(done, float64(done), float64(total))
	})
	bar.clear()
	if err != nil {
		return err
	}
	if err := truth.WriteFile(filepath.Join(c.Out, "truth.json")); err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.Stdout, words.Default().Say("cli.phantom.drawn", words.Args{"Name": spec.Name,
		"Frames": words.Default().Count("cli.count.frames", truth.Recording.Frames), "Events": words.Default().Count("cli.count.events", len(truth.Events))}))
	return err
}

// spec is the file's or preset's spec with the command line's changes.
func (c *phantomCmd) spec() (*phantom.Spec, error) {
	var s *phantom.Spec
	var err error
	switch {
	case c.Spec != "" && c.Preset != "":
		return nil, usage("cli.usage.spec.both")
	case c.Preset != "":
		s, err = phantom.Preset(c.Preset)
	case c.Spec != "":
		s, err = phantom.Load(c.Spec)
	default:
		return nil, usage("cli.usage.spec")
	}
	if err != nil {
		return nil, withExit(ExitUsage, err)
	}
	if c.Seconds != 0 {
		s.SetSeconds(c.Seconds)
	}
	if c.Size != "" {
		if n, err := fmt.Sscanf(c.Size, "%dx%d", &s.Camera.Width, &s.Camera.Height); n != 2 || err != nil ||
			c.Size != fmt.Sprintf("%dx%d", s.Camera.Width, s.Camera.Height) {
			return nil, usage("cli.usage.size", words.Args{"Size": fmt.Sprintf("%q", c.Size)})
		}
	}
	if c.FPS != 0 {
		s.Camera.FPS = c.FPS
	}
	if c.Seed != 0 {
		s.Seed = c.Seed
	}
	if c.Skin != 0 {
		s.Person.Skin = c.Skin
	}
	switch strings.ToLower(c.Side) {
	case "":
	case "right", "left":
		s.SetSide(anatomy.Side(strings.ToLower(c.Side)))
	default:
		return nil, usage("cli.usage.side", words.Args{"Side": fmt.Sprintf("%q", c.Side)})
	}
	if math.IsNaN(s.Seconds) || math.IsNaN(s.Camera.FPS) {
		return nil, usage("cli.usage.numbers")
	}
	if err := s.Validate(); err != nil {
		return nil, withExit(ExitUsage, err)
	}
	if c.Portrait != "" {
		if err := setPortrait(s, c.Portrait); err != nil {
			return nil, err
		}
	}
	return s, nil
}
