// Command accuracy draws whole scenes whose every movement is known, lets the
// program look at them and holds what it says against the goals: how many
// spasms are found, how many are false, and whether side, kind, form, region,
// onset and size are right. It writes docs/accuracy.md and, in build/accuracy,
// result.json and mistakes.txt, in which each missed, false or mistaken event
// is named with its clip and time.
//
// Drawn videos are kept in build/accuracy and used again as long as the scene
// and the drawing's sources stay as they are, so that after a change of the
// analysis only the analysis runs. It is run from the top of the program's
// folder.
//
//	go run ./bench/accuracy                  everything
//	go run ./bench/accuracy -only spread     scenes whose name contains this
//	go run ./bench/accuracy -drawn           scenes that are drawn already
//	go run ./bench/accuracy -saved           the last run's events counted again
//	go run ./bench/accuracy -list            the scenes and what is drawn in each
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"

	"facialis/face"
	"facialis/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	only := flag.String("only", "", "only scenes whose name contains one of these, by commas; prints the figures and writes no page")
	workers := flag.Int("workers", 2, "clips worked on at a time")
	dir := flag.String("dir", "build/accuracy", "where the drawn videos are kept")
	page := flag.String("page", "docs/accuracy.md", "the page to write")
	draw := flag.Bool("draw", false, "draw the videos and stop")
	drawn := flag.Bool("drawn", false, "only the scenes that are drawn already; the page says how many of all they are")
	saved := flag.Bool("saved", false, "count again what the last run found, without any analysis")
	list := flag.Bool("list", false, "name the scenes and stop")
	flag.Parse()
	clips, err := readScenes(scenesFile)
	if err != nil {
		return err
	}
	if film, err := filmed(); err != nil {
		return err
	} else if _, err := os.Stat(film.film); err == nil {
		clips = append(clips, film)
	} else {
		fmt.Fprintln(os.Stderr, "left out:", film.film, "is not there (make accuracy fetches it)")
	}
	if *only != "" {
		clips = chosen(clips, *only)
		if len(clips) == 0 {
			return fmt.Errorf("no scene's name contains %q", *only)
		}
	}
	if *list {
		listScenes(os.Stdout, clips)
		return nil
	}
	var engine *face.Networks
	if !*draw && !*saved {
		if engine, err = face.Open(""); err != nil {
			return err
		}
		defer engine.Close()
	}
	drawing, err := drawingVersion("phantom")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*dir, 0o777); err != nil {
		return fmt.Errorf("making the folder of the scenes: %w", err)
	}
	all := len(clips)
	if *drawn {
		if clips, err = there(clips, *dir, drawing); err != nil {
			return err
		}
	}
	start := time.Now()
	do := func(ctx context.Context, c *clip) error {
		if *saved {
			return c.load(*dir)
		}
		return c.run(ctx, *dir, drawing, engine)
	}
	if err := each(ctx, clips, *workers, do, start); err != nil {
		return err
	}
	if *draw {
		return nil
	}
	r := summarize(clips, cli.Version, time.Since(start))
	r.Left = all - len(clips)
	fmt.Print(r.text())
	if *only != "" {
		fmt.Print("\n", r.mistakeLines())
		return nil
	}
	return r.write(*page, *dir)
}

func chosen(clips []*clip, only string) []*clip {
	var out []*clip
	for _, c := range clips {
		for _, part := range strings.Split(only, ",") {
			if strings.Contains(c.Name, part) {
				out = append(out, c)
				break
			}
		}
	}
	return out
}

// each calls do on every clip, workers at a time, and says how far it is.
func each(ctx context.Context, clips []*clip, workers int, do func(context.Context, *clip) error, start time.Time) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next := make(chan *clip)
	var mu sync.Mutex
	var failed error
	var wg sync.WaitGroup
	done := 0
	for range max(1, workers) {
		wg.Go(func() {
			for c := range next {
				err := do(ctx, c)
				mu.Lock()
				done++
				if err != nil {
					failed = errors.Join(failed, fmt.Errorf("%s: %w", c.Name, err))
					cancel()
				} else {
					fmt.Fprintf(os.Stderr, "%3d of %d  %-28s drawn in %5.1f s, analyzed in %5.1f s  (%.1f min so far)\n",
						done, len(clips), c.Name, c.drew.Seconds(), c.took.Seconds(), time.Since(start).Minutes())
				}
				mu.Unlock()
			}
		})
	}
feed:
	for _, c := range clips {
		select {
		case next <- c:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	return errors.Join(failed, ctx.Err())
}
