package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"facialis/bench/kept"
	"facialis/event"
	"facialis/face"
	"facialis/internal/pipeline"
	"facialis/internal/sources"
	"facialis/spasm"
	"facialis/validate/grid"
)

// looks are the two methods: the program, and the landmarks alone. Each has a
// version, of all sources that its traces depend on, and of the models.
func looks(engine *face.Networks) ([]grid.Method, error) {
	rooms := []string{"internal/infer", "internal/signal", "video", "face", "motion"}
	pixels, err := sources.Version([]string{"doc.go"}, append(rooms, "internal/pipeline")...)
	if err != nil {
		return nil, err
	}
	mesh, err := sources.Version([]string{"doc.go", "main.go", "methods.go"}, append(rooms, "bench/validate")...)
	if err != nil {
		return nil, err
	}
	sums := fmt.Sprint(engine.Models())
	return []grid.Method{
		{Name: "facialis", About: "follows the pixels of the skin and takes the head's motion out (this program).",
			Levels: levels, Usual: usual, Find: find("pixels", pixels+sums, func(ctx context.Context, path string) (*event.Trace, error) {
				r, err := pipeline.Run(ctx, engine, path, pipeline.DefaultOptions(), nil)
				if err != nil {
					return nil, err
				}
				return r.Trace, nil
			})},
		{Name: "landmarks only", About: "positions of the same network's landmarks on every frame, turned and scaled by the eyes' corners, left against right; the same detector after it. Its score was fitted to traces of skin, so what it finds here says as much of the score as of landmarks.",
			Levels: levels, Usual: usual, Find: find("landmarks", mesh+sums, func(ctx context.Context, path string) (*event.Trace, error) {
				return landmarkTrace(ctx, engine, path)
			})},
	}, nil
}

// measured is a kept trace.
type measured struct {
	Version string
	Took    time.Duration
	Trace   *event.Trace
}

// find is a method: a trace, kept beside the video, in which the detector looks
// at every level.
func find(name, version string, measure func(context.Context, string) (*event.Trace, error)) func(context.Context, string) (grid.Found, error) {
	return func(ctx context.Context, path string) (grid.Found, error) {
		file := strings.TrimSuffix(path, ".mp4") + "." + name
		k, err := kept.Load[measured](file)
		if err != nil {
			return grid.Found{}, err
		}
		if k.Version != version || k.Trace == nil {
			start := time.Now()
			t, err := measure(ctx, path)
			if err != nil {
				return grid.Found{}, err
			}
			k = measured{version, time.Since(start), t}
			if err := kept.Save(file, k); err != nil {
				return grid.Found{}, err
			}
		}
		found := grid.Found{Took: k.Took}
		for _, f := range levels {
			found.Events = append(found.Events, spasm.Detect(k.Trace, nil, atLevel(f)))
		}
		return found, nil
	}
}

// atLevel are the detector's usual settings at another operating point, added log-odds
// from the usual one.
func atLevel(added float64) spasm.Params {
	p := spasm.DefaultParams()
	p.LeastLogOdds += added
	p.LockedLogOdds += added
	return p
}
