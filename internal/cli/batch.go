package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"facialis/internal/batch"
	"facialis/internal/digest"
	"facialis/internal/infer"
	"facialis/report"
	"facialis/video"
	"facialis/words"
)

// What the analysis of one recording needs in memory: the networks and the
// trace, and this many pictures at their size.
const (
	baseBytes     = 300 << 20
	picturesAlive = 40
)

// table is the table of recordings while it grows.
type table struct {
	mu   sync.Mutex
	rows []*report.RecordingRow // in the recordings' order; nil where there is none yet
	dir  string
}

// set writes a recording's row and the table with it.
func (t *table) set(i int, row report.RecordingRow) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows[i] = &row
	return t.write()
}

func (t *table) write() error {
	if err := os.MkdirAll(t.dir, 0o755); err != nil {
		return fmt.Errorf("making the folder for the results: %w", err)
	}
	var rows []report.RecordingRow
	for _, r := range t.rows {
		if r != nil {
			rows = append(rows, *r)
		}
	}
	return report.WriteRecordings(t.dir, rows, Version)
}

// outcome counts what became of the recordings.
type outcome struct {
	mu         sync.Mutex
	failed     []error
	unmeasured int
	stop       error // after which no other recording can be analyzed either
}

// all analyzes several recordings side by side. One that fails does not stop
// the rest.
func (r *analysis) all(found *batch.Found) error {
	for _, s := range found.Suspect {
		fmt.Fprintln(r.notes, words.Default().Say("cli.note.skipped", words.Args{"Reason": s}))
	}
	n := len(found.Recordings)
	if n == 0 {
		return withExit(ExitUsage, errors.New(words.Default().Count("cli.usage.noRecordings", found.Others)))
	}
	if found.Others > 0 {
		fmt.Fprintln(r.notes, words.Default().Count("cli.batch.found", n, words.Args{"Skipped": words.Default().Count("cli.batch.skipped", found.Others)}))
	}
	jobs := r.jobs(found.Recordings)
	if jobs > 1 {
		r.opt.Threads = max(1, runtime.GOMAXPROCS(0)/jobs)
	}
	ctx, cancel := context.WithCancel(r.env.Ctx)
	defer cancel()
	t := &table{rows: make([]*report.RecordingRow, n), dir: r.Out}
	var o outcome
	todo, err := r.before(t, &o, found.Recordings)
	if err != nil {
		return err
	}
	next := make(chan int)
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			for i := range next {
				if err := r.row(ctx, t, &o, found.Recordings, i); err != nil {
					o.mu.Lock()
					o.stop = errors.Join(o.stop, err)
					o.mu.Unlock()
					cancel()
				}
			}
		})
	}
	for _, i := range todo {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	workers.Wait()
	return r.verdict(&o, n)
}

// before puts the rows of the recordings that are done already into the table,
// and gives the numbers of the others.
func (r *analysis) before(t *table, o *outcome, recs []batch.Recording) (todo []int, err error) {
	for i, rec := range recs {
		a := r.done(r.env.Ctx, rec, filepath.Join(r.Out, filepath.FromSlash(rec.Folder)))
		if a == nil {
			todo = append(todo, i)
			continue
		}
		row := report.RecordingRow{Path: rec.Name, Folder: rec.Folder, State: a.State().String(), SHA256: a.Recording.SHA256, Analysis: a}
		if a.State() != report.StateMeasured {
			row.ExitCode = ExitNoFace
			o.unmeasured++
		}
		t.rows[i] = &row
	}
	if len(todo) == len(recs) || r.env.Ctx.Err() != nil {
		return todo, nil
	}
	fmt.Fprintln(r.notes, words.Default().Count("cli.batch.done", len(recs), words.Args{"Done": len(recs) - len(todo)}))
	return todo, t.write()
}

// row analyzes recording i and puts its row into the table. An error stops all.
func (r *analysis) row(ctx context.Context, t *table, o *outcome, recs []batch.Recording, i int) error {
	rec := recs[i]
	name := words.Default().Say("cli.batch.place", words.Args{"Number": i + 1, "All": len(recs), "File": rec.Name})
	dir := filepath.Join(r.Out, filepath.FromSlash(rec.Folder))
	a, err := r.one(ctx, rec, dir, name)
	if ctx.Err() != nil {
		return nil // broken off: this recording has no row
	}
	row := report.RecordingRow{Path: rec.Name, Folder: rec.Folder, Analysis: a}
	switch {
	case a != nil:
		row.State, row.SHA256 = a.State().String(), a.Recording.SHA256
	default:
		row.State = report.StateFailed(errors.New(reason(rec, err)))
		row.SHA256, _ = digest.OfFile(ctx, rec.Path)
	}
	o.mu.Lock()
	switch {
	case err != nil:
		err = inputError(rec.Name, err)
		row.ExitCode = exitCode(err)
		o.failed = append(o.failed, err)
	case a.State() != report.StateMeasured:
		row.ExitCode = ExitNoFace
		o.unmeasured++
	}
	o.mu.Unlock()
	if err != nil {
		fmt.Fprintf(r.errors, "facialis: %s: %s\n", name, reason(rec, err))
	}
	if errors.Is(err, video.ErrNoFFmpeg) || errors.Is(err, infer.ErrMissing) {
		return withExit(ExitSetup, err)
	}
	return t.set(i, row)
}

// reason is an error about a recording in one line, without its name before it.
func reason(rec batch.Recording, err error) string {
	s := oneLine(err)
	for _, name := range []string{rec.Path, rec.Name, filepath.Base(rec.Path)} {
		s = strings.TrimPrefix(s, name+": ")
	}
	return s
}

// verdict is how the program ends after all recordings.
func (r *analysis) verdict(o *outcome, n int) error {
	switch {
	case r.env.Ctx.Err() != nil:
		return withExit(ExitStopped, r.env.Ctx.Err())
	case o.stop != nil:
		return o.stop
	case len(o.failed) == n:
		return withExit(exitCode(o.failed[0]), errors.New(words.Default().Count("cli.batch.none", n)))
	case len(o.failed) > 0:
		return withExit(ExitPartial, errors.New(words.Default().Count("cli.batch.failed", n, words.Args{"Failed": len(o.failed)})))
	case o.unmeasured > 0:
		return withExit(ExitNoFace, errors.New(words.Default().Count("cli.batch.unmeasured", n, words.Args{"Unmeasured": o.unmeasured})))
	}
	return nil
}

// jobs is how many recordings are analyzed at once.
func (r *analysis) jobs(recs []batch.Recording) int {
	if r.Jobs > 0 {
		return min(r.Jobs, len(recs))
	}
	return min(fitting(recs, runtime.GOMAXPROCS(0), freeMemory()), len(recs))
}

// fitting is how many recordings find room in so many cores and bytes, 0 where
// the memory is not known.
func fitting(recs []batch.Recording, cores int, memory int64) int {
	if memory <= 0 {
		return max(1, cores)
	}
	pixels := int64(1920 * 1080)
	for _, rec := range recs {
		pixels = max(pixels, int64(rec.Info.Width)*int64(rec.Info.Height))
	}
	return max(1, min(cores, int(memory/(baseBytes+picturesAlive*pixels*3/2))))
}

// freeMemory is how many bytes can be used without swapping; 0 where the system
// does not say.
func freeMemory() int64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if parts := strings.Fields(lines.Text()); len(parts) > 1 && parts[0] == "MemAvailable:" {
			kb, _ := strconv.ParseInt(parts[1], 10, 64)
			return kb << 10
		}
	}
	return 0
}
