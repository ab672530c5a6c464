package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"facialis/event"
	"facialis/face"
	"facialis/internal/scratch"
	"facialis/motion"
	"facialis/report"
	"facialis/video"
)

// stepsMost is how many steps between frames the frame rate is told from: of a
// longer recording of every second, fourth and so on.
const stepsMost = 1 << 15

// looked is what is left of a recording once every frame was looked at.
type looked struct {
	skin     *motion.Tracker // of the stretch since the latest joint
	canon    *[468][3]float32
	done     []*event.Trace    // of the stretches before it
	frozen   [][2]float64      // known after finish
	repeated []motion.Repeated // likewise
	album    *report.Album
	info     video.Info
	damage   string // what could not be decoded
	clock    video.Clock
	warnings []face.Warning
	facesMax int
	wayUp    bool // it is clear which way up the face is
	frames   int
	within   int     // frames of the part that is measured
	found    int     // frames with the face
	last     float64 // s, the last frame's time
	steps    thinned // s, between frames
	stages   Stages

	opt     Options
	upright upright
	turned  int // degrees clockwise by which the longest stretch was turned, known after finish
	longest int // its frames
	watch   *face.Watch
	asked   bool      // it is to be found out whether the face stands upright
	rolls   []float64 // of its first frames, degrees
	joint   float64   // when the stretch began in which that is asked, s; 0 for the film
	jumped  bool      // the film's clock has jumped: it cannot be read from a joint on
	before  sofar     // what was counted before that
	told    bool      // the film was read up to a joint, or to its end

	gate   *gate         // of a night, nil otherwise
	closed []*closedLids // of a night, one for each stretch; none otherwise
	soft   *softened     // of a night, nil otherwise
}

// sofar is what was counted of a film up to a joint.
type sofar struct {
	frames, within, found int
	last                  float64
}

// item is a frame on its way with what the face tracker saw in it.
type item struct {
	f   *video.Frame
	obs face.Observation
	lm  face.Landmarks

	upright bool // it is known that the film need not be turned
}

// look walks every frame through decoder, face and motion, each in a goroutine
// of its own, and gives back the networks and the decoder. cancel ends ctx, and
// with it the decoding, where the face's goroutine fails. w is nil, or what was seen
// before the joint from which the film is read now.
func look(ctx context.Context, cancel context.CancelCauseFunc, engine *face.Networks, tracker *face.Tracker, r *video.Reader, opt Options, w *looked, progress func(Progress)) (_ *looked, err error) {
	defer r.Close()
	defer tracker.Close()
	canon, err := engine.Canonical()
	if err != nil {
		return nil, err
	}
	if w == nil {
		w = &looked{canon: canon, album: &report.Album{}, info: r.Info(), asked: opt.turn == 0 && opt.mayTurn(), watch: face.NewWatch()}
		if opt.night {
			w.gate, w.soft = newGate(opt.nightAll), &softened{}
		}
	} else {
		w.again(r.Info())
	}
	w.opt = opt
	w.upright = newUpright(opt.turn, w.info)
	w.begin()
	defer func() {
		if t := (turned{}); err != nil && (!errors.As(err, &t) || t.at == 0) {
			w.close()
		}
	}()
	frames, readErr := make(chan *video.Frame, 4), make(chan error, 1)
	go func() {
		defer close(frames)
		readErr <- w.decode(ctx, r, frames, opt.UntilS)
	}()
	free, seen, faceErr := make(chan *item, 5), make(chan *item, 5), make(chan error, 1)
	for range cap(free) {
		free <- &item{}
	}
	go func() {
		defer close(seen)
		if err := w.follow(tracker, frames, free, seen); err != nil {
			faceErr <- err
			cancel(err)
			for f := range frames {
				f.Release()
			}
		}
	}()
	pushErr := w.measure(ctx, seen, free, opt, progress)
	select {
	case err := <-faceErr:
		<-readErr
		if pushErr != nil {
			return nil, pushErr
		}
		if t := (turned{}); errors.As(err, &t) {
			w.tell(r, tracker)
			w.clock = w.clock.Until(t.at)
		}
		return w, err
	default:
	}
	if err := <-readErr; !errors.Is(err, io.EOF) {
		return nil, err
	}
	w.tell(r, tracker)
	return w, pushErr
}

// tell takes up what reader and face tracker know of the film, or of the rest of it from
// a joint on.
func (w *looked) tell(r *video.Reader, tracker *face.Tracker) {
	w.info = r.Info()
	if d := r.DecodeWarning(); d != "" {
		w.damage = d
	}
	if w.told { // of what was before the joint
		w.clock, w.wayUp = w.clock.Then(r.Clock()), w.wayUp && tracker.WayUpClear()
	} else {
		w.clock, w.wayUp = r.Clock(), tracker.WayUpClear()
	}
	w.facesMax, w.told = max(w.facesMax, tracker.FacesMax()), true
}

// mayTurn says that it is for the program to find out how the face stands.
func (o Options) mayTurn() bool { return o.TurnDeg == nil && o.Face.Face == "" }

// again forgets what was seen since the latest joint: the film is read again from there.
func (w *looked) again(info video.Info) {
	w.info, w.asked = info, false
	w.frames, w.within, w.found, w.last = w.before.frames, w.before.within, w.before.found, w.before.last
	if n := len(w.closed); n > 0 {
		w.closed = w.closed[:n-1]
	}
	if w.gate != nil {
		w.gate = w.gate.again()
	}
}

// decode reads frames until there are no more, which is io.EOF, or ctx ends. Frames
// from untilS on, s, are left unread; 0 reads all.
func (w *looked) decode(ctx context.Context, r *video.Reader, frames chan<- *video.Frame, untilS float64) error {
	for {
		start := time.Now()
		f, err := r.Next()
		w.stages.Decode += time.Since(start)
		if err != nil {
			if w.gate != nil {
				w.gate.end()
			}
			return err
		}
		if untilS > 0 && f.T >= untilS {
			f.Release()
			if w.gate != nil {
				w.gate.end()
			}
			return io.EOF
		}
		through := []*video.Frame{f}
		if w.gate != nil {
			through = w.gate.next(ctx, f)
		}
		for i, f := range through {
			select {
			case frames <- f:
			case <-ctx.Done():
				for _, f := range through[i:] {
					f.Release()
				}
				return ctx.Err()
			}
		}
	}
}

// follow finds the face in each frame.
func (w *looked) follow(tracker *face.Tracker, frames <-chan *video.Frame, free <-chan *item, seen chan<- *item) error {
	for f := range frames {
		it := <-free
		if f.Cut && !f.Joint && f.UnfilmedS == 0 {
			w.jumped = true
		}
		if f.Joint && w.opt.night && w.opt.mayTurn() && !w.jumped { // whoever is seen now may lie otherwise
			w.asked, w.rolls, w.joint = true, w.rolls[:0], f.T
		}
		start := time.Now()
		obs, err := face.Observation{Index: f.Index, T: f.T}, error(nil)
		if w.opt.within(f.T) {
			obs, err = tracker.Next(f)
		}
		w.stages.Face += time.Since(start)
		if err != nil {
			return fmt.Errorf("frame %d: %w", f.Index, err)
		}
		it.f, it.obs = f, obs
		if w.gate != nil {
			w.gate.saw(f.T, &obs)
		}
		if obs.Landmarks != nil {
			it.lm = *obs.Landmarks // the tracker keeps only the latest
			it.obs.Landmarks = &it.lm
		}
		if w.asked && obs.Found && obs.Fresh && !math.IsNaN(obs.Pose.Roll) {
			if w.rolls = append(w.rolls, obs.Pose.Roll); len(w.rolls) == uprightFrames {
				w.asked = false
				if t := turnFor(w.rolls); t != 0 {
					f.Release()
					return turned{(w.opt.turn + t) % circle, w.joint}
				}
			}
		}
		it.upright = !w.asked
		seen <- it
	}
	return nil
}

// measure takes the movement out of each frame with its face. After an error it
// only lets the frames go.
func (w *looked) measure(ctx context.Context, seen <-chan *item, free chan<- *item, opt Options, progress func(Progress)) (err error) {
	var waiting []*item // until it is known whether the film is read again
	for it := range seen {
		if err == nil {
			start := time.Now()
			if opt.within(it.f.T) {
				w.watch.Add(it.f, &it.obs)
			}
			pic := it.f
			if w.soft != nil {
				pic = w.soft.of(it.f, &it.obs)
			}
			if it.f.Joint {
				err = w.end()
				w.before = sofar{w.frames, w.within, w.found, w.last}
				w.begin()
				if opt.Seen != nil {
					waiting = show(waiting, opt.Seen)
				}
			}
			if err == nil {
				err = w.skin.Push(pic, &it.obs)
			}
			if n := len(w.closed); n > 0 {
				w.closed[n-1].see(it.f, &it.obs)
			}
			x, y, width, mm := w.skin.Uneven()
			w.album.Look(it.f, x, y, width, mm)
			switch {
			case opt.Seen == nil || !it.obs.Found:
			case !it.upright:
				waiting = append(waiting, w.upright.shown(it))
			case w.upright.deg == 0: // as it is, without a copy
				waiting = show(waiting, opt.Seen)
				opt.Seen(it.f, &it.obs)
			default:
				waiting = show(append(waiting, w.upright.shown(it)), opt.Seen)
			}
			w.stages.Motion += time.Since(start)
		}
		if w.frames > 0 && it.f.UnfilmedS == 0 {
			w.steps.add(it.f.T - w.last)
		}
		w.last = it.f.T
		w.frames++
		if opt.within(it.f.T) {
			w.within++
		}
		if it.obs.Found {
			w.found++
		}
		it.f.Release()
		free <- it
		if progress != nil {
			progress(Progress{w.frames, w.last, w.info.Duration})
		}
	}
	if opt.Seen != nil && !errors.As(context.Cause(ctx), new(turned)) {
		show(waiting, opt.Seen)
	}
	w.warnings = w.watch.Warnings()
	return err
}

// begin begins a stretch of the film: nothing that was learned before counts in it.
func (w *looked) begin() {
	w.skin = motion.New(w.opt.Motion, w.canon)
	w.skin.Lens(w.info.Lens())
	if w.opt.night {
		w.closed = append(w.closed, &closedLids{})
	}
}

// end ends the stretch that was begun last.
func (w *looked) end() error {
	tr, err := w.skin.Finish()
	if err != nil {
		return err
	}
	w.upright.back(tr)
	if tr.Len() >= w.longest {
		w.longest, w.turned = tr.Len(), w.upright.deg
	}
	w.done = append(w.done, tr)
	w.frozen, w.repeated = append(w.frozen, w.skin.Frozen()...), append(w.repeated, w.skin.Repeated()...)
	return nil
}

// finish is the trace of all stretches, as the film shows it.
func (w *looked) finish() (*event.Trace, error) {
	if err := w.end(); err != nil {
		return nil, errors.Join(err, w.close())
	}
	for i := range w.repeated {
		w.repeated[i].Whole = w.repeated[i].Whole && len(w.done) == 1
	}
	tr, err := joined(w.done)
	if err != nil {
		return nil, err
	}
	w.done = nil
	tr.Cuts = cutsOf(w.clock, w.frozen)
	return tr, nil
}

// joined is one trace of several stretches, in a file where one of theirs lies in one.
func joined(parts []*event.Trace) (*event.Trace, error) {
	rows, long := 0, false
	for _, p := range parts {
		rows, long = rows+p.Len(), long || p.OnFree != nil
	}
	var file *scratch.Columns
	if long && len(parts) > 1 {
		file, _ = scratch.NewColumns(event.NumColumns * scratch.ColumnBytes[float32](rows)) // else they are in memory
	}
	tr, err := event.Join(parts, func(n int) []float32 { return scratch.Column[float32](file, n) })
	if file == nil {
		return tr, err
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	tr.KeepIn(file)
	return tr, nil
}

// close gives back what is kept on disk.
func (w *looked) close() (err error) {
	w.album.Close()
	for _, t := range w.done {
		err = errors.Join(err, t.Close())
	}
	w.done = nil
	return err
}

// thinned keeps up to stepsMost of however many values, evenly spread.
type thinned struct {
	values []float64
	every  int // of so many one is kept; 0 while all are
	n      int
}

func (t *thinned) add(v float64) {
	if len(t.values) == stepsMost {
		for i := range stepsMost / 2 {
			t.values[i] = t.values[2*i]
		}
		t.values = t.values[:stepsMost/2]
		t.every = 2 * max(t.every, 1)
	}
	if t.every == 0 || t.n%t.every == 0 {
		t.values = append(t.values, v)
	}
	t.n++
}
