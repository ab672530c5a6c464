// Command nights draws the built-in nights of package phantom and holds what is found
// in them to their truth; docs/night.md has what it printed.
//
//	go run ./bench/nights -out DIR [NAME …]
//	go run ./bench/nights -judge DIR [-v] [NAME …]
//	go run ./bench/nights -long DIR -out FOLDER       # eight hours of the drawn nights of DIR
//	go run ./bench/nights -long DIR -out FOLDER -result RESULT [-v]
//	go run ./bench/nights -rates TRACES [-recordings DIR]
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"facialis/phantom"
)

func main() {
	out := flag.String("out", "", "the folder that the nights are drawn into")
	seconds := flag.Float64("seconds", 0, "draw only so many seconds")
	in := flag.String("judge", "", "instead of drawing, measure the drawn nights of this folder and hold them to their truth")
	all := flag.Bool("all", false, "measure every picture, not only what moves")
	verbose := flag.Bool("v", false, "print every event")
	traces := flag.String("rates", "", "instead of drawing, thin the kept traces of this folder and say what is still found")
	recordings := flag.String("recordings", "../shared/recordings", "with -rates: the folder of the test recordings")
	pieces := flag.String("long", "", "join the drawn nights of this folder into eight films of an hour, in -out")
	result := flag.String("result", "", "with -long: instead of joining, hold this result of `facialis night` to the truth")
	flag.Parse()
	if *pieces != "" {
		run := func() error { return long(context.Background(), *pieces, *out) }
		if *result != "" {
			run = func() error { return judgeLong(*pieces, *out, *result, *verbose) }
		}
		if err := run(); err != nil {
			log.Fatal(err)
		}
		return
	}
	if *traces != "" {
		if err := rates("bench/fit/films.yaml", *traces, *recordings); err != nil {
			log.Fatal(err)
		}
		return
	}
	if *in != "" {
		names := flag.Args()
		if len(names) == 0 {
			names = phantom.Nights()
		}
		if err := judge(*in, names, *all, *verbose); err != nil {
			log.Fatal(err)
		}
		return
	}
	if err := draw(*out, *seconds, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

// draw draws the nights of these names, all where there are none.
func draw(out string, seconds float64, names []string) error {
	if len(names) == 0 {
		names = phantom.Nights()
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return fmt.Errorf("making the folder: %w", err)
	}
	for _, name := range names {
		n, err := phantom.NightPreset(name)
		if err != nil {
			n, err = phantom.LoadNight(name)
			name = filepath.Base(name[:len(name)-len(filepath.Ext(name))])
		}
		if err != nil {
			return err
		}
		if seconds > 0 {
			n.SetSeconds(seconds)
		}
		truth, err := phantom.RenderNight(context.Background(), n, filepath.Join(out, name+".mp4"), nil)
		if err != nil {
			return err
		}
		if err := truth.WriteFile(filepath.Join(out, name+".truth.json")); err != nil {
			return err
		}
		fmt.Printf("%s: %d frames, %d events\n", name, truth.Recording.Frames, len(truth.Events))
	}
	return nil
}
