package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// usage is what a program took.
type usage struct {
	wall float64 // s
	cpu  float64 // s of a processor, of the program and of all that it started
	// own is the program's own part of cpu, read while it ran; 0 where the system
	// does not say.
	own float64
	memory
}

// memory is the greatest memory in bytes; 0 where the system does not say.
type memory struct {
	program int64 // of the program itself
	tree    int64 // with all that it started, what they share counted once
}

// What watching reads beside the time.
const (
	timeOnly  = false
	andMemory = true
)

// exitNotMeasured is facialis's exit code for a film in which no face was seen for
// long enough.
const exitNotMeasured = 5

// measured runs a program to its end. The processor time is what the system
// charges when the program is waited for, which includes every child that the
// program itself has waited for.
func measured(ctx context.Context, withMemory bool, program string, args ...string) (usage, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, fmt.Errorf("starting %s: %w", program, err)
	}
	done := make(chan struct{})
	seen := make(chan usage, 1)
	go func() { seen <- watch(cmd.Process.Pid, withMemory, done) }()
	err := cmd.Wait()
	if cmd.ProcessState != nil && cmd.ProcessState.ExitCode() == exitNotMeasured {
		err = nil // the film of a few pictures is read for the start-up alone
	}
	wall := time.Since(start).Seconds()
	close(done)
	u := <-seen
	u.wall, u.cpu = wall, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if err != nil {
		return u, fmt.Errorf("%s %s: %w: %s", filepath.Base(program), strings.Join(args, " "), err, strings.TrimSpace(said.String()))
	}
	return u, nil
}

// watch reads a process's own processor time, and memory if asked for, until
// done.
func watch(pid int, withMemory bool, done <-chan struct{}) usage {
	var u usage
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		u.own = max(u.own, processorTime(pid))
		if withMemory {
			u.program = max(u.program, inProc(pid, "status", "VmHWM:"))
			sum := share(pid)
			for _, c := range descendants(pid) {
				sum += share(c)
			}
			u.tree = max(u.tree, sum)
		}
		select {
		case <-done:
			return u
		case <-tick.C:
		}
	}
}

// share is a process's share of memory in bytes: a page that n processes use
// counts as 1/n of a page. Where the system does not tell it, all its pages.
func share(pid int) int64 {
	if n := inProc(pid, "smaps_rollup", "Pss:"); n > 0 {
		return n
	}
	return inProc(pid, "status", "VmRSS:")
}

// inProc is one of the figures of a file of /proc/PID, in bytes; 0 where it is
// not.
func inProc(pid int, file, name string) int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
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

// ticksPerSecond is the unit of the times in /proc/PID/stat on Linux.
const ticksPerSecond = 100

// processorTime is how long a process has run on a processor so far, in s,
// without its children; 0 where the system does not say.
func processorTime(pid int) float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ") // the program's name may hold spaces
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	user, err1 := strconv.ParseFloat(f[11], 64)
	system, err2 := strconv.ParseFloat(f[12], 64)
	if errors.Join(err1, err2) != nil {
		return 0
	}
	return (user + system) / ticksPerSecond
}

// descendants are the processes that a process has started, and those that they
// have started.
func descendants(pid int) []int {
	var out []int
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is well formed
	for _, t := range tasks {
		b, err := os.ReadFile(t)
		if err != nil {
			continue // the thread has ended
		}
		for _, f := range strings.Fields(string(b)) {
			if c, err := strconv.Atoi(f); err == nil {
				out = append(append(out, c), descendants(c)...)
			}
		}
	}
	return out
}

// spread is the middle of some figures and their ends.
type spread struct{ Least, Mid, Most float64 }

// String is the middle and the ends, to two places.
func (s spread) String() string { return fmt.Sprintf("%.2f (%.2f–%.2f)", s.Mid, s.Least, s.Most) }

func spreadOf(x []float64) spread {
	s := slices.Sorted(slices.Values(x))
	n := len(s)
	return spread{s[0], (s[(n-1)/2] + s[n/2]) / 2, s[n-1]}
}

// runs are the measurements of one program on one recording.
type runs []usage

func (r runs) spread(of func(usage) float64) spread {
	var x []float64
	for _, u := range r {
		x = append(x, of(u))
	}
	return spreadOf(x)
}

func wall(u usage) float64  { return u.wall }
func cpu(u usage) float64   { return u.cpu }
func child(u usage) float64 { return max(0, u.cpu-u.own) }

// over divides each run of one program by the run of the other beside it.
func over(a, b runs, of func(usage) float64) spread {
	var x []float64
	for i := range a {
		x = append(x, of(a[i])/of(b[i]))
	}
	return spreadOf(x)
}

// pairs runs decoding alone and the analysis by turns, each first in every other
// pair. The load is the middle one of those before each pair.
func pairs(ctx context.Context, o options, clip string) (decode, analyze runs, loads spread, err error) {
	var seen []float64
	for i := range o.runs {
		seen = append(seen, load())
		for turn := range 2 {
			if (i+turn)%2 == 0 {
				d, err := measured(ctx, timeOnly, "ffmpeg", "-v", "error", "-nostdin", "-i", clip, "-f", "null", "-")
				if err != nil {
					return nil, nil, spread{}, err
				}
				decode = append(decode, d)
				continue
			}
			a, err := analyzed(ctx, o, timeOnly, clip)
			if err != nil {
				return nil, nil, spread{}, err
			}
			analyze = append(analyze, a)
		}
		fmt.Fprintf(os.Stderr, "%s %d/%d: wall %.2f / %.2f, cpu %.2f / %.2f, load %.1f\n", filepath.Base(clip), i+1, o.runs,
			analyze[i].wall, decode[i].wall, analyze[i].cpu, decode[i].cpu, seen[i])
	}
	return decode, analyze, spreadOf(seen), nil
}

// analyzed runs the analysis of a recording.
func analyzed(ctx context.Context, o options, withMemory bool, clip string) (usage, error) {
	return measured(ctx, withMemory, o.program, "analyze", "--force", clip, "-o", filepath.Join(o.dir, "result"))
}

// load is the system's mean load over the last minute, 0 where it does not say.
func load() float64 {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), " ")
	l, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0
	}
	return l
}
