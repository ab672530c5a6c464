package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// usage is what a process took, its children included where not said
// otherwise.
type usage struct {
	wall, cpu float64 // s
	own, tree int64   // greatest resident memory in bytes: of the process itself, with its children; 0 where the system does not say
}

// measured runs a program to its end.
func measured(ctx context.Context, program string, args ...string) (usage, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, fmt.Errorf("starting %s: %w", program, err)
	}
	done := make(chan struct{})
	peak := make(chan usage, 1)
	go func() { peak <- watch(cmd.Process.Pid, done) }()
	err := cmd.Wait()
	u := usage{wall: time.Since(start).Seconds(), cpu: (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()}
	close(done)
	p := <-peak
	u.own, u.tree = p.own, p.tree
	if err != nil {
		return u, fmt.Errorf("%s %s: %w: %s", filepath.Base(program), strings.Join(args, " "), err, strings.TrimSpace(said.String()))
	}
	return u, nil
}

// watch reads a process's memory until done.
func watch(pid int, done <-chan struct{}) usage {
	var u usage
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		own := max(status(pid, "VmHWM:"), u.own)
		sum := status(pid, "VmRSS:")
		for _, c := range children(pid) {
			sum += status(c, "VmRSS:")
		}
		u.own, u.tree = own, max(u.tree, sum, own)
		select {
		case <-done:
			return u
		case <-tick.C:
		}
	}
}

// status is one of the figures in /proc/PID/status, in bytes; 0 where it is
// not.
func status(pid int, name string) int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				return 0
			}
			return kb << 10
		}
	}
	return 0
}

// children are the processes that any thread of a process has started.
func children(pid int) []int {
	var out []int
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is well formed
	for _, t := range tasks {
		b, err := os.ReadFile(t)
		if err != nil {
			continue // the thread has ended
		}
		for _, f := range strings.Fields(string(b)) {
			if c, err := strconv.Atoi(f); err == nil {
				out = append(out, c)
			}
		}
	}
	return out
}

// spread is the middle of some figures and their ends.
type spread struct{ least, mid, most float64 }

func spreadOf(x []float64) spread {
	s := slices.Sorted(slices.Values(x))
	n := len(s)
	return spread{s[0], (s[(n-1)/2] + s[n/2]) / 2, s[n-1]}
}

type ratios struct {
	decode, analyze float64 // median wall time, s
	wall, cpu       spread
}

// pairs runs decoding alone and the analysis by turns.
func pairs(ctx context.Context, o options, clip string) (ratios, error) {
	var decode, analyze, wall, cpu []float64
	for i := range o.runs {
		fmt.Fprintf(os.Stderr, "%s: run %d of %d\n", filepath.Base(clip), i+1, o.runs)
		d, err := measured(ctx, "ffmpeg", "-v", "error", "-nostdin", "-i", clip, "-f", "null", "-")
		if err != nil {
			return ratios{}, err
		}
		a, err := measured(ctx, o.program, "analyze", clip, "-o", filepath.Join(o.dir, "result"))
		if err != nil {
			return ratios{}, err
		}
		decode, analyze = append(decode, d.wall), append(analyze, a.wall)
		wall, cpu = append(wall, a.wall/d.wall), append(cpu, a.cpu/d.cpu)
	}
	return ratios{spreadOf(decode).mid, spreadOf(analyze).mid, spreadOf(wall), spreadOf(cpu)}, nil
}

// load is the system's mean load over the last minute, empty where it does not
// say.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil || len(bytes.Fields(b)) == 0 {
		return ""
	}
	return string(bytes.Fields(b)[0])
}
