package validate

import (
	"slices"

	"facialis/event"
)

// Clock is how the file's own clock goes with times from the first picture, as
// analysis.json tells it.
type Clock struct {
	FirstFrameS *float64 `json:"first_frame_s"`
	SlowMotion  *float64 `json:"slow_motion"`
}

// own is the time from the first picture at which the file's clock stands at s.
func (c Clock) own(s float64) float64 {
	if c.FirstFrameS != nil {
		s -= *c.FirstFrameS
	}
	if c.SlowMotion != nil && *c.SlowMotion > 0 {
		s /= *c.SlowMotion
	}
	return s
}

// first is where the file's clock stands when the first picture comes.
func (c Clock) first() float64 {
	if c.FirstFrameS == nil {
		return 0
	}
	return *c.FirstFrameS
}

// moves reports whether the two clocks differ by more than half a millisecond in
// the first second.
func (c Clock) moves() bool {
	return max(c.own(0), -c.own(0)) > 0.0005 || max(c.own(1)-1, 1-c.own(1)) > 0.0005
}

// atOneClock is the input with both annotations' times from the first picture, and
// the clock by which one of them was moved; nil where nothing was to be done.
func (in Input) atOneClock() (Input, *Clock) {
	t, r := in.Truth, in.Result
	switch {
	case t.FileClock == r.FileClock:
	case t.FileClock && r.Clock != nil && r.Clock.moves():
		in.Truth = t.fromFirstPicture(*r.Clock)
		return in, r.Clock
	case r.FileClock && t.Clock != nil && t.Clock.moves():
		in.Result = r.fromFirstPicture(*t.Clock)
		return in, t.Clock
	}
	return in, nil
}

// At is the annotation with times from the first picture, by the clock of its film;
// itself where they already are.
func (a *Annotation) At(c Clock) *Annotation {
	if !a.FileClock {
		return a
	}
	return a.fromFirstPicture(c)
}

// fromFirstPicture is the annotation with times from the first picture.
func (a *Annotation) fromFirstPicture(c Clock) *Annotation {
	d := *a
	d.FileClock = false
	d.Events, d.Tasks = slices.Clone(a.Events), slices.Clone(a.Tasks)
	for i := range d.Events {
		e := &d.Events[i]
		e.OnsetS, e.OffsetS = c.own(e.OnsetS), c.own(e.OffsetS)
	}
	for i, t := range d.Tasks {
		d.Tasks[i] = event.Task{Task: t.Task, FromS: c.own(t.FromS), ToS: c.own(t.ToS)}
	}
	if a.DurationS != nil {
		s := c.own(*a.DurationS)
		d.DurationS = &s
	}
	if a.FrameRate != nil && c.SlowMotion != nil && *c.SlowMotion > 0 {
		f := *a.FrameRate * *c.SlowMotion
		d.FrameRate = &f
	}
	return &d
}
