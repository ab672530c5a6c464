package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
)

//go:embed memory.md
var memoryText string

// small is the recording whose memory is followed for long: small pictures, so that
// 40 minutes take few.
var small = size{Name: "240p", Width: 320, Height: 240, KBits: 100}

// memoryTimes are how often the recording is played; its first minutes, in which
// buffers reach their size, are left out of the growth.
var memoryTimes = []int{1, 5, 10, 40}

// mostGrowth is the most that memory may grow from the second length on, MB a minute.
const mostGrowth = 0.1

// errGrows says that memory grows with the length of a recording.
var errGrows = errors.New("memory grows with the length of the recording")

// overLengths measures how the greatest memory depends on a recording's length, and
// writes the page about it.
func overLengths(ctx context.Context, o options) error {
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return fmt.Errorf("making the folder for the recordings: %w", err)
	}
	clip, err := filmed(ctx, o, small, fmt.Sprintf("filmed-%s-%ds.mp4", small.Name, o.seconds), "-t", fmt.Sprint(o.seconds))
	if err != nil {
		return err
	}
	f := newFigures(o)
	for _, n := range memoryTimes {
		m, err := memoryOf(ctx, o, clip, small.Name+"-", n)
		if err != nil {
			return err
		}
		f.Memory = append(f.Memory, m)
	}
	f.LoadAfter = load()
	return f.writeMemory(o)
}

// writeMemory writes the page about memory. The error is [errGrows] where it grows
// by more than mostGrowth.
func (f *figures) writeMemory(o options) error {
	page, err := f.fill(memoryText)
	if err != nil {
		return err
	}
	os.Stdout.Write(page)
	if err := os.WriteFile(o.memoryPage, page, 0o644); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	if g := f.Growth(); g > mostGrowth {
		return fmt.Errorf("%w: by %.2f MB a minute, at most %g", errGrows, g, mostGrowth)
	}
	return nil
}

// Growth is how much the memory with all children grows from the second length
// to the last, in MB a minute of video.
func (f *figures) Growth() float64 {
	a, b := f.Memory[1], f.Memory[len(f.Memory)-1]
	return (b.Tree - a.Tree) / (b.Minutes - a.Minutes)
}

// MostGrowth is the limit of Growth.
func (f *figures) MostGrowth() float64 { return mostGrowth }
