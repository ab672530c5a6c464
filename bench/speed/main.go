// Command speed measures how fast `facialis analyze` is and how much memory it
// takes, beside ffmpeg only decoding the same file in the same run: a ratio
// says more than seconds, which depend on the machine and on who else uses it.
// It writes docs/speed.md and the figures that the README quotes.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"facialis/face"
	"facialis/internal/pipeline"
)

type options struct {
	program, film, dir, page, readme, memoryPage string
	runs, seconds, long                          int
	filmedOnly                                   bool
}

func main() {
	var o options
	clipsOnly, memoryOnly := false, false
	flag.StringVar(&o.program, "program", "bin/facialis", "the built program")
	flag.StringVar(&o.film, "film", "build/talking_face.webm", "the filmed clip")
	flag.StringVar(&o.dir, "dir", "build/bench", "folder for recordings")
	flag.StringVar(&o.page, "page", "docs/speed.md", "page to write")
	flag.StringVar(&o.readme, "readme", "README.md", "file whose figures are replaced")
	flag.IntVar(&o.runs, "runs", 5, "paired runs")
	flag.IntVar(&o.seconds, "seconds", 60, "length")
	flag.IntVar(&o.long, "long", 10, "repetitions for memory")
	flag.BoolVar(&clipsOnly, "clips", false, "only make filmed clips")
	flag.BoolVar(&memoryOnly, "memory", false, "memory over length")
	flag.StringVar(&o.memoryPage, "memory-page", "docs/memory.md", "page about memory")
	flag.Parse()
	o.filmedOnly = clipsOnly
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if memoryOnly {
		err = overLengths(ctx, o)
	} else {
		err = run(ctx, o, clipsOnly)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

// target is the most that a ratio may be, and the goal; 0 where none is set.
type target struct{ Must, Goal float64 }

// size is a size of picture, the rate at which its filmed clip is stored, and
// what is wanted of the analysis of a filmed clip.
type size struct {
	Name          string
	Width, Height int
	KBits         int
	Wall, CPU     target
}

var sizes = []size{
	{"720p", 1280, 720, 248, target{3.0, 2.5}, target{3.3, 2.7}},
	{"1080p", 1920, 1080, 450, target{2.0, 1.6}, target{2.3, 1.9}},
}

// startUp is the goal for the processor time of a film of a few pictures, in s.
const startUp = 0.3

func run(ctx context.Context, o options, clipsOnly bool) error {
	c, err := makeClips(ctx, o)
	if err != nil || clipsOnly {
		return err
	}
	f := newFigures(o)
	for _, kind := range []struct {
		clips map[string]string
		rows  *[]row
	}{{c.filmed, &f.Filmed}, {c.drawn, &f.Drawn}} {
		for _, s := range sizes {
			r, err := speedOf(ctx, o, s, kind.clips[s.Name])
			if err != nil {
				return err
			}
			*kind.rows = append(*kind.rows, r)
		}
	}
	if f.Start, err = speedOf(ctx, o, sizes[0], c.few); err != nil {
		return err
	}
	for _, n := range []int{1, o.long} {
		m, err := memoryOf(ctx, o, c.filmed[sizes[0].Name], "", n)
		if err != nil {
			return err
		}
		f.Memory = append(f.Memory, m)
	}
	for _, s := range sizes {
		st, err := stagesOf(ctx, s, c.filmed[s.Name])
		if err != nil {
			return err
		}
		f.Stages = append(f.Stages, st)
	}
	f.LoadAfter = load()
	return f.write(o)
}

// row is how fast one recording is decoded and analyzed.
type row struct {
	size
	Pictures                   int
	Decode, DecodeCPU          spread // s
	Analyze, AnalyzeCPU, Child spread // s
	WallRatio, CPURatio        spread
	PerSecond, PerMinute       float64 // pictures a second of wall time, processor time in s a minute of film
	PerCPUSecond               float64 // pictures a second of processor time
	Load                       spread
}

func speedOf(ctx context.Context, o options, s size, clip string) (row, error) {
	l, err := look(ctx, clip)
	if err != nil {
		return row{}, err
	}
	d, a, loads, err := pairs(ctx, o, clip)
	if err != nil {
		return row{}, err
	}
	r := row{size: s, Pictures: l.frames, Decode: d.spread(wall), DecodeCPU: d.spread(cpu), Analyze: a.spread(wall), AnalyzeCPU: a.spread(cpu), Child: a.spread(child),
		WallRatio: over(a, d, wall), CPURatio: over(a, d, cpu), Load: loads}
	r.PerSecond, r.PerCPUSecond = float64(l.frames)/r.Analyze.Mid, float64(l.frames)/r.AnalyzeCPU.Mid
	r.PerMinute = r.AnalyzeCPU.Mid / l.seconds * 60
	return r, nil
}

// memoryRow is the greatest memory of the analysis of one recording.
type memoryRow struct {
	Minutes, Program, Tree float64 // MB
	CPU                    float64 // s of processor time
}

// memoryOf measures the memory with a clip played n times. The longer clip's name
// begins with name.
func memoryOf(ctx context.Context, o options, clip, name string, n int) (memoryRow, error) {
	if n > 1 {
		var err error
		if clip, err = repeat(ctx, o, clip, fmt.Sprintf("filmed-%s%dx%ds.mp4", name, n, o.seconds), n); err != nil {
			return memoryRow{}, err
		}
	}
	u, err := analyzed(ctx, o, andMemory, clip)
	if err != nil {
		return memoryRow{}, err
	}
	return memoryRow{float64(n*o.seconds) / 60, float64(u.program) / 1e6, float64(u.tree) / 1e6, u.cpu}, nil
}

// stage is how long each stage of the pipeline works on a picture, in ms.
type stage struct {
	size
	Decode, Face, Motion, Events, Whole float64
}

func stagesOf(ctx context.Context, s size, clip string) (stage, error) {
	engine, err := face.Open("")
	if err != nil {
		return stage{}, err
	}
	defer engine.Close()
	start := time.Now()
	r, err := pipeline.Run(ctx, engine, clip, pipeline.DefaultOptions(), nil)
	if err != nil {
		return stage{}, err
	}
	whole := time.Since(start)
	per := func(d time.Duration) float64 { return d.Seconds() * 1e3 / float64(r.Analysis.Recording.Frames) }
	return stage{s, per(r.Stages.Decode), per(r.Stages.Face), per(r.Stages.Motion), per(r.Stages.Events), per(whole)}, nil
}
