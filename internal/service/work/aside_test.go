package work_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"facialis/internal/jail/jailtest"
	"facialis/internal/pipeline"
	"facialis/internal/service/folder/foldertest"
	"facialis/internal/service/queue"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"
	"facialis/report"
	"facialis/video"
)

// running is a worker at work in a data folder of its own.
func running(t *testing.T, change func(*work.Options)) (*work.Worker, *bench) {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	f := foldertest.Open(t, dir)
	o := work.Options{Run: worktest.Run, Poll: 5 * time.Millisecond, Retry: time.Millisecond, Workers: 1}
	if change != nil {
		change(&o)
	}
	w, err := work.New(ctx, f.Store, f.Blobs, o)
	must(t, err)
	must(t, w.Start(ctx))
	t.Cleanup(func() {
		start := time.Now()
		must(t, w.Stop(ctx))
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("stopping took %v", d)
		}
		must(t, f.Close())
	})
	return w, &bench{dir: dir, st: f.Store, b: f.Blobs}
}

// add adds a film and waits until its analysis is over.
func add(t *testing.T, w *work.Worker, b *bench, person string) *record.Recording {
	t.Helper()
	r := &record.Recording{PersonID: person, CreatedAt: record.Micros(time.Now())}
	must(t, w.Add(context.Background(), r, func(out io.Writer) error { _, err := out.Write(worktest.Film(t)); return err }))
	return over(t, b, r.ID)
}

func over(t *testing.T, b *bench, id string) *record.Recording {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		r, err := b.st.Recording(context.Background(), id)
		must(t, err)
		if r.State.Over() {
			return r
		}
		if time.Now().After(end) {
			t.Fatalf("the analysis is %s", r.State)
		}
	}
}

// stills are the pictures of a recording's peaks, nil where none were taken yet.
func stills(t *testing.T, b *bench, r *record.Recording) []report.Still {
	t.Helper()
	f, err := b.b.Open("films/" + r.ID + "/" + r.Analysis + "/" + work.StillsFile)
	must(t, err)
	defer f.Close()
	data, err := io.ReadAll(f)
	must(t, err)
	var out []report.Still
	must(t, json.Unmarshal(data, &out))
	return out
}

// hangs is an ffmpeg that decodes for the analysis and sleeps otherwise.
const hangs = `case "$*" in *yuv4mpegpipe*) exec "$REAL" "$@";; esac
exec sleep 1000`

// A copy to play that hangs holds up neither its own analysis nor the next one,
// nor the end of the program.
func TestHangingCopyHoldsNothingUp(t *testing.T) {
	worktest.Film(t)
	jailtest.Stub(t, "ffmpeg", hangs)
	w, b := running(t, func(o *work.Options) { o.Limits.Stall = time.Hour })
	p := b.person(t)
	for range 2 {
		if r := add(t, w, b, p); r.State != record.Done || !*r.Usable {
			t.Errorf("%+v", r)
		}
	}
}

// It is given up after a while; the pictures are taken all the same, and a
// single picture that hangs is given up too.
func TestHangingCopyIsGivenUp(t *testing.T) {
	worktest.Film(t)
	jailtest.Stub(t, "ffmpeg", hangs)
	w, b := running(t, func(o *work.Options) {
		o.Limits = work.Limits{Stall: 300 * time.Millisecond, Picture: 300 * time.Millisecond}
	})
	r := add(t, w, b, b.person(t))
	worktest.Aside(t, w, r.ID)
	if n := len(stills(t, b, r)); n != 1 {
		t.Errorf("%d pictures", n)
	}
	if _, err := w.Frame(context.Background(), r, 1); !errors.Is(err, work.ErrBusy) {
		t.Errorf("a picture that hangs: %v", err)
	}
	f, err := w.Open(context.Background(), r, work.PlayFile)
	must(t, err)
	defer f.Close()
	film, err := io.ReadAll(f)
	if err != nil || !bytes.Equal(film, worktest.Film(t)) {
		t.Errorf("without a copy the film itself is not served: %v", err)
	}
}

// Neither pictures nor a copy that fail spoil the analysis.
func TestFailingSideProducts(t *testing.T) {
	worktest.Film(t)
	broken := filepath.Join(t.TempDir(), "broken")
	jailtest.Stub(t, "", "[ -e '"+broken+"' ] || exec \"$REAL\" \"$@\"\necho broken >&2\nexit 1")
	w, b := running(t, func(o *work.Options) {
		o.Run = func(ctx context.Context, path string, opt pipeline.Options, progress func(pipeline.Progress)) (*pipeline.Result, error) {
			must(t, os.WriteFile(broken, nil, 0o600))
			return worktest.Run(ctx, path, opt, progress)
		}
	})
	r := add(t, w, b, b.person(t))
	worktest.Aside(t, w, r.ID)
	if s := stills(t, b, r); r.State != record.Done || s == nil || len(s) != 0 {
		t.Errorf("%+v, pictures %v", r, s)
	}
	if page, err := w.Report(context.Background(), r, "public", false); err != nil || len(page) == 0 {
		t.Errorf("the report: %v", err)
	}
}

// However many pictures are asked for, few are taken at once.
func TestFewPicturesAtOnce(t *testing.T) {
	worktest.Film(t)
	w, b := running(t, func(o *work.Options) { o.Limits = work.Limits{Picture: time.Minute, Wait: time.Minute} })
	r := add(t, w, b, b.person(t))
	worktest.Aside(t, w, r.ID)
	dir := t.TempDir()
	jailtest.Stub(t, "ffmpeg", "COUNT='"+dir+`'
mkdir "$COUNT/on.$$"
ls "$COUNT" | grep -c on >> "$COUNT/log"
sleep 0.1
"$REAL" "$@"
rmdir "$COUNT/on.$$"`)
	var all sync.WaitGroup
	var failed atomic.Int32
	for i := range 20 {
		all.Go(func() {
			if _, err := w.Frame(context.Background(), r, float64(i)/20); err != nil {
				failed.Add(1)
				t.Error(err)
			}
		})
	}
	all.Wait()
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	must(t, err)
	most := 0
	for _, line := range strings.Fields(string(log)) {
		var n int
		fmt.Sscan(line, &n)
		most = max(most, n)
	}
	if limit := max(2, runtime.NumCPU()/2); most > limit || most == 0 {
		t.Errorf("%d at once, at most %d are wanted", most, limit)
	}
}

// The same picture is taken once.
func TestPictureIsKept(t *testing.T) {
	worktest.Film(t)
	w, b := running(t, nil)
	r := add(t, w, b, b.person(t))
	worktest.Aside(t, w, r.ID)
	first, err := w.Frame(t.Context(), r, 0.5)
	must(t, err)
	jailtest.Stub(t, "ffmpeg", "exit 1")
	again, err := w.Frame(t.Context(), r, 0.5)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("%d and %d bytes, %v", len(first), len(again), err)
	}
	if _, err := w.Frame(t.Context(), r, 0.2); err == nil {
		t.Error("another moment is the same picture")
	}
}

// A copy to play that hangs is ended and tried again.
func TestHangingCopyIsTriedAgain(t *testing.T) {
	worktest.Film(t)
	dir := t.TempDir()
	jailtest.Stub(t, "ffmpeg", `case "$*" in *copy.mp4*) if mkdir '`+dir+`/once' 2>/dev/null; then exec sleep 1000; fi;; esac
exec "$REAL" "$@"`)
	w, b := running(t, func(o *work.Options) { o.Limits.Stall = 2 * time.Second })
	r := add(t, w, b, b.person(t))
	worktest.Aside(t, w, r.ID)
	if _, err := os.Stat(filepath.Join(dir, "once")); err != nil {
		t.Fatal("nothing hung")
	}
	if _, err := b.b.Size("films/" + r.ID + "/" + work.PlayFile); err != nil {
		t.Error(err)
	}
}

// An analysis that never ends is ended, tried again, and in the end given up.
func TestEndlessAnalysis(t *testing.T) {
	var tries atomic.Int32
	w, b := running(t, func(o *work.Options) {
		o.Limits = work.Limits{Analysis: 50 * time.Millisecond}
		o.Run = func(ctx context.Context, path string, opt pipeline.Options, progress func(pipeline.Progress)) (*pipeline.Result, error) {
			tries.Add(1)
			<-ctx.Done()
			return nil, ctx.Err()
		}
	})
	r := add(t, w, b, b.person(t))
	if r.State != record.Failed || tries.Load() != queue.MaxAttempts || r.Problem == nil || !strings.Contains(*r.Problem, "longer") {
		t.Errorf("%+v after %d tries", r, tries.Load())
	}
}

// A picture that waits too long for its turn is refused as busy.
func TestPictureWaits(t *testing.T) {
	worktest.Film(t)
	w, b := running(t, func(o *work.Options) {
		o.Limits = work.Limits{Picture: 3 * time.Second, Wait: 50 * time.Millisecond, Stall: time.Millisecond}
	})
	r := add(t, w, b, b.person(t))
	worktest.Aside(t, w, r.ID)
	jailtest.Stub(t, "ffmpeg", "exec sleep 1000")
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for range max(2, runtime.NumCPU()/2) {
		all.Go(func() { w.Frame(ctx, r, 1) })
	}
	time.Sleep(200 * time.Millisecond)
	start := time.Now()
	if _, err := w.Frame(ctx, r, 1); !errors.Is(err, work.ErrBusy) || time.Since(start) > 2*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	cancel()
	all.Wait()
}

// A film that a busy computer could not look at in time is tried again, more
// often than one with a fault of its own, and none of that counts as an attempt.
func TestBusyIsNoFault(t *testing.T) {
	var tries atomic.Int32
	w, b := running(t, func(o *work.Options) {
		o.Limits = work.Limits{Busy: time.Millisecond}
		o.Run = func(ctx context.Context, path string, opt pipeline.Options, progress func(pipeline.Progress)) (*pipeline.Result, error) {
			if tries.Add(1) <= 6 {
				return nil, fmt.Errorf("x: %w", video.ErrBusy)
			}
			return worktest.Run(ctx, path, opt, progress)
		}
	})
	r := add(t, w, b, b.person(t))
	if r.State != record.Done || r.Attempts != 1 || tries.Load() != 7 {
		t.Errorf("%s, %d attempts, %d tries", r.State, r.Attempts, tries.Load())
	}
}
