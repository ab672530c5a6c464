package work_test

import (
	"context"
	"io"
	"testing"
	"time"

	"facialis/internal/pipeline"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"
	"facialis/video"
)

const toldWithin = 30 * time.Second // on a busy machine

// The beginning of a long recording is told while the whole of it is analyzed, with
// sides only where they can be told; of a short recording nothing is told before.
func TestFirstLook(t *testing.T) {
	ctx := context.Background()
	yes := false
	for _, c := range []struct {
		name     string
		length   float64 // s
		mirrored *bool
		looks    int
	}{{"long", 120, &yes, 2}, {"nobody knows the side", 120, nil, 2}, {"short", 20, &yes, 1}} {
		t.Run(c.name, func(t *testing.T) {
			looks, whole, goOn := 0, make(chan bool), make(chan bool)
			w, b := running(t, func(o *work.Options) {
				o.Probe = func(ctx context.Context, path string) (video.Info, error) {
					i, err := video.Probe(ctx, path)
					i.Duration = c.length
					return i, err
				}
				o.Run = func(ctx context.Context, path string, opt pipeline.Options, progress func(pipeline.Progress)) (*pipeline.Result, error) {
					looks++
					if opt.UntilS == 0 {
						whole <- true
						<-goOn
						progress(pipeline.Progress{Frames: 60, AtS: 2, TotalS: c.length})
					}
					return worktest.Run(ctx, path, opt, func(pipeline.Progress) {})
				}
			})
			sub := w.Hub.Subscribe("")
			defer sub.Close()
			r := &record.Recording{PersonID: b.person(t), CreatedAt: record.Micros(time.Now()), Film: record.Film{Mirrored: c.mirrored}}
			must(t, w.Add(ctx, r, func(out io.Writer) error { _, err := out.Write(worktest.Film(t)); return err }))
			<-whole
			var told *work.FirstLook
			// What is told comes by way of the database where several machines share one.
			for end := time.Now().Add(toldWithin); c.looks > 1 && told == nil && time.Now().Before(end); time.Sleep(time.Millisecond) {
				for _, p := range sub.Take() {
					told = p.First
				}
			}
			close(goOn)
			if got := over(t, b, r.ID); got.State != record.Done || looks != c.looks {
				t.Fatalf("%s after %d looks", got.State, looks)
			}
			switch {
			case c.looks == 1:
				if told != nil {
					t.Errorf("told %+v", told)
				}
			case told == nil || told.Spasms != 2 || told.Seconds <= 0:
				t.Errorf("told %+v", told)
			case (told.Right == nil) != (c.mirrored == nil) || (told.Left == nil) != (c.mirrored == nil):
				t.Errorf("sides %v %v", told.Right, told.Left)
			case told.Right != nil && (*told.Right != 2 || *told.Left != 0):
				t.Errorf("%d right, %d left", *told.Right, *told.Left)
			}
			for _, p := range sub.Take() { // what was told first stays beside the progress
				if p.State == record.Analyzing && (p.First == nil) != (told == nil) {
					t.Errorf("then %+v", p)
				}
			}
		})
	}
}
