package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v3"

	"facialis/event"
	"facialis/face"
	"facialis/internal/pipeline"
	"facialis/internal/sources"
	"facialis/phantom"
	"facialis/report"
	"facialis/spasm"
)

// clip is one drawn video, what is true of it and what was found in it.
type clip struct {
	Name, Scene, Set, View, Group string

	film  string        // of a filmed clip
	spec  *phantom.Spec // of a drawn one
	Truth *phantom.Truth
	Found []event.Event // by the film alone
	Asked []event.Event // by the film and the protocol of what was asked for
	seenS float64       // in which something of a side was seen: no false event can come at another time

	drew, took time.Duration
}

// run draws the clip, unless it lies in dir, and analyzes it.
func (c *clip) run(ctx context.Context, dir, drawing string, engine *face.Networks) error {
	video := c.film
	if video == "" {
		var err error
		if video, err = c.draw(ctx, dir, drawing); err != nil {
			return err
		}
	}
	if engine == nil {
		return nil
	}
	start := time.Now()
	r, err := pipeline.Run(ctx, engine, video, pipeline.DefaultOptions(), nil)
	if err != nil {
		return err
	}
	c.Found = r.Analysis.Events
	c.Asked = spasm.Detect(r.Trace, c.Truth.Tasks, spasm.DefaultParams())
	c.last(r.Analysis)
	c.took = time.Since(start)
	return c.save(dir, r.Analysis)
}

// path is where the clip's video is, or would be, once it is drawn.
func (c *clip) path(dir, drawing string) (string, error) {
	if c.film != "" {
		return c.film, nil
	}
	spec := *c.spec
	spec.Title, spec.Source, spec.Evidence = "", "", ""
	text, err := yaml.Marshal(spec)
	if err != nil {
		return "", fmt.Errorf("writing the spec: %w", err)
	}
	key := fmt.Sprintf("%x", sha256.Sum256(append(text, drawing...)))[:10]
	return filepath.Join(dir, c.Name+"."+key+".mp4"), nil
}

// there are those of clips whose video is in dir already.
func there(clips []*clip, dir, drawing string) ([]*clip, error) {
	var out []*clip
	for _, c := range clips {
		video, err := c.path(dir, drawing)
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(video); err == nil {
			out = append(out, c)
		}
	}
	return out, nil
}

// draw draws the clip's video, unless it is in dir, and says where.
func (c *clip) draw(ctx context.Context, dir, drawing string) (video string, err error) {
	if video, err = c.path(dir, drawing); err != nil {
		return "", err
	}
	start := time.Now()
	if _, err := os.Stat(video); err != nil {
		old, err := filepath.Glob(filepath.Join(dir, c.Name+".*.mp4"))
		if err != nil {
			return "", fmt.Errorf("looking for older drawings: %w", err)
		}
		for _, f := range old {
			if err := os.Remove(f); err != nil {
				return "", fmt.Errorf("removing an older drawing: %w", err)
			}
		}
		if _, err := phantom.Render(ctx, c.spec, video, nil); err != nil {
			return "", err
		}
	}
	c.drew = time.Since(start)
	return video, nil
}

// save writes the truth, the analysis and the events that are found when the
// protocol is known.
func (c *clip) save(dir string, a *report.Analysis) error {
	if err := c.Truth.WriteFile(filepath.Join(dir, c.Name+".truth.json")); err != nil {
		return err
	}
	for end, v := range map[string]any{".analysis.json": a, ".asked.json": c.Asked} {
		b, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("writing the analysis: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, c.Name+end), b, 0o666); err != nil {
			return fmt.Errorf("writing the analysis: %w", err)
		}
	}
	return nil
}

// load reads what save wrote in a run before.
func (c *clip) load(dir string) error {
	var a report.Analysis
	for end, v := range map[string]any{".analysis.json": &a, ".asked.json": &c.Asked} {
		b, err := os.ReadFile(filepath.Join(dir, c.Name+end))
		if err != nil {
			return fmt.Errorf("reading the last run's analysis: %w", err)
		}
		if err := json.Unmarshal(b, v); err != nil {
			return fmt.Errorf("reading the last run's analysis of %s: %w", c.Name, err)
		}
	}
	c.Found = a.Events
	c.last(&a)
	return nil
}

// last takes the time seen, and the length of a filmed clip, from its analysis.
func (c *clip) last(a *report.Analysis) {
	c.seenS = a.Measures.UsableS
	if c.film != "" {
		c.Truth.Recording.DurationS, c.Truth.Recording.FrameRate = a.Recording.DurationS, a.Recording.FrameRate
	}
}

// drawingVersion changes with the words of the sources in dir that make the
// picture: as long as it stays the same, so do the drawings.
func drawingVersion(dir string) (string, error) {
	return sources.Version([]string{"truth.go", "doc.go", "presets.go", "adjust.go", "limits.go"}, dir)
}
