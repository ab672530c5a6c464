// Command validate draws the grid of phantoms, lets the instrument and the
// landmark method look at it, and writes VALIDATION.md with its charts.
//
// Drawn videos and the traces measured in them are kept in build/validate, each
// under the version of the sources that made it. A run that was interrupted goes
// on where it was, and after a change of the detector, or of the page, nothing
// is drawn or measured again.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"facialis/face"
	"facialis/internal/cli"
	"facialis/internal/sources"
	"facialis/validate/grid"
)

// levels are added to the operating point, in log-odds, when the detector is tried:
// from bold to shy.
var levels = []float64{-3, -2, -1, 0, 1, 2, 3, 4}

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
	minutes := flag.Float64("minutes", 0, "begin no clip later than this many minutes after the start; 0: do all")
	flag.Parse()
	engine, err := face.Open("")
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
	drawing, err := sources.Version([]string{"truth.go", "doc.go", "presets.go", "adjust.go"}, "phantom")
	if err != nil {
		return err
	}
	methods, err := looks(engine)
	if err != nil {
		return err
	}
	start := time.Now()
	how := grid.Run{Dir: *dir, Drawing: drawing, Workers: *workers, Progress: func(done, total int, c *grid.Clip) {
		fmt.Fprintf(os.Stderr, "%3d of %d  %-34s drawn in %5.1f s, looked at in %5.1f s  (%.1f min so far)\n",
			done, total, c.Name, c.Drew.Seconds(), (c.Took() - c.Drew).Seconds(), time.Since(start).Minutes())
	}}
	if *minutes > 0 {
		how.Until = start.Add(time.Duration(*minutes * float64(time.Minute)))
	}
	clips, err := g.Run(ctx, how, methods)
	if len(clips) == 0 {
		return cmp.Or(err, errors.New("no clip was done"))
	}
	r := g.Summarize(clips, methods, cli.Version, *workers)
	if werr := r.Write(*page, *pictures); werr != nil {
		return werr
	}
	fmt.Fprintln(os.Stderr, "wrote", filepath.Clean(*page))
	return err
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
