package grid

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync"
	"time"

	"facialis/phantom"
	"facialis/spasm"
	"facialis/validate"
)

// Method is a way of finding spasms in a video.
type Method struct {
	Name  string // in tables and charts
	About string // one sentence
	// Levels are factors on the method's thresholds, from bold to shy; Usual is
	// the index of the one that is used otherwise.
	Levels []float64
	Usual  int
	// Find returns the events in the video at path, a list for each level.
	Find func(ctx context.Context, path string) ([][]spasm.Event, error)
}

// Clip is one drawn video with its truth and what each method found in it.
type Clip struct {
	Name  string
	View  View
	What  string              // spasms, rest or talk
	Plan  []phantom.EventSpec // the twitches drawn, by time
	Truth *phantom.Truth
	Found [][][]spasm.Event // by method and level
	Took  time.Duration
}

// Run draws every video of the grid in dir, unless it is there from a run
// before, and lets every method look at it; workers at a time. Progress, where
// not nil, is told of each clip that is done.
func (g Grid) Run(ctx context.Context, dir string, methods []Method, workers int, progress func(done, total int, c *Clip)) ([]*Clip, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("making the folder of the grid: %w", err)
	}
	type job struct {
		clip *Clip
		spec *phantom.Spec
	}
	var jobs []job
	for i, v := range g.Healthy {
		for _, talk := range []bool{false, true} {
			s := g.healthy(v, talk, i)
			what := map[bool]string{false: "rest", true: "talk"}[talk]
			jobs = append(jobs, job{&Clip{Name: s.Name, View: v, What: what}, s})
		}
	}
	for i, v := range g.Views {
		s := g.spec(v, i)
		jobs = append(jobs, job{&Clip{Name: s.Name, View: v, What: "spasms", Plan: s.Events}, s})
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next := make(chan job)
	var mu sync.Mutex
	var failed error
	done := 0
	var wg sync.WaitGroup
	for range max(1, workers) {
		wg.Go(func() {
			for j := range next {
				err := j.clip.run(ctx, dir, j.spec, methods)
				mu.Lock()
				if err != nil {
					failed = errors.Join(failed, fmt.Errorf("%s: %w", j.clip.Name, err))
					cancel()
				} else if done++; progress != nil {
					progress(done, len(jobs), j.clip)
				}
				mu.Unlock()
			}
		})
	}
feed:
	for _, j := range jobs {
		select {
		case next <- j:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	if failed != nil {
		return nil, failed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	clips := make([]*Clip, len(jobs))
	for i, j := range jobs {
		clips[i] = j.clip
	}
	return clips, nil
}

// run draws one clip and lets the methods look at it.
func (c *Clip) run(ctx context.Context, dir string, spec *phantom.Spec, methods []Method) error {
	start := time.Now()
	video := filepath.Join(dir, c.Name+".mp4")
	truthFile := filepath.Join(dir, c.Name+".truth.json")
	truth, err := phantom.ReadTruth(truthFile)
	if _, gone := os.Stat(video); err != nil || gone != nil {
		if truth, err = phantom.Render(ctx, spec, video, nil); err != nil {
			return err
		}
		if err := truth.WriteFile(truthFile); err != nil {
			return err
		}
	}
	c.Truth = truth
	for _, m := range methods {
		found, err := m.Find(ctx, video)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		if len(found) != len(m.Levels) {
			return fmt.Errorf("%s gave %d lists of events for %d levels", m.Name, len(found), len(m.Levels))
		}
		c.Found = append(c.Found, found)
	}
	c.Took = time.Since(start)
	return nil
}

// drawnMM is the amplitude that a truth event was drawn with; the frames may
// miss its very peak, so it is told by its time. It is 0 for events that are
// not of the plan.
func (c *Clip) drawnMM(e spasm.Event) float64 {
	for _, p := range c.Plan {
		if e.OnsetS > p.At-0.5 && e.OnsetS < p.At+0.5 {
			return p.Regions[0].MM
		}
	}
	return 0
}

// involuntary are the events that count as spasms in the curves.
func involuntary(events []spasm.Event) []spasm.Event {
	var out []spasm.Event
	for _, e := range events {
		if e.Kind == spasm.Spasm || e.Kind == spasm.Synkinesis {
			out = append(out, e)
		}
	}
	return out
}

// onsetWithinS is how far the onset of a found event may lie from the drawn
// one's: without a limit a method that calls long stretches a spasm would find
// whatever lies in them.
const onsetWithinS = 0.2

// match pairs the spasms of a clip with a method's, of the same side and about
// the same onset.
func (c *Clip) match(method, level int) (truth, found []spasm.Event, pairs []validate.Pair) {
	truth, found = involuntary(c.Truth.Events), involuntary(c.Found[method][level])
	pairs = validate.Match(truth, found, validate.DefaultParams().ToleranceS,
		func(t, r spasm.Event) bool {
			return t.Side == r.Side && math.Abs(t.OnsetS-r.OnsetS) <= onsetWithinS
		},
		func(t, r spasm.Event) float64 {
			if t.Lead == r.Lead {
				return 1
			}
			return 0
		})
	return truth, found, pairs
}
