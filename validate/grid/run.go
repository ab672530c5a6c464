package grid

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"facialis/event"
	"facialis/phantom"
	"facialis/validate"
)

// Method is a way of finding spasms in a video.
type Method struct {
	Name  string // in tables and charts
	About string // one sentence
	// Levels are added to the method's operating point, in log-odds, from bold to
	// shy; Usual is the index of the one that is used otherwise: 0.
	Levels []float64
	Usual  int
	// Find returns the events in the video at path, a list for each level.
	Find func(ctx context.Context, path string) (Found, error)
}

// Found is what a method found in a video, by level, and how long it looked; of
// a look kept from a run before, how long that one took.
type Found struct {
	Events [][]event.Event
	Took   time.Duration
}

// Clip is one drawn video with its truth and what each method found in it.
type Clip struct {
	Name  string
	View  View
	What  string              // spasms, rest or talk
	Plan  []phantom.EventSpec // the twitches drawn, by time
	Truth *phantom.Truth
	Found []Found // by method
	Drew  time.Duration

	spec *phantom.Spec
	sum  string // of the spec
}

// newClip is a clip yet to be drawn.
func newClip(what string, v View, s *phantom.Spec) *Clip {
	sum := sha256.Sum256(fmt.Append(nil, *s))
	return &Clip{Name: s.Name, View: v, What: what, Plan: s.Events, spec: s, sum: hex.EncodeToString(sum[:])}
}

// Took is the work that the clip was, now or in the run that it is kept from.
func (c *Clip) Took() time.Duration {
	t := c.Drew
	for _, f := range c.Found {
		t += f.Took
	}
	return t
}

// Run says how a grid is run.
type Run struct {
	Dir      string    // where the videos are kept
	Drawing  string    // the version of the drawing: a video of another one is drawn again
	Workers  int       // clips worked on at a time
	Until    time.Time // no clip is begun after it, unless it is zero
	Progress func(done, total int, c *Clip)
}

// clips are all of the grid: those without spasms first, then the views, in an
// order that spreads what is done first over all of their properties.
func (g Grid) clips() []*Clip {
	var all []*Clip
	for i, v := range g.Healthy {
		for _, talk := range []bool{false, true} {
			what := map[bool]string{false: "rest", true: "talk"}[talk]
			all = append(all, newClip(what, v, g.healthy(v, talk, i)))
		}
	}
	for _, i := range rand.New(rand.NewPCG(g.Seed, 3)).Perm(len(g.Views)) {
		all = append(all, newClip("spasms", g.Views[i], g.spec(g.Views[i], i)))
	}
	return all
}

// Run draws the grid's videos, unless they are there from a run before, and lets
// every method look at them. It returns the clips that were done; where the time
// was up or ctx ended they are not all, and ctx's error comes with them.
func (g Grid) Run(ctx context.Context, how Run, methods []Method) ([]*Clip, error) {
	if err := os.MkdirAll(how.Dir, 0o777); err != nil {
		return nil, fmt.Errorf("making the folder of the grid: %w", err)
	}
	outer := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	all := g.clips()
	next := make(chan *Clip)
	var mu sync.Mutex
	var failed error
	var done []*Clip
	var wg sync.WaitGroup
	for range max(1, how.Workers) {
		wg.Go(func() {
			for c := range next {
				err := c.run(ctx, how, methods)
				mu.Lock()
				switch {
				case err != nil && ctx.Err() != nil:
				case err != nil:
					failed = fmt.Errorf("%s: %w", c.Name, err)
					cancel()
				default:
					done = append(done, c)
					if how.Progress != nil {
						how.Progress(len(done), len(all), c)
					}
				}
				mu.Unlock()
			}
		})
	}
feed:
	for _, c := range all {
		if !how.Until.IsZero() && time.Now().After(how.Until) {
			break
		}
		select {
		case next <- c:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	if failed != nil {
		return nil, failed
	}
	slices.SortFunc(done, func(a, b *Clip) int { return slices.Index(all, a) - slices.Index(all, b) })
	return done, outer.Err()
}

// run draws one clip and lets the methods look at it.
func (c *Clip) run(ctx context.Context, how Run, methods []Method) error {
	if err := c.draw(ctx, how); err != nil {
		return err
	}
	for _, m := range methods {
		found, err := m.Find(ctx, c.video(how))
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		if len(found.Events) != len(m.Levels) {
			return fmt.Errorf("%s gave %d lists of events for %d levels", m.Name, len(found.Events), len(m.Levels))
		}
		c.Found = append(c.Found, found)
	}
	return nil
}

// video is the clip's file: its name holds what it was drawn from and by.
func (c *Clip) video(how Run) string {
	return filepath.Join(how.Dir, fmt.Sprintf("%s.%.10x.mp4", c.Name, sha256.Sum256([]byte(c.sum+how.Drawing))))
}

// draw draws the clip's video, unless it lies there, and writes its truth
// beside it.
func (c *Clip) draw(ctx context.Context, how Run) error {
	video := c.video(how)
	stem := strings.TrimSuffix(video, ".mp4")
	took, err := os.ReadFile(stem + ".took")
	if _, gone := os.Stat(video); err == nil && gone == nil {
		if c.Drew, err = time.ParseDuration(strings.TrimSpace(string(took))); err != nil {
			return fmt.Errorf("reading how long the drawing took: %w", err)
		}
		if c.Truth, err = phantom.Tell(c.spec); err != nil {
			return err
		}
		return c.Truth.WriteFile(stem + ".truth.json")
	}
	start := time.Now()
	if c.Truth, err = phantom.Render(ctx, c.spec, video, nil); err != nil {
		return err
	}
	if err := c.Truth.WriteFile(stem + ".truth.json"); err != nil {
		return err
	}
	c.Drew = time.Since(start).Round(time.Millisecond)
	if err := os.WriteFile(stem+".took", []byte(c.Drew.String()+"\n"), 0o666); err != nil {
		return fmt.Errorf("writing how long the drawing took: %w", err)
	}
	return nil
}

// drawnMM is the amplitude that a truth event was drawn with; the frames may
// miss its very peak, so it is told by its time. It is 0 for events that are
// not of the plan.
func (c *Clip) drawnMM(e event.Event) float64 {
	for _, p := range c.Plan {
		if e.OnsetS > p.At-0.5 && e.OnsetS < p.At+0.5 {
			return p.Regions[0].MM
		}
	}
	return 0
}

// involuntary are the events that count as spasms in the curves.
func involuntary(events []event.Event) []event.Event {
	var out []event.Event
	for _, e := range events {
		if e.Kind == event.Spasm || e.Kind == event.Synkinesis {
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
func (c *Clip) match(method, level int) (truth, found []event.Event, pairs []validate.Pair) {
	truth, found = involuntary(c.Truth.Events), involuntary(c.Found[method].Events[level])
	pairs = validate.Match(truth, found, validate.DefaultParams().ToleranceS,
		func(t, r event.Event) bool {
			return t.Side == r.Side && math.Abs(t.OnsetS-r.OnsetS) <= onsetWithinS
		},
		func(t, r event.Event) float64 {
			if t.Lead == r.Lead {
				return 1
			}
			return 0
		})
	return truth, found, pairs
}
