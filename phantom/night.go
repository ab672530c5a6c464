package phantom

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"facialis/anatomy"
	"facialis/event"
)

// Night is a lying person, filmed in the dark: a [Spec] and what a night adds to it.
// The face is drawn upright by the Spec, turned in the picture as the person lies,
// half covered by the pillow, and made gray and dark as an infrared camera sees it.
//
// The Spec's own blinks are not drawn: a sleeping person does not blink. Those of
// [Night.BlinksPerMin] happen while the eyes are open.
type Night struct {
	Spec `yaml:",inline"`

	Sleep        []Span  `yaml:"sleep"`          // stretches in which the person sleeps, with closed lids
	Shut         []Span  `yaml:"shut"`           // stretches awake with closed lids
	Lies         []Lie   `yaml:"lies"`           // how the person lies, in order of time; the first at 0
	BlinksPerMin float64 `yaml:"blinks_per_min"` // while the eyes are open
	Infrared     bool    `yaml:"infrared"`       // gray, lit from beside the lens
	Gain         float64 `yaml:"gain"`           // of the light; 1 (default) well lit
	NightNoise   float64 `yaml:"night_noise"`    // one standard deviation of the sensor's noise, 8-bit levels
	Partner      bool    `yaml:"partner"`        // another face at the picture's edge
	Covered      []Span  `yaml:"covered"`        // stretches in which a cover hides the face
}

// Lie is how the person lies from a time on. Getting there takes a few seconds, in
// which the head turns away and moves.
type Lie struct {
	At       float64      `yaml:"at"`
	RollDeg  float64      `yaml:"roll_deg"`  // of the face in the picture, clockwise as seen; 0 upright
	Pillow   anatomy.Side `yaml:"pillow"`    // the side of the face in the pillow; empty for none
	PillowMM float64      `yaml:"pillow_mm"` // from the midline to the pillow's edge, outward on that side
}

// NightTruth is the truth of a drawn night: that of its events, and of sleep and
// lying. While the lids are closed the displacement of orbicularis oculi and the peaks
// of its events are the rise of the closed lids' line, mm: there is no aperture to lose.
type NightTruth struct {
	*Truth
	Night NightStates `json:"night"`
}

// NightStates are what is true of a night beside its events.
type NightStates struct {
	Asleep  []NightSpan    `json:"asleep"`
	Shut    []NightSpan    `json:"shut"` // lids closed, awake
	Lies    []LieTruth     `json:"lies"`
	Covered []NightSpan    `json:"covered"`
	Turning []NightSpan    `json:"turning"` // the person turns over
	Hidden  []anatomy.Side `json:"hidden"`  // of each of Lies, the side in the pillow
}

// NightSpan is a stretch of a drawn night, seconds.
type NightSpan struct {
	FromS float64 `json:"from_s"`
	ToS   float64 `json:"to_s"`
}

// LieTruth is a Lie as it was drawn.
type LieTruth struct {
	FromS    float64 `json:"from_s"`
	RollDeg  float64 `json:"roll_deg"`
	PillowMM float64 `json:"pillow_mm"`
}

// turnOverS is how long turning over takes.
const turnOverS = 2.5

// lidsCloseS is how long the lids take to close when sleep comes, and to open.
const (
	lidsCloseS = 1.2
	lidsOpenS  = 0.5
)

//go:embed nights/*.yaml
var nightFiles embed.FS

// Nights lists the names of the built-in nights.
func Nights() []string {
	es, err := nightFiles.ReadDir("nights")
	if err != nil {
		panic(err) // embedded: cannot be missing
	}
	var names []string
	for _, e := range es {
		names = append(names, strings.TrimSuffix(e.Name(), path.Ext(e.Name())))
	}
	slices.Sort(names)
	return names
}

// NightPreset returns the built-in night of that name.
func NightPreset(name string) (*Night, error) {
	b, err := nightFiles.ReadFile("nights/" + name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("there is no night %q", name)
	}
	n, err := ParseNight(b)
	if err != nil {
		return nil, fmt.Errorf("night %s: %w", name, err)
	}
	n.Name = name
	return n, nil
}

// ParseNight reads a night from YAML text. Unknown fields are an error.
func ParseNight(b []byte) (*Night, error) {
	n := new(Night)
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(n); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return n, n.Validate()
}

// LoadNight reads a night from a YAML file.
func LoadNight(file string) (*Night, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the night: %w", err)
	}
	n, err := ParseNight(b)
	if err != nil {
		return nil, fmt.Errorf("reading the night %s: %w", file, err)
	}
	return n, nil
}

// Validate fills in defaults and refuses what cannot be drawn.
func (n *Night) Validate() error {
	n.Blinks.RatePerMin = -1
	defaultTo(&n.Gain, 1)
	defaultTo(&n.NightNoise, 2)
	if len(n.Lies) == 0 {
		n.Lies = []Lie{{}}
	}
	for i, l := range n.Lies {
		switch {
		case i == 0 && l.At != 0:
			return errors.New("lies[1] must begin at 0")
		case i > 0 && l.At < n.Lies[i-1].At+turnOverS:
			return fmt.Errorf("lies[%d] begins before the turn before it has ended", i+1)
		case math.Abs(l.RollDeg) > 180:
			return fmt.Errorf("lies[%d].roll_deg must be -180 to 180, not %v", i+1, l.RollDeg)
		}
	}
	for _, list := range [][]Span{n.Sleep, n.Shut, n.Covered} {
		for i, s := range list {
			if s.To <= s.From {
				return fmt.Errorf("stretch %d must end after it begins", i+1)
			}
		}
	}
	if n.Gain < 0.02 || n.Gain > 4 || n.NightNoise < 0 || n.NightNoise > 30 || n.BlinksPerMin < 0 || n.BlinksPerMin > 60 {
		return errors.New("gain must be 0.02 to 4, night_noise 0 to 30, blinks_per_min 0 to 60")
	}
	return n.Spec.Validate()
}

// shut is how far the lids are closed at time t by sleep or by will: 0 … 1.
func (n *Night) shut(t float64) (v float64) {
	for _, list := range [][]Span{n.Sleep, n.Shut} {
		for _, s := range list {
			v = max(v, smooth((t-s.From)/lidsCloseS)*(1-smooth((t-s.To)/lidsOpenS)))
		}
	}
	return v
}

// covered is how far a cover hides the face: 0 … 1.
func (n *Night) covered(t float64) (v float64) {
	for _, s := range n.Covered {
		v = max(v, smooth(t-s.From)*(1-smooth(t-s.To)))
	}
	return v
}

// lie is the roll in the picture at time t, radians, how far a turn has come (0 where
// none goes on, 1 in its middle), and the pillow's edge as (side, mm), side 0 for none.
func (n *Night) lie(t float64) (roll, turning float64, side int, mm float64) {
	l := n.Lies[0]
	roll = l.RollDeg
	for i := 1; i < len(n.Lies); i++ {
		to := n.Lies[i]
		if t < to.At {
			break
		}
		a := smooth((t - to.At) / turnOverS)
		way := to.RollDeg - n.Lies[i-1].RollDeg
		roll = n.Lies[i-1].RollDeg + a*way
		turning = 4 * a * (1 - a)
		if a > 0.5 {
			l = to
		}
	}
	switch l.Pillow {
	case anatomy.Right:
		side = -1 // at the picture's left of the upright face
	case anatomy.Left:
		side = 1
	}
	return roll * math.Pi / 180, turning, side, l.PillowMM
}

// withBlinks is the Spec with blinks while the eyes are open.
func (n *Night) withBlinks() *Spec {
	s := n.Spec
	s.Events = slices.Clone(s.Events)
	if n.BlinksPerMin > 0 {
		r := rand.New(rand.NewPCG(s.Seed, 0x6e69676874))
		for t := 1 + r.Float64(); t < s.Seconds-1; t += 1 + r.ExpFloat64()*max(60/n.BlinksPerMin-1, 0.1) {
			if n.shut(t-0.5) > 0 || n.shut(t) > 0 || n.shut(t+1) > 0 {
				continue
			}
			if slices.ContainsFunc(n.Spec.Events, func(e EventSpec) bool { return t > e.At-0.8 && t < e.At+e.HoldS+1.5 }) {
				continue
			}
			s.Events = append(s.Events, EventSpec{At: t, Kind: event.Blink, Side: anatomy.Both, Form: event.Twitch, RiseMS: 90, FallMS: 170,
				Regions: []RegionSpec{{Region: anatomy.OrbicularisOculi, MM: RestApertureMM}}})
		}
	}
	return &s
}

// asleepAt changes the face's state at its time for closed lids.
func (n *Night) asleepAt(st *state) {
	k := n.shut(st.t)
	if k == 0 {
		return
	}
	for s := range 2 {
		st.aperture[s] *= 1 - k
	}
}

// nightPainter turns an upright picture into a night's.
type nightPainter struct {
	n      *Night
	w, h   int // of the night's picture
	bed    []float32
	cloth  []float32
	noise  *pool
	partY  []byte // another face, small, upright picture of its own
	partW  int
	lightY []float32 // of the infrared lamp, by pixel
}

func newNightPainter(n *Night, w, h int) *nightPainter {
	q := &nightPainter{n: n, w: w, h: h, bed: make([]float32, w*h), cloth: make([]float32, w*h), lightY: make([]float32, w*h), noise: newPool(n.NightNoise, n.Seed+7)}
	seed := uint32(n.Seed*2654435761 + 17)
	inRows(h, func(j int) {
		for i := range w {
			x, y := float64(i), float64(j)
			q.bed[j*w+i] = 105 + 22*valueNoise(x/70, y/70, seed) + 8*valueNoise(x/9, y/9, seed+1)
			q.cloth[j*w+i] = 150 + 26*valueNoise(x/45, y/30, seed+2) + 7*valueNoise(x/4, y/4, seed+3)
			q.lightY[j*w+i] = 1
			if n.Infrared {
				dx, dy := (x-float64(w)/2)/float64(w), (y-float64(h)/2)/float64(w)
				q.lightY[j*w+i] = float32(1.1 / (1 + 2.2*(dx*dx+dy*dy)*4))
			}
		}
	})
	return q
}

// frame paints the upright picture src, a square of side pixels whose face lies about
// (cx, cy) at scale px a mm, into dst at time t.
func (q *nightPainter) frame(dst, src *picture, side int, cx, cy, scale, t float64, index int) {
	n := q.n
	roll, turning, pillow, mm := n.lie(t)
	covered := n.covered(t)
	sin, cos := math.Sincos(roll)
	gain := float32(n.Gain)
	ox, oy := float64(q.w)/2, float64(q.h)/2
	if turning > 0 { // the head is lifted and moves off
		ox += 25 * turning * scale * math.Sin(3*t)
		oy -= 12 * turning * scale
	}
	inRows(q.h, func(j int) {
		row := dst.y[j*q.w : (j+1)*q.w]
		for i := range row {
			dx, dy := float64(i)+0.5-ox, float64(j)+0.5-oy
			// back into the upright picture
			ux, uy := dx*cos+dy*sin, -dx*sin+dy*cos
			sx, sy := ux+cx-0.5, uy+cy-0.5
			v := q.bed[j*q.w+i]
			// How far into the head's oval, mm, the pixel is: beyond it lies the bed.
			ex, ey := ux/scale/92, (uy/scale-4)/128
			in := clamp01(float32((1 - math.Sqrt(ex*ex+ey*ey)) * 14))
			if in > 0 && sx >= 0 && sy >= 0 && sx < float64(side-1) && sy < float64(side-1) {
				v += in * (sampleSquare(src.y, side, sx, sy) - v)
			}
			if pillow != 0 {
				d := float64(pillow)*ux/scale - mm - 3*math.Sin(uy/scale/17)
				if a := clamp01(float32(d/3 + 0.5)); a > 0 {
					v += a * (q.cloth[j*q.w+i] - v)
				}
			}
			if covered > 0 {
				edge := float64(q.h) * (1 - covered)
				if a := clamp01(float32((float64(j)-edge)/8 + 0.5)); a > 0 {
					v += a * (0.8*q.cloth[j*q.w+(i+37)%q.w] - v)
				}
			}
			if n.Infrared { // skin is pale and even in the infrared
				v = 16 + (0.72*(v-16)+42)*q.lightY[j*q.w+i]
			}
			row[i] = lumaByte(16.5 + gain*(v-16))
		}
		if q.partY != nil {
			q.partner(row, j, gain)
		}
		q.noise.add(row, n.Seed+11, index, j)
	})
	if n.Infrared {
		for i := range dst.cb {
			dst.cb[i], dst.cr[i] = 128, 128
		}
		return
	}
	cw := q.w / 2
	for j := range q.h / 2 {
		for i := range cw {
			dx, dy := 2*float64(i)+1-ox, 2*float64(j)+1-oy
			sx, sy := (dx*cos+dy*sin+cx)/2-0.5, (-dx*sin+dy*cos+cy)/2-0.5
			b, r := float32(128), float32(128)
			if sx >= 0 && sy >= 0 && sx < float64(side/2-1) && sy < float64(side/2-1) {
				b, r = sampleSquare(src.cb, side/2, sx, sy), sampleSquare(src.cr, side/2, sx, sy)
			}
			k := min(gain, 1)
			dst.cb[j*cw+i], dst.cr[j*cw+i] = chromaByte(128.5+k*(b-128)), chromaByte(128.5+k*(r-128))
		}
	}
}

// partner paints a row of the other face, at the picture's right edge, half of it
// beyond it.
func (q *nightPainter) partner(row []byte, j int, gain float32) {
	top := q.h / 8
	if j < top || j-top >= q.partW {
		return
	}
	from := q.w - q.partW/2
	for i := from; i < q.w; i++ {
		x, y := float64(i-from)/float64(q.partW)-0.5, float64(j-top)/float64(q.partW)-0.5
		a := clamp01(float32((0.42 - math.Hypot(x, y)) * 40))
		v := 16.5 + gain*(float32(q.partY[(j-top)*q.partW+i-from])-16)
		row[i] = lumaByte(float32(row[i]) + a*(v-float32(row[i])))
	}
}

// sampleSquare reads a square plane between its samples.
func sampleSquare(p []byte, side int, x, y float64) float32 {
	i, j := int(x), int(y)
	a, b := float32(x-float64(i)), float32(y-float64(j))
	k := j*side + i
	return lerp(lerp(float32(p[k]), float32(p[k+1]), a), lerp(float32(p[k+side]), float32(p[k+side+1]), a), b)
}

// uprightCamera is the camera that sees the upright face in a square about it: as wide
// as the head and its neighborhood, so that nothing of the face is lost when it turns.
func uprightCamera(c Camera) Camera {
	const head = 320.0 // mm, the square's side
	scale := c.FaceHeight * float64(c.Height) / (faceBottom - faceTop)
	side := max(64, int(head*scale)&^1)
	c.Width, c.Height = side, side
	c.FaceHeight = scale * (faceBottom - faceTop) / float64(side)
	c.Noise, c.Light, c.FocalMM = -1, 1, 0
	return c
}

// RenderNight draws the night as a video file at path and returns its truth, as
// [Render] does for a Spec.
func RenderNight(ctx context.Context, night *Night, path string, progress func(done, total int)) (*NightTruth, error) {
	n := *night
	if err := n.Validate(); err != nil {
		return nil, fmt.Errorf("drawing the night: %w", err)
	}
	s := n.withBlinks()
	w, h := s.Camera.Width, s.Camera.Height
	up := *s
	up.Camera = uprightCamera(s.Camera)
	if err := up.Validate(); err != nil {
		return nil, fmt.Errorf("drawing the night: %w", err)
	}
	sc := newScene(&up)
	ts, filter := s.times()
	q := newNightPainter(&n, w, h)
	if n.Partner {
		q.partY, q.partW = otherFace(s, h)
	}
	tmp := filepath.Join(filepath.Dir(path), ".part-"+filepath.Base(path))
	defer os.Remove(tmp)
	draw := func(out io.Writer) error {
		tl, r := schedule(&up), newRenderer(sc)
		dst := newPicture(w, h)
		for i, t := range ts {
			if err := ctx.Err(); err != nil {
				return err
			}
			st := tl.at(t)
			n.asleepAt(st)
			r.frame(st, i)
			// The face's middle, between the eyes and the mouth, is the middle of the
			// night's picture.
			q.frame(dst, r.picture, up.Camera.Width, sc.cx, sc.cy+20*sc.scale, sc.scale, t, i)
			for _, plane := range [][]byte{dst.y, dst.cb, dst.cr} {
				if _, err := out.Write(plane); err != nil {
					return fmt.Errorf("handing a frame to ffmpeg: %w", err)
				}
			}
			if progress != nil {
				progress(i+1, len(ts))
			}
		}
		return nil
	}
	if err := encode(ctx, s, tmp, filter, draw); err != nil {
		return nil, err
	}
	truth := n.tell(s, &up, ts)
	if err := os.Rename(tmp, path); err != nil {
		return nil, fmt.Errorf("naming the night's video: %w", err)
	}
	return truth, nil
}

// otherFace is the luma of another person's face, a square as wide as half the
// picture is high.
func otherFace(s *Spec, h int) ([]byte, int) {
	o := Spec{Name: "partner", Seed: s.Seed + 101, Seconds: 1, Person: Person{Age: 40, Hair: "dark"}, Blinks: Blinks{RatePerMin: -1}}
	side := (h / 2) &^ 1
	o.Camera = Camera{Width: side, Height: side, FaceHeight: 0.7, Noise: -1, FPS: s.Camera.FPS}
	o.Defaults()
	sc := newScene(&o)
	r := newRenderer(sc)
	st := schedule(&o).at(0)
	st.aperture = [2]float64{}
	r.frame(st, 0)
	return slices.Clone(r.picture.y), side
}

// tell is the night's truth: the Spec's, with what closed lids change.
func (n *Night) tell(s, up *Spec, ts []float64) *NightTruth {
	truth := tell(up, ts)
	truth.Recording.Width, truth.Recording.Height = s.Camera.Width, s.Camera.Height
	tl := schedule(up)
	d := &truth.Displacement
	oculi := anatomy.OrbicularisOculi
	for i, t := range ts {
		st := tl.at(t)
		k := n.shut(st.t)
		n.asleepAt(st)
		truth.ApertureMM.Right[i], truth.ApertureMM.Left[i] = round(st.aperture[0], 4), round(st.aperture[1], 4)
		if k > 0.5 { // the lids are closed: what moves is their line
			d.Right[oculi][i], d.Left[oculi][i] = round(st.rise[0], 4), round(st.rise[1], 4)
		}
		roll, _, _, _ := n.lie(t)
		truth.Head.Roll[i] = round(truth.Head.Roll[i]+roll*180/math.Pi, 4)
	}
	kept := truth.Events[:0]
	for _, e := range truth.Events {
		if n.shut((e.OnsetS+e.OffsetS)/2) > 0.5 {
			if e.Kind == event.Blink {
				continue
			}
			for i := range e.Regions {
				if m := e.Regions[i]; m.Region == oculi && m.PeakMM != nil {
					*m.PeakMM = peakWithin(ts, map[anatomy.Side][]float64{anatomy.Right: d.Right[oculi], anatomy.Left: d.Left[oculi]}[m.Side], e)
				}
			}
		}
		kept = append(kept, e)
	}
	truth.Events = kept
	number(truth.Events)
	out := &NightTruth{Truth: truth, Night: NightStates{Asleep: spansOf(n.Sleep, truth.Recording.DurationS), Shut: spansOf(n.Shut, truth.Recording.DurationS),
		Covered: spansOf(n.Covered, truth.Recording.DurationS), Turning: []NightSpan{}}}
	for i, l := range n.Lies {
		out.Night.Lies = append(out.Night.Lies, LieTruth{l.At, l.RollDeg, l.PillowMM})
		out.Night.Hidden = append(out.Night.Hidden, l.Pillow)
		if i > 0 {
			out.Night.Turning = append(out.Night.Turning, NightSpan{FromS: l.At, ToS: l.At + turnOverS})
		}
	}
	return out
}

// peakWithin is the largest value of a column during an event.
func peakWithin(ts, col []float64, e event.Event) (v float64) {
	for i, t := range ts {
		if t >= e.OnsetS && t <= e.OffsetS && i < len(col) {
			v = max(v, col[i])
		}
	}
	return v
}

func spansOf(list []Span, end float64) []NightSpan {
	out := []NightSpan{}
	for _, s := range list {
		if s.From < end {
			out = append(out, NightSpan{FromS: s.From, ToS: min(s.To, end)})
		}
	}
	return out
}

// WriteFile writes the night's truth as JSON.
func (t *NightTruth) WriteFile(path string) error {
	b, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("writing the night's truth: %w", err)
	}
	if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("writing the night's truth: %w", err)
	}
	return nil
}

// ReadNightTruth reads the truth of a drawn night.
func ReadNightTruth(path string) (*NightTruth, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the night's truth: %w", err)
	}
	t := new(NightTruth)
	if err := json.Unmarshal(b, t); err != nil {
		return nil, fmt.Errorf("reading the night's truth %s: %w", path, err)
	}
	if t.Truth == nil || t.Schema != Schema {
		return nil, fmt.Errorf("reading the night's truth %s: it is not of schema %q", path, Schema)
	}
	return t, nil
}
