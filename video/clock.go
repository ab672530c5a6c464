package video

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"facialis/event"
	"facialis/internal/signal"
)

// Clock is the ledger of a film's clock: what its time stamps said, and what was
// made of them. All times but FirstFrameS are those of the frames, in seconds
// from the first one.
type Clock struct {
	FirstFrameS *float64    `json:"first_frame_s"`    // how long after the file's beginning, where a player's clock stands at 0, the first picture comes; null when the file does not say
	Jumps       []ClockJump `json:"jumps"`            // where the stamps went back and the time was carried on
	Holes       []Stretch   `json:"holes"`            // where nothing was filmed
	Frozen      []Stretch   `json:"frozen"`           // where one picture was repeated
	TrueRate    *float64    `json:"true_rate"`        // pictures a second, repeated ones left out; null for a single picture
	SlowMotion  *float64    `json:"slow_motion"`      // how many times slower the file plays than it was filmed; the times here are those of the filming. null where it is not slowed
	Resized     []float64   `json:"resized"`          // where the size of the stored pictures changed
	Joints      []float64   `json:"joints,omitempty"` // where another film, place or light begins although the clock goes on: see [Options]
	Assumed     int         `json:"assumed"`          // pictures without a stamp that could be used, whose time was filled in
}

// Cuts are the times, ascending, of the pictures that do not go on from the one
// before though nothing is missing between them: after a jump of the clock, where
// the size of the pictures changed, and after a joint.
func (c Clock) Cuts() []float64 {
	out := append(slices.Clone(c.Resized), c.Joints...)
	for _, j := range c.Jumps {
		out = append(out, j.AtS)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Until is the ledger of what was before time t.
func (c Clock) Until(t float64) Clock {
	c.Jumps = slices.DeleteFunc(slices.Clone(c.Jumps), func(j ClockJump) bool { return j.AtS >= t })
	late := func(s Stretch) bool { return s.FromS >= t }
	c.Holes, c.Frozen = slices.DeleteFunc(slices.Clone(c.Holes), late), slices.DeleteFunc(slices.Clone(c.Frozen), late)
	c.Resized = slices.DeleteFunc(slices.Clone(c.Resized), func(at float64) bool { return at >= t })
	c.Joints = slices.DeleteFunc(slices.Clone(c.Joints), func(at float64) bool { return at > t })
	return c
}

// Then is the ledger of a film whose rest has the ledger next, read from there on.
func (c Clock) Then(next Clock) Clock {
	if c.FirstFrameS != nil {
		next.FirstFrameS = c.FirstFrameS
	}
	next.Jumps, next.Holes, next.Frozen = append(c.Jumps, next.Jumps...), append(c.Holes, next.Holes...), append(c.Frozen, next.Frozen...)
	next.Resized, next.Joints = append(c.Resized, next.Resized...), append(c.Joints, next.Joints...)
	next.Assumed += c.Assumed
	return next
}

// FileS is when a player of the file, whose clock stands at 0 at the file's
// beginning and runs as the file is stored, shows what happened at time t. Where
// the clock jumps, players carry on, as the frames' times do.
func (c Clock) FileS(t float64) float64 {
	first, slow := c.start()
	return t*slow + first
}

// OwnS is the time at which a player's clock stands at s: see FileS.
func (c Clock) OwnS(s float64) float64 {
	first, slow := c.start()
	return (s - first) / slow
}

func (c Clock) start() (first, slow float64) {
	slow = 1
	if c.SlowMotion != nil && *c.SlowMotion > 0 {
		slow = *c.SlowMotion
	}
	if c.FirstFrameS != nil {
		first = *c.FirstFrameS
	}
	return first, slow
}

// ClockJump is a place where the file's clock went back.
type ClockJump struct {
	AtS float64 `json:"at_s"` // the first picture after it
	ByS float64 `json:"by_s"` // what the clock jumped by, of its own seconds
}

// Stretch is a stretch of time, seconds.
type Stretch struct {
	FromS float64 `json:"from_s"`
	ToS   float64 `json:"to_s"`
}

const (
	// A stamp that goes back by more than this is another clock; one that goes back
	// by less is a wrong stamp. Pictures of one film lie far closer.
	backS = 0.25
	// Nothing was filmed where pictures lie farther apart than this and than
	// holeSteps usual steps.
	holeS     = event.HoleS
	holeSteps = 3
	// Of so many latest steps the usual one is the median.
	recentSteps = 31
	// Stamps closer than this are the same.
	sameStampS = 1e-6
	// At most so many pictures wait for a stamp that moves on.
	mostWaiting = 4
	// A phone's slow motion is stored at about this rate, pictures a second, where
	// the file's own rate is below leastStored, as none is stored.
	storedRate  = 30.0
	leastStored = 20.0
	// A capture rate this much above or below the stored one makes it another time.
	slowTimes = 1.25
)

// slowness is how many times slower a film plays than it was filmed, 1 where it
// is not known to be slowed. Android writes the rate of filming beside a film
// that is stored at its playing rate
// (https://developer.android.com/reference/android/media/MediaRecorder#setCaptureRate(double)).
func slowness(capture, rate float64) float64 {
	if !(capture > 0) || math.IsInf(capture, 0) || !(rate > 0) {
		return 1
	}
	if rate < leastStored && capture > leastStored {
		rate = storedRate
	}
	if k := capture / rate; k > slowTimes || k < 1/slowTimes {
		return k
	}
	return 1
}

// Slowness is how many times slower the film plays than it was filmed.
func (i Info) Slowness() float64 { return slowness(i.CaptureRate, i.NominalRate) }

// Paced are filters of ffmpeg that give the pictures of a film read with -copyts
// the times that [Reader] gives them, with a unit of a microsecond: the picture at
// start ([Start]) is at 0 s, slow motion runs as it was filmed, and where the clock
// goes back the time is carried on. A picture without a stamp that can be used
// follows the one before by the header's rate.
func (i Info) Paced(start float64) string {
	step := newPace(i, start).usual * 1e6
	// 0: the latest stamp, 1: what is added after jumps, 2: this stamp, 3: its time
	stamp := fmt.Sprintf("st(2,if(isnan(PTS),ld(0)+%.3f,PTS-(%.0f)))", step, start*1e6)
	jump := fmt.Sprintf("if(lt(ld(2),ld(0)-%.0f),st(1,ld(1)+ld(0)+%.3f-ld(2)))", backS*1e6, step)
	time := fmt.Sprintf("st(3,max(0,(ld(2)+ld(1))/%.9f))", i.Slowness())
	moves := fmt.Sprintf("if(isnan(PREV_OUTPTS),ld(3),if(gt(ld(3),PREV_OUTPTS),ld(3),PREV_OUTPTS+%.3f))", step/i.Slowness())
	return "settb=1/1000000,setpts='" + strings.Join([]string{stamp, jump, "st(0,ld(2))", time, moves}, ";") + "'"
}

// Start is the time, by the file's own clock, of the first picture of the film at
// path, in seconds.
func Start(ctx context.Context, path string) (float64, error) {
	r, err := Open(ctx, path, Options{Threads: 1})
	if err != nil {
		return 0, err
	}
	defer r.Close()
	f, err := r.Next()
	if err != nil {
		return 0, err
	}
	f.Release()
	if math.IsNaN(r.pace.base) {
		return 0, nil // no picture has a stamp
	}
	return r.pace.base, nil
}

// pace gives pictures their times, by their stamps as far as these can be used.
type pace struct {
	clock   Clock
	slow    float64 // how many times slower the file's clock runs
	usual   float64 // s, the usual step by the header, in the file's clock; the latest steps' median once there are some
	base    float64 // the stamp of T = 0, NaN until it is known
	start   float64 // the stamp at which the file begins, of whatever it holds
	carried float64 // s, added to stamps after jumps
	stamp   float64 // the latest usable stamp; NaN before the first
	last    float64 // its time
	jumped  bool    // the next picture is the first after a jump
	size    [2]int  // of the latest picture as it is stored
	recent  []float64
	waiting []picture // with one stamp, or with none that can be used; the first has the latest
	ready   []picture
}

// newPace is the pace of a film by its header; base is the stamp of T = 0, NaN
// for that of the first picture.
func newPace(info Info, base float64) *pace {
	p := &pace{start: info.formatStart, slow: info.Slowness(), usual: 1 / info.NominalRate, base: base, stamp: math.NaN(), last: math.Inf(-1)}
	if !(p.usual > 0) || math.IsInf(p.usual, 0) {
		p.usual = 1 / storedRate
	}
	if math.IsNaN(p.start) {
		p.start = info.streamStart
	}
	p.clock = Clock{Jumps: []ClockJump{}, Holes: []Stretch{}, Frozen: []Stretch{}, Resized: []float64{}}
	if p.slow != 1 {
		slow := p.slow
		p.clock.SlowMotion = &slow
	}
	return p
}

// add takes the next picture in. Pictures whose time is settled then wait in
// ready.
func (p *pace) add(next picture) {
	s := next.stamp
	switch {
	case len(p.waiting) == 0:
		p.waiting = append(p.waiting, next)
		if !math.IsNaN(s) {
			p.begin(s)
		}
	case math.IsNaN(s), !math.IsNaN(p.stamp) && s <= p.stamp+sameStampS && s > p.stamp-backS:
		p.waiting = append(p.waiting, next)
		if len(p.waiting) > mostWaiting {
			p.settle(math.NaN())
		}
	default:
		if math.IsNaN(p.base) { // the pictures before it had no stamp
			p.base = s - float64(len(p.waiting))*p.usual
		}
		p.settle(s)
		p.waiting = append(p.waiting, next)
		p.arrive(s)
	}
}

// begin takes s for the stamp of the picture that waits.
func (p *pace) begin(s float64) {
	if math.IsNaN(p.base) {
		p.base = s
	}
	if first := p.base - p.start; p.clock.FirstFrameS == nil && !math.IsNaN(first) {
		p.clock.FirstFrameS = &first
	}
	p.stamp = s
}

// arrive makes s the latest stamp, and carries the time on where the clock jumped.
func (p *pace) arrive(s float64) {
	if math.IsNaN(p.stamp) {
		p.begin(s)
		return
	}
	if s < p.stamp {
		by := s - (p.stamp + p.usual)
		p.carried -= by
		p.clock.Jumps = append(p.clock.Jumps, ClockJump{AtS: p.last + p.usual/p.slow, ByS: by})
		p.jumped = true
	}
	p.stamp = s
}

// time is the time of a stamp.
func (p *pace) time(s float64) float64 { return (s + p.carried - p.base) / p.slow }

// settle gives the waiting pictures their times: the first that of its stamp, the
// others between it and next, the stamp that follows, NaN where none is known.
func (p *pace) settle(next float64) {
	n := len(p.waiting)
	if n == 0 {
		return
	}
	step := p.usual / p.slow
	from, first := p.last+step, 0
	switch {
	case !math.IsNaN(p.stamp) && !math.IsNaN(p.waiting[0].stamp):
		from, first = p.time(p.stamp), 1
	case math.IsInf(p.last, -1):
		from = 0
	}
	if d := (p.time(next) - from) / float64(n); n > 1 && d > 0 && d < holeS {
		step = d
	}
	if !(from > p.last) { // stamps of a file that was read from the middle may come too early
		from, first = p.last+step, 0
	}
	for i := range p.waiting {
		q := p.waiting[i]
		q.frame.T = from + float64(i)*step
		if i >= first {
			p.clock.Assumed++
		}
		p.count(&q)
		p.ready = append(p.ready, q)
	}
	p.waiting = p.waiting[:0]
}

// count enters the step to a picture into the ledger.
func (p *pace) count(q *picture) {
	f := q.frame
	f.Cut, f.UnfilmedS = p.jumped, 0
	p.jumped = false
	if size := [2]int{q.storedW, q.storedH}; size != p.size {
		if p.size != [2]int{} {
			f.Cut = true
			p.clock.Resized = append(p.clock.Resized, f.T)
		}
		p.size = size
	}
	if !math.IsInf(p.last, -1) {
		d := f.T - p.last
		if d > holeS && d > holeSteps*p.usual/p.slow {
			f.Cut, f.UnfilmedS = true, d-p.usual/p.slow
			p.clock.Holes = append(p.clock.Holes, Stretch{p.last, f.T})
		} else {
			if len(p.recent) == recentSteps {
				p.recent = slices.Delete(p.recent, 0, 1)
			}
			p.recent = append(p.recent, d*p.slow)
			if len(p.recent) >= recentSteps/3 {
				s := slices.Clone(p.recent)
				slices.Sort(s)
				p.usual = signal.Middle(s)
			}
		}
	}
	p.last = f.T
}

// next takes a picture whose time is settled.
func (p *pace) next() (picture, bool) {
	if len(p.ready) == 0 {
		return picture{}, false
	}
	q := p.ready[0]
	p.ready = slices.Delete(p.ready, 0, 1)
	return q, true
}
