// Command demo shows the instrument at work: on a filmed face whose blinks are
// known and which has no spasms, and on a drawn one whose every twitch is known.
package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/term"

	"facialis/anatomy"
	"facialis/event"
	"facialis/validate"
)

// blinksCSV are the blinks in the Talking Face clip as its annotators saw them:
// first and last moment in seconds.
//
//go:embed talking_face_blinks.csv
var blinksCSV string

type options struct{ program, clip, out, preset, size, seconds, seed string }

func main() {
	var o options
	flag.StringVar(&o.program, "program", "bin/facialis", "the built program")
	flag.StringVar(&o.clip, "clip", "build/talking_face.webm", "the Talking Face clip")
	flag.StringVar(&o.out, "out", "build/demo", "folder for the results")
	flag.StringVar(&o.preset, "preset", "primary-lower-lip", "what to draw")
	flag.StringVar(&o.size, "size", "1280x720", "size of the drawn picture")
	flag.StringVar(&o.seconds, "seconds", "20", "length of the drawn recording")
	flag.StringVar(&o.seed, "seed", "4", "which person and times to draw")
	flag.Parse()
	if err := errors.Join(talking(o), drawn(o)); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// facialis runs the program as a user would. Off a terminal what it says about
// its progress is shown only when it fails.
func facialis(o options, args ...string) error {
	fmt.Println("$ facialis", strings.Join(args, " "))
	cmd := exec.Command(o.program, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = os.Stdout, &said
	if term.IsTerminal(int(os.Stderr.Fd())) {
		cmd.Stderr = os.Stderr
	}
	if err := cmd.Run(); err != nil {
		fmt.Fprint(os.Stderr, said.String())
		return fmt.Errorf("facialis %s: %w", args[0], err)
	}
	return nil
}

func talking(o options) error {
	dir := filepath.Join(o.out, "talking_face")
	fmt.Println("1. A filmed face that talks: 61 annotated blinks, no spasm")
	if err := facialis(o, "analyze", "--force", o.clip, "-o", dir); err != nil {
		return err
	}
	truth, err := blinks(blinksCSV)
	if err != nil {
		return err
	}
	found, err := validate.Read(filepath.Join(dir, "analysis.json"), "")
	if err != nil {
		return fmt.Errorf("reading the result: %w", err)
	}
	b := validate.Compare(truth, found, validate.DefaultParams()).Kinds[event.Blink]
	if b == nil || b.F1 == nil || found.DurationS == nil {
		return errors.New("no blink was found in the Talking Face clip")
	}
	spasms := 0
	for _, e := range found.Events {
		if e.Kind == event.Spasm {
			spasms++
		}
	}
	fmt.Printf("\nblinks         %d of %d found, %d besides: F1 %.3f\n", b.TP, b.TP+b.FN, b.FP, *b.F1)
	fmt.Printf("false spasms   %d in %.0f s: %.2f a minute\n", spasms, *found.DurationS, float64(spasms)*60 / *found.DurationS)
	fmt.Printf("report         %s\n\n", filepath.Join(dir, "report.html"))
	return nil
}

// blinks reads rows of start_s, end_s.
func blinks(text string) (*validate.Annotation, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading the annotated blinks: %w", err)
	}
	a := &validate.Annotation{Source: "talking_face_blinks.csv"}
	for _, r := range rows[1:] {
		from, err1 := strconv.ParseFloat(r[0], 64)
		to, err2 := strconv.ParseFloat(r[1], 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("reading the annotated blinks: %w", err)
		}
		a.Events = append(a.Events, event.Event{Kind: event.Blink, Side: anatomy.Both, OnsetS: from, OffsetS: to})
	}
	return a, nil
}

func drawn(o options) error {
	dir := filepath.Join(o.out, "spasm")
	video, truthFile := filepath.Join(dir, "phantom.mp4"), filepath.Join(dir, "truth.json")
	fmt.Println("2. A drawn face with a spasm of its right lower lip")
	args := []string{"phantom", "--preset", o.preset, "--side", "right", "--seconds", o.seconds, "--size", o.size, "--seed", o.seed, "-o", dir}
	if err := draw(o, args, video, filepath.Join(dir, "drawn.txt")); err != nil {
		return err
	}
	if err := facialis(o, "analyze", "--force", video, "-o", dir); err != nil {
		return err
	}
	truth, err := validate.Read(truthFile, "")
	if err != nil {
		return fmt.Errorf("reading the truth: %w", err)
	}
	found, err := validate.Read(filepath.Join(dir, "analysis.json"), "")
	if err != nil {
		return fmt.Errorf("reading the result: %w", err)
	}
	c := validate.Compare(truth, found, validate.DefaultParams())
	fmt.Println("\nTruth beside result:")
	sideBySide(truth.Events, found.Events)
	if err := c.WriteText(os.Stdout); err != nil {
		return err
	}
	fmt.Printf("\nreport         %s\n", filepath.Join(dir, "report.html"))
	return nil
}

// draw draws the video unless note says that this very program has drawn it
// with these arguments before.
func draw(o options, args []string, video, note string) error {
	program, err := os.ReadFile(o.program)
	if err != nil {
		return fmt.Errorf("looking at the program: %w", err)
	}
	want := fmt.Sprintf("%s\n%x\n", strings.Join(args, " "), sha256.Sum256(program))
	if had, err := os.ReadFile(note); err == nil && string(had) == want {
		fmt.Println("(drawn before:", video+")")
		return nil
	}
	if err := facialis(o, args...); err != nil {
		return err
	}
	if err := os.WriteFile(note, []byte(want), 0o644); err != nil {
		return fmt.Errorf("noting what was drawn: %w", err)
	}
	return nil
}

// sideBySide prints the events of both, paired ones on one line, whatever the
// kind they were given.
func sideBySide(truth, found []event.Event) {
	pairs := validate.Match(truth, found, validate.DefaultParams().ToleranceS,
		func(t, r event.Event) bool { return true },
		func(t, r event.Event) float64 {
			if t.Kind == r.Kind {
				return 1
			}
			return 0
		})
	partner := map[int]int{}
	used := map[int]bool{}
	for _, p := range pairs {
		partner[p.Truth], used[p.Result] = p.Result, true
	}
	fmt.Printf("  %-52s %s\n", "drawn", "found")
	j := 0
	lone := func(before float64) {
		for ; j < len(found) && found[j].OnsetS < before; j++ {
			if !used[j] {
				fmt.Printf("  %-52s %s\n", "-", describe(found[j]))
			}
		}
	}
	for i, e := range truth {
		lone(e.OnsetS)
		right := "- missed"
		if r, ok := partner[i]; ok {
			right = describe(found[r])
		}
		fmt.Printf("  %-52s %s\n", describe(e), right)
	}
	lone(1e18)
}

func describe(e event.Event) string {
	s := fmt.Sprintf("%6.2f-%-6.2f %-7s %-5s %s", e.OnsetS, e.OffsetS, e.Kind, e.Side, e.Lead)
	for _, r := range e.Regions {
		if r.Region == e.Lead && r.PeakMM != nil && (r.Side == e.Side || e.Side == anatomy.Both) {
			return s + fmt.Sprintf(" %.1f mm", *r.PeakMM)
		}
	}
	return s
}
