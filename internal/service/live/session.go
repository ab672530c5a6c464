package live

import (
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math"
	"slices"
	"sync"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/internal/pipeline"
	"facialis/motion"
	"facialis/spasm"
	"facialis/video"
)

// What can be wrong with a picture.
var (
	ErrPicture = errors.New("not a JPEG picture of a size that can be measured")
	ErrOrder   = errors.New("the picture is not later than the one before")
	ErrBusy    = errors.New("the picture before is still being measured")
)

const (
	mostSide   = 1920 // px, of a picture
	leastSide  = 64
	windowRows = 560 // pictures of a window; a snapshot holds no more
	halfRows   = windowRows / 2
	leastRows  = 60   // pictures before events are looked for
	lookEveryS = 1.0  // events are looked for again
	settleS    = 1.5  // at the start of a window events are those of the window before
	keepS      = 600  // events are told for that long
	levelStep  = 0.02 // nominal mm a picture: how fast a region's level follows it
)

// State is the answer to a picture.
type State struct {
	T         float64                        `json:"t" doc:"Seconds, as the picture said"`
	Found     bool                           `json:"found"`
	Face      [3]float64                     `json:"face" doc:"Middle and width of the face, shares of the picture's width and height"`
	YawDeg    float64                        `json:"yaw_deg"`
	MM        map[string]map[string]*float64 `json:"mm" doc:"By side and region: millimeters from a slowly following level; a first look. Null: not seen"`
	Events    []event.Event                  `json:"events" doc:"What was found so far"`
	UpToS     *float64                       `json:"up_to_s" doc:"Events are known up to this time; null: not yet"`
	TookMS    float64                        `json:"took_ms" doc:"From the picture's arrival to this answer"`
	LookMS    float64                        `json:"look_ms" doc:"How long the last search for events took, beside the pictures"`
	Pictures  int                            `json:"pictures"`
	LeastRate float64                        `json:"least_rate" doc:"Pictures a second below which short twitches may fall between two pictures (the limit of an analysis)"`
}

// Session follows one face. It is safe for several goroutines.
type Session struct {
	mu      sync.Mutex
	tracker *face.Tracker
	canon   *[468][3]float32
	skin    *motion.Tracker // the present window
	next    *motion.Tracker // the one after it, once the present one is half full
	frame   *video.Frame
	last    float64
	n       int
	levels  [2][anatomy.NumRegions]float64
	looked  float64
	closed  bool
	looking sync.WaitGroup

	found  sync.Mutex // the fields below
	busy   bool
	events []event.Event
	upTo   float64
	lookMS float64
	err    error
}

// New starts a session.
func New(e *face.Networks) (*Session, error) {
	canon, err := e.Canonical()
	if err != nil {
		return nil, err
	}
	t, err := face.New(e, face.DefaultOptions())
	if err != nil {
		return nil, err
	}
	s := &Session{tracker: t, canon: canon, last: math.Inf(-1), upTo: math.NaN(), looked: math.Inf(-1)}
	s.skin = motion.New(motion.DefaultParams(), canon)
	for side := range s.levels {
		for k := range s.levels[side] {
			s.levels[side][k] = math.NaN()
		}
	}
	return s, nil
}

// Close ends the session; nothing of it is kept.
func (s *Session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.looking.Wait()
	return s.tracker.Close()
}

// Push measures a picture that was taken at t, seconds on any clock that does not jump.
// While the picture before is still being measured it gives ErrBusy.
func (s *Session) Push(picture io.Reader, t float64) (*State, error) {
	begun := time.Now()
	if !s.mu.TryLock() {
		return nil, ErrBusy
	}
	defer s.mu.Unlock()
	if s.closed {
		return nil, io.ErrClosedPipe
	}
	if !(t > s.last) || math.IsInf(t, 0) {
		return nil, ErrOrder
	}
	img, err := jpeg.Decode(picture)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPicture, err)
	}
	if err := s.take(img); err != nil {
		return nil, err
	}
	f := s.frame
	f.Index, f.T, s.last = s.n, t, t
	s.n++
	o, err := s.tracker.Next(f)
	if err != nil {
		return nil, err
	}
	if err := s.skin.Push(f, &o); err != nil {
		return nil, err
	}
	if s.skin.Rows() >= halfRows && s.next == nil {
		s.next = motion.New(motion.DefaultParams(), s.canon)
	}
	if s.next != nil {
		if err := s.next.Push(f, &o); err != nil {
			return nil, err
		}
	}
	if s.skin.Rows() >= windowRows {
		s.skin, s.next = s.next, nil
	}
	s.look(t)

	st := &State{T: t, Found: o.Found, MM: s.movement(), Pictures: s.n, LeastRate: pipeline.LowRate, YawDeg: math.Round(o.Pose.Yaw)}
	if o.Found {
		lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
		for _, p := range o.Landmarks.Points {
			x, y := float64(p.X)/float64(f.W), float64(p.Y)/float64(f.H)
			lo, hi = [2]float64{min(lo[0], x), min(lo[1], y)}, [2]float64{max(hi[0], x), max(hi[1], y)}
		}
		st.Face = [3]float64{(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2, hi[0] - lo[0]}
	}
	s.found.Lock()
	defer s.found.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	st.Events, st.LookMS = slices.Clone(s.events), s.lookMS
	if st.Events == nil {
		st.Events = []event.Event{}
	}
	if !math.IsNaN(s.upTo) {
		upTo := s.upTo
		st.UpToS = &upTo
	}
	st.TookMS = milliseconds(time.Since(begun))
	return st, nil
}

func milliseconds(d time.Duration) float64 { return math.Round(float64(d.Microseconds())/100) / 10 }

// take copies a picture into the frame.
func (s *Session) take(img image.Image) error {
	p, ok := img.(*image.YCbCr)
	if !ok {
		return ErrPicture
	}
	w, h := p.Rect.Dx(), p.Rect.Dy()
	if min(w, h) < leastSide || max(w, h) > mostSide {
		return ErrPicture
	}
	if s.frame == nil || s.frame.W != w || s.frame.H != h {
		s.frame = video.NewFrame(w, h)
		s.frame.Full = true // as JPEG pictures are
		s.frame.Cut = s.n > 0
	} else {
		s.frame.Cut = false
	}
	f := s.frame
	for y := range h {
		copy(f.Y[y*w:(y+1)*w], p.Y[y*p.YStride:])
	}
	cw := (w + 1) / 2
	for y := range (h + 1) / 2 {
		for x := range cw {
			i := p.COffset(p.Rect.Min.X+2*x, p.Rect.Min.Y+2*y)
			f.Cb[y*cw+x], f.Cr[y*cw+x] = p.Cb[i], p.Cr[i]
		}
	}
	return nil
}

// movement is how far each region lies from its level, which follows it slowly.
func (s *Session) movement() map[string]map[string]*float64 {
	out := map[string]map[string]*float64{}
	now := s.skin.Latest()
	for i, side := range anatomy.Sides {
		of := map[string]*float64{}
		for k, r := range anatomy.Regions {
			of[string(r)] = nil
			v := now[i][k]
			if math.IsNaN(v) {
				continue
			}
			level := &s.levels[i][k]
			if d := v - *level; math.IsNaN(d) || math.Abs(d) > 20 { // a new key frame, or the first
				*level = v
			}
			d := v - *level
			*level += max(-levelStep, min(levelStep, d))
			d = math.Round(100*d) / 100
			of[string(r)] = &d
		}
		out[string(side)] = of
	}
	return out
}

// look searches the window for events, beside the pictures that come meanwhile.
func (s *Session) look(t float64) {
	s.found.Lock()
	defer s.found.Unlock()
	if s.busy || t-s.looked < lookEveryS || s.skin.Rows() < leastRows {
		return
	}
	window := s.skin.Snapshot()
	if window == nil {
		return
	}
	s.busy, s.looked = true, t
	s.looking.Go(func() {
		begun := time.Now()
		events, from, err := search(window)
		s.found.Lock()
		defer s.found.Unlock()
		s.busy, s.lookMS = false, milliseconds(time.Since(begun))
		if err != nil {
			s.err = err
			return
		}
		s.upTo = t
		s.merge(events, from, t)
	})
}

// search finds the events of a window and when it began.
func search(window *motion.Tracker) (events []event.Event, from float64, err error) {
	tr, err := window.Finish()
	if err != nil {
		return nil, 0, err
	}
	defer tr.Close()
	if tr.Len() == 0 {
		return nil, 0, nil
	}
	found := spasm.Find(tr, nil, pipeline.DefaultOptions().Spasm)
	return found.Events, tr.T[0], nil
}

// merge puts the events of a window in the place of those that were known of its time.
// At its start, where levels are not settled, the window before knows better.
func (s *Session) merge(events []event.Event, from, now float64) {
	settled := from
	if len(s.events) > 0 || from > settleS {
		settled += settleS
	}
	out := slices.DeleteFunc(s.events, func(e event.Event) bool { return e.OnsetS >= settled || e.OffsetS < now-keepS })
	for _, e := range events {
		if e.OnsetS >= settled && (len(out) == 0 || e.OnsetS > out[len(out)-1].OnsetS) {
			out = append(out, e)
		}
	}
	for i := range out {
		out[i].ID = fmt.Sprintf("live-%d-%.2f", i, out[i].OnsetS)
	}
	s.events = out
}
