// Command presets draws every preset of the phantom, analyzes it with the
// program, assesses it, and holds the assessment against what is expected.
//
//	presets [-dir DIR] [-again] [-o FILE] [NAME …]
//
// Drawings stay in DIR (build/presets) and are drawn once. With -again the
// analyses of an earlier run are assessed again. The table goes to FILE, or to
// standard output.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"facialis/assess"
	"facialis/assess/presets"
	"facialis/face"
	"facialis/internal/pipeline"
	"facialis/phantom"
	"facialis/report"
)

// studio draws, analyses and keeps what it made.
type studio struct {
	dir           string
	again         bool
	width, height int
	face          float64 // height over the picture's: near, so that a small picture shows it well
	seconds       float64 // the preset's own if 0
	engine        *face.Networks
}

func main() {
	s := studio{width: 640, height: 480, face: 0.65}
	flag.StringVar(&s.dir, "dir", "build/presets", "where drawings and analyses are kept")
	flag.BoolVar(&s.again, "again", false, "assess the analyses of an earlier run anew")
	out := flag.String("o", "", "file for the table")
	flag.Parse()
	if err := run(s, flag.Args(), *out); err != nil {
		fmt.Fprintln(os.Stderr, "presets:", err)
		os.Exit(1)
	}
}

func run(s studio, names []string, out string) error {
	cases, err := presets.Cases()
	if err != nil {
		return err
	}
	if s.engine, err = face.Open(""); err != nil {
		return err
	}
	defer s.engine.Close()
	var rows []row
	seen := map[string]*report.Analysis{}
	for _, c := range cases {
		if len(names) > 0 && !slices.Contains(names, c.Preset) {
			continue
		}
		a := seen[c.Preset]
		if a == nil {
			if a, err = s.analyze(context.Background(), c.Preset); err != nil {
				return fmt.Errorf("%s: %w", c.Preset, err)
			}
			seen[c.Preset] = a
		}
		r, err := c.Assess(filmOf(a))
		if err != nil {
			return err
		}
		c = c.OnDrawing()
		rows = append(rows, row{c, a, r, c.Wrong(r)})
		fmt.Fprintln(os.Stderr, rows[len(rows)-1].line())
	}
	page, err := table(rows, s)
	if err != nil {
		return err
	}
	if out == "" {
		fmt.Print(page)
		return nil
	}
	return os.WriteFile(out, []byte(page), 0o644)
}

// filmOf hands the assessment what it wants of an analysis.
func filmOf(a *report.Analysis) *assess.Video {
	return &assess.Video{Events: a.Events, Tasks: a.Tasks, Summary: a.Measures,
		DurationS: a.Recording.DurationS, FaceFraction: a.Tracking.FaceFraction, Usable: a.Quality.Usable,
		FrameRate: a.Recording.FrameRate, PxPerMM: a.Tracking.PxPerMM(), NoiseMM: a.Tracking.NoiseMM.Median()}
}

// analyze is the analysis of a preset's drawing, which is drawn first if it is
// not there.
func (s studio) analyze(ctx context.Context, name string) (*report.Analysis, error) {
	dir := filepath.Join(s.dir, name)
	film, kept := filepath.Join(dir, "phantom.mp4"), filepath.Join(dir, "analysis.json")
	if s.again {
		if data, err := os.ReadFile(kept); err == nil {
			a := new(report.Analysis)
			if err := json.Unmarshal(data, a); err != nil {
				return nil, fmt.Errorf("reading the kept analysis: %w", err)
			}
			return a, nil
		} else if !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	spec, err := phantom.Preset(name)
	if err != nil {
		return nil, err
	}
	spec.Camera.Width, spec.Camera.Height, spec.Camera.FaceHeight = s.width, s.height, s.face
	if s.seconds > 0 {
		spec.SetSeconds(s.seconds)
	}
	truth, err := phantom.ReadTruth(filepath.Join(dir, "truth.json"))
	if err != nil {
		if truth, err = phantom.Render(ctx, spec, film, nil); err != nil {
			return nil, err
		}
		if err := truth.WriteFile(filepath.Join(dir, "truth.json")); err != nil {
			return nil, err
		}
	}
	opt := pipeline.DefaultOptions()
	opt.Tasks = truth.Tasks
	res, err := pipeline.Run(ctx, s.engine, film, opt, nil)
	if err != nil {
		return nil, err
	}
	return res.Analysis, report.WriteJSON(kept, res.Analysis)
}
