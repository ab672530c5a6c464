package work_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"facialis/internal/pipeline"
	"facialis/internal/service/blob"
	"facialis/internal/service/folder"
	"facialis/internal/service/folder/foldertest"
	"facialis/internal/service/pgtest"
	"facialis/internal/service/record"
	"facialis/internal/service/s3test"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"
)

func TestMain(m *testing.M) { foldertest.Main(m) }

// shares are workers of several processes on one database and one store.
func shares(t *testing.T, n int, change func(i int, o *work.Options)) ([]*work.Worker, *bench) {
	t.Helper()
	at := folder.Shared{Database: pgtest.Database(t), Blobs: s3test.Store(t), Spool: filepath.Join(t.TempDir(), "spool")}
	var all []*work.Worker
	var b *bench
	for i := range n {
		f, err := folder.OpenShared(t.Context(), at)
		must(t, err)
		o := work.Options{Run: worktest.Run, Poll: 5 * time.Millisecond, Retry: time.Millisecond, Workers: 1, Beat: 50 * time.Millisecond, Lease: time.Minute, Look: 20 * time.Millisecond}
		if change != nil {
			change(i, &o)
		}
		w, err := work.New(t.Context(), f.Store, f.Blobs, o)
		must(t, err)
		must(t, w.Start(t.Context()))
		t.Cleanup(func() {
			must(t, w.Stop(context.Background()))
			must(t, f.Close())
		})
		all, b = append(all, w), &bench{st: f.Store, b: f.Blobs}
	}
	return all, b
}

// Whoever asks one process is told what another does, and cancels it there.
func TestProgressAndCancelElsewhere(t *testing.T) {
	begun := make(chan bool, 1)
	ws, b := shares(t, 2, func(i int, o *work.Options) {
		if i == 0 {
			o.Workers = -1
		}
		o.Run = func(ctx context.Context, path string, opt pipeline.Options, progress func(pipeline.Progress)) (*pipeline.Result, error) {
			begun <- true
			for frames := 1; ; frames++ {
				progress(pipeline.Progress{Frames: frames, AtS: 1, TotalS: 10})
				select {
				case <-ctx.Done():
					return nil, ctx.Err()
				case <-time.After(20 * time.Millisecond):
				}
			}
		}
	})
	asked := ws[0]
	r := &record.Recording{PersonID: b.person(t), CreatedAt: record.Micros(time.Now())}
	must(t, asked.Add(t.Context(), r, func(out io.Writer) error { _, err := out.Write(worktest.Film(t)); return err }))
	sub := asked.Hub.Subscribe(r.ID)
	defer sub.Close()
	<-begun
	for seen := false; !seen; {
		<-sub.C
		for _, p := range sub.Take() {
			seen = seen || p.Frames > 0 && p.Progress != nil
		}
	}
	must(t, asked.Cancel(t.Context(), r.ID))
	now, err := b.st.Recording(t.Context(), r.ID)
	must(t, err)
	if now.State != record.Canceled {
		t.Errorf("%s", now.State)
	}
	// Its end there is the end of everything about it.
	must(t, asked.DeleteRecording(t.Context(), r.ID))
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if _, err := b.b.Size("films/" + r.ID); errors.Is(err, blob.ErrNotFound) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("files are left")
		}
	}
}

// What another process may be writing is left alone by the one that tidies, and
// what nobody can be writing any more is not.
func TestTidyBesideOthers(t *testing.T) {
	ws, b := shares(t, 2, nil)
	fresh := record.NewID()
	b.put(t, "films/"+fresh+"/unfinished", "")
	b.put(t, "films/"+fresh+"/original", "a film on its way")
	b.put(t, "incoming/"+record.NewID(), "an archive on its way")
	for _, w := range ws {
		must(t, w.Tidy(t.Context(), time.Now()))
	}
	if n, err := b.b.Size("films/" + fresh + "/original"); n == 0 || err != nil {
		t.Error("what another process writes was removed:", err)
	}
	if names, err := b.b.List("incoming"); err != nil || len(names) != 1 {
		t.Error(names, err)
	}
}

// A spool without room is no fault of the film: the work waits.
func TestNoRoomInSpool(t *testing.T) {
	full := true
	ws, b := shares(t, 1, func(_ int, o *work.Options) {
		o.Limits.Busy = 10 * time.Millisecond
		run := o.Run
		o.Run = func(ctx context.Context, path string, opt pipeline.Options, progress func(pipeline.Progress)) (*pipeline.Result, error) {
			if full {
				full = false
				return nil, &os.PathError{Op: "write", Path: path, Err: syscall.ENOSPC}
			}
			return run(ctx, path, opt, progress)
		}
	})
	r := add(t, ws[0], b, b.person(t))
	if r.State != record.Done || r.Attempts != 1 || r.Problem != nil {
		t.Errorf("%s after %d attempts", r.State, r.Attempts)
	}
}
