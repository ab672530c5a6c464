// Command validate draws the grid of phantoms, lets the instrument and the
// landmark method look at it, and writes VALIDATION.md with its charts.
//
// Drawn videos are kept in build/validate and used again.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"facialis/internal/cli"
	"facialis/internal/infer"
	"facialis/internal/pipeline"
	"facialis/spasm"
	"facialis/validate/grid"
)

// levels are the factors on the thresholds at which the detector is tried, from
// bold to shy.
var levels = []float64{0.5, 0.7, 0.85, 1, 1.25, 1.6, 2.2, 3.2}

const usual = 3

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "validate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	small := flag.Bool("small", false, "a grid of seconds, to try the machinery")
	views := flag.String("views", "", "only views whose name contains this")
	dir := flag.String("dir", "build/validate", "where the drawn videos are kept")
	page := flag.String("page", "VALIDATION.md", "the page to write")
	pictures := flag.String("pictures", "docs/validation", "folder of the charts")
	workers := flag.Int("workers", 2, "clips worked on at a time")
	flag.Parse()
	engine, err := infer.Open("")
	if err != nil {
		return err
	}
	defer engine.Close()
	g := grid.Full()
	if *small {
		g = grid.Small()
		g.Views = []grid.View{{Width: 640, Height: 360, FPS: 30, Noise: 1.5, Skin: 2}}
		g.Healthy = g.Views
	}
	if *views != "" {
		g.Views, g.Healthy = only(g.Views, *views), only(g.Healthy, *views)
		if len(g.Views) == 0 {
			return fmt.Errorf("no view's name contains %q", *views)
		}
	}
	methods := []grid.Method{
		{Name: "facialis", About: "follows the pixels of the skin and takes the head's motion out (this program).",
			Levels: levels, Usual: usual, Find: pixels(engine)},
		{Name: "landmarks only", About: "positions of the same network's landmarks on every frame, turned and scaled by the eyes' corners, left against right; the same detector after it.",
			Levels: levels, Usual: usual, Find: landmarks(engine)},
	}
	start := time.Now()
	clips, err := g.Run(ctx, *dir, methods, *workers, func(done, total int, c *grid.Clip) {
		fmt.Fprintf(os.Stderr, "%3d of %d  %-34s %5.1f s  (%.1f min so far)\n", done, total, c.Name, c.Took.Seconds(), time.Since(start).Minutes())
	})
	if err != nil {
		return err
	}
	r := g.Summarise(clips, methods, cli.Version, time.Since(start).Minutes())
	if err := r.Write(*page, *pictures); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "wrote", filepath.Clean(*page))
	return nil
}

func only(views []grid.View, part string) []grid.View {
	var out []grid.View
	for _, v := range views {
		if strings.Contains(v.Name(), part) {
			out = append(out, v)
		}
	}
	return out
}

// atLevel are the detector's usual settings with every threshold multiplied.
func atLevel(f float64) spasm.Params {
	p := spasm.DefaultParams()
	p.NoiseK *= f
	p.MinLidMM *= f
	p.MinMouthMM *= f
	p.MinBrowMM *= f
	p.MinNeckMM *= f
	return p
}

// pixels is the program itself.
func pixels(engine *infer.Engine) func(context.Context, string) ([][]spasm.Event, error) {
	return func(ctx context.Context, path string) ([][]spasm.Event, error) {
		r, err := pipeline.Run(ctx, engine, path, pipeline.DefaultOptions(), nil)
		if err != nil {
			return nil, err
		}
		var out [][]spasm.Event
		for _, f := range levels {
			out = append(out, spasm.Detect(r.Trace, nil, atLevel(f)))
		}
		return out, nil
	}
}
