// Command speed measures how fast `facialis analyze` is and how much memory it
// takes, beside ffmpeg only decoding the same file in the same run: a ratio
// says more than seconds, which depend on the machine and on who else uses it.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"time"

	"facialis/internal/infer"
	"facialis/internal/pipeline"
)

type options struct {
	program, dir, page string
	runs               int
	short              bool
}

func main() {
	var o options
	flag.StringVar(&o.program, "program", "bin/facialis", "the built program")
	flag.StringVar(&o.dir, "dir", "build/bench", "where the drawn recordings are kept")
	flag.StringVar(&o.page, "page", "docs/speed.md", "the page to write")
	flag.IntVar(&o.runs, "runs", 3, "paired runs a size")
	flag.BoolVar(&o.short, "short", false, "leave out the ten minutes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

// sizes are what is measured, with the most that `analyze` may take of the
// time of decoding alone, and the aim.
var sizes = []struct {
	name        string
	w, h        int
	limit, goal float64
}{{"720p", 1280, 720, 3.5, 2.5}, {"1080p", 1920, 1080, 2.2, 1.6}}

func run(ctx context.Context, o options) error {
	var text bytes.Buffer
	page := io.MultiWriter(os.Stdout, &text)
	fmt.Fprintf(page, "# Speed\n\nMade by `make bench` on %d cores (%s/%s, %s). The recording is a drawn face,\nH.264, 30 frames a second, 60 s.\n",
		runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	if l := load(); l != "" {
		fmt.Fprintf(page, "Load of the machine before the run: %s.\n", l)
	}
	fmt.Fprintf(page, "\n## Against decoding alone\n\n`facialis analyze X -o DIR` over `ffmpeg -i X -f null -`, wall time and processor\ntime; median of %d paired runs, least and greatest in brackets.\n\n", o.runs)
	fmt.Fprint(page, "| | decode only | analyze | frames a second | wall ratio | limit (aim) | processor ratio |\n|---|---|---|---|---|---|---|\n")
	clips := map[string]string{}
	for _, s := range sizes {
		clip, err := minute(ctx, o, s.name, s.w, s.h)
		if err != nil {
			return err
		}
		clips[s.name] = clip
		r, err := pairs(ctx, o, clip)
		if err != nil {
			return err
		}
		fmt.Fprintf(page, "| %s | %.1f s | %.1f s | %.0f | **%.2f** (%.2f–%.2f) | %.1f (%.1f) | %.2f (%.2f–%.2f) |\n", s.name,
			r.decode, r.analyze, frames/r.analyze, r.wall.mid, r.wall.least, r.wall.most, s.limit, s.goal, r.cpu.mid, r.cpu.least, r.cpu.most)
	}
	if err := memory(ctx, o, page, clips["720p"]); err != nil {
		return err
	}
	if err := stages(ctx, page, clips); err != nil {
		return err
	}
	if err := os.WriteFile(o.page, text.Bytes(), 0o644); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// frames is the length of the recordings made by minute.
const frames = 60 * 30

// memory measures the greatest memory at one and at ten minutes.
func memory(ctx context.Context, o options, page io.Writer, clip string) error {
	fmt.Fprint(page, "\n## Memory\n\nGreatest resident memory while analysing 720p: of the program itself, and of it\nand its ffmpeg together (read every 50 ms).\n\n| length | facialis | with ffmpeg |\n|---|---|---|\n")
	lengths := []int{1, 10}
	if o.short {
		lengths = lengths[:1]
	}
	for _, n := range lengths {
		path := clip
		if n > 1 {
			var err error
			if path, err = repeat(ctx, o, clip, fmt.Sprintf("720p-%dmin.mp4", n), n); err != nil {
				return err
			}
		}
		u, err := measured(ctx, o.program, "analyze", path, "-o", filepath.Join(o.dir, "result"))
		if err != nil {
			return err
		}
		fmt.Fprintf(page, "| %d min | %.0f MB | %.0f MB |\n", n, mb(u.own), mb(u.tree))
	}
	return nil
}

func mb(bytes int64) float64 { return float64(bytes) / 1e6 }

// stages measures how long each stage of the pipeline works on a frame.
func stages(ctx context.Context, page io.Writer, clips map[string]string) error {
	engine, err := infer.Open("")
	if err != nil {
		return err
	}
	defer engine.Close()
	fmt.Fprint(page, "\n## Stages\n\nMilliseconds a frame. The stages work beside each other, so they add up to more\nthan the whole; decode includes waiting for ffmpeg, events is what follows the\nlast frame.\n\n| | decode | face | motion | events | whole |\n|---|---|---|---|---|---|\n")
	for _, s := range sizes {
		start := time.Now()
		r, err := pipeline.Run(ctx, engine, clips[s.name], pipeline.DefaultOptions(), nil)
		if err != nil {
			return err
		}
		whole := time.Since(start)
		per := func(d time.Duration) float64 { return d.Seconds() * 1e3 / float64(r.Analysis.Recording.Frames) }
		fmt.Fprintf(page, "| %s | %.2f | %.2f | %.2f | %.2f | %.2f |\n", s.name,
			per(r.Stages.Decode), per(r.Stages.Face), per(r.Stages.Motion), per(r.Stages.Events), per(whole))
	}
	return nil
}
