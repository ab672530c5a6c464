package phantom

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"facialis/anatomy"
	"facialis/event"
)

const dayS = 24 * 3600.0

// limit is the range that a number of a spec may have.
type limit struct{ lo, hi float64 }

// limits are the ranges of every number in a spec, by its place in the YAML file.
// Where a negative number means none, -1 is the lowest.
var limits = map[string]limit{
	"seed":                           {0, math.MaxUint64},
	"seconds":                        {1e-3, dayS},
	"person.skin":                    {1, 6},
	"person.age":                     {0, 120},
	"person.beard":                   {0, 1},
	"person.contracture.aperture_mm": {0, RestApertureMM},
	"person.contracture.corner_mm":   {0, 15},
	"camera.width":                   {64, 7680},
	"camera.height":                  {64, 4320},
	"camera.fps":                     {1, 480},
	"camera.face_height":             {0.05, 1},
	"camera.distance_mm":             {200, 1e7}, // nearer, the nose is at the lens
	"camera.focal_mm":                {0, 1e6},
	"camera.light":                   {0.01, 10},
	"camera.light_from":              {-1, 1},
	"camera.flicker_hz":              {0, 60},
	"camera.flicker":                 {0, 1},
	"camera.noise":                   {-1, 100},
	"camera.blur_px":                 {0, 50},
	"camera.crf":                     {0, 51},
	"camera.exposure.at":             {0, dayS},
	"camera.exposure.gain":           {0.05, 10},
	"camera.exposure.over_s":         {0, 60},
	"lamp.share":                     {0, 1},
	"lamp.side_deg":                  {-90, 90},
	"lamp.height_deg":                {-90, 90},
	"lamp.shadow.depth":              {0, 1},
	"lamp.shadow.angle_deg":          {-360, 360},
	"lamp.shadow.at_mm":              {-500, 500},
	"lamp.shadow.edge_mm":            {0, 500},
	"lamp.shadow.sway_mm":            {0, 200},
	"lamp.shadow.period_s":           {0, dayS},
	"head.sway_mm":                   {-1, 50},
	"head.turn_deg":                  {-1, 20},
	"head.breath_mm":                 {-1, 20},
	"head.turns.at":                  {0, dayS},
	"head.turns.hold_s":              {0, dayS},
	"head.turns.yaw":                 {-45, 45}, // the face is painted from the front
	"head.turns.pitch":               {-45, 45},
	"head.turns.roll":                {-90, 90},
	"head.turns.forward_mm":          {-1e6, 1e6}, // and never into the lens: see nearest
	"rest.wander_mm":                 {0, 2},
	"rest.common":                    {0, 1},
	"blinks.rate_per_min":            {-1, 120},
	"talk.from_s":                    {0, dayS},
	"talk.to_s":                      {0, dayS},
	"tasks.from_s":                   {0, dayS},
	"tasks.to_s":                     {0, dayS},
	"tasks.every_s":                  {0, dayS},
	"tasks.hold_s":                   {0, dayS},
	"tasks.mm":                       {0, 15},
	"events.at":                      {0, dayS},
	"events.twitches":                {0, 100000},
	"events.rate_hz":                 {0, 60},
	"events.hold_s":                  {0, dayS},
	"events.rise_ms":                 {0, 60000},
	"events.fall_ms":                 {0, 60000},
	"events.regions.mm":              {1e-6, 15},
	"events.regions.sd":              {0, 2},
	"events.regions.lag_ms":          {0, 60000},
	"events.regions.share":           {0, 1},
	"events.regions.lower_lid":       {0, 1},
	"generators.rate_per_min":        {0, 120},
	"generators.share":               {0, 1},
	"generators.delay_ms":            {0, 60000},
	"generators.from_s":              {0, dayS},
	"generators.to_s":                {0, dayS},
	"generators.forms":               {0, 1e6},
	"generators.twitches":            {1, 100000},
	"generators.rate_hz":             {0.01, 60},
	"generators.hold_s":              {0, dayS},
	"generators.rise_ms":             {0, 60000},
	"generators.fall_ms":             {0, 60000},
	"generators.regions.mm":          {1e-6, 15},
	"generators.regions.sd":          {0, 2},
	"generators.regions.lag_ms":      {0, 60000},
	"generators.regions.share":       {0, 1},
	"generators.regions.lower_lid":   {0, 1},
}

// numbers calls f for every number of a spec: path is its place without indices,
// name is that place for people, as in "events[2].regions[1].mm".
func numbers(v reflect.Value, path, name string, f func(path, name string, v float64) error) error {
	switch {
	case v.CanFloat():
		return f(path, name, v.Float())
	case v.CanInt():
		return f(path, name, float64(v.Int()))
	case v.CanUint():
		return f(path, name, float64(v.Uint()))
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return numbers(v.Elem(), path, name, f)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if err := numbers(v.Index(i), path, fmt.Sprintf("%s[%d]", name, i+1), f); err != nil {
				return err
			}
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			if err := numbers(v.MapIndex(k), path, fmt.Sprintf("%s.%v", name, k), f); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			key := v.Type().Field(i).Tag.Get("yaml")
			if key == "" {
				continue
			}
			if err := numbers(v.Field(i), join(path, key), join(name, key), f); err != nil {
				return err
			}
		}
	}
	return nil
}

func join(path, key string) string { return strings.TrimPrefix(path+"."+key, ".") }

// Validate fills in defaults and says what is wrong with the spec, if anything, in
// one line: what could not be drawn, or could not be told in the truth.
func (s *Spec) Validate() error {
	s.Defaults()
	for _, check := range []func() error{s.checkNumbers, s.checkCamera, s.checkPerson, s.checkTimes, s.checkEvents, s.checkTogether} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// checkNumbers holds every number to its range.
func (s *Spec) checkNumbers() error {
	return numbers(reflect.ValueOf(*s), "", "", func(path, name string, v float64) error {
		if l := limits[path]; !(v >= l.lo && v <= l.hi) {
			return fmt.Errorf("%s must be %v to %v, not %v", name, l.lo, l.hi, v)
		}
		return nil
	})
}

// nearest is how near to the irises' rest the lens may come, mm: no nose reaches it.
const nearest = 150.0

func (s *Spec) checkCamera() error {
	c := &s.Camera
	switch {
	case c.Width%2+c.Height%2 != 0:
		return fmt.Errorf("the picture must have even sides, not %dx%d", c.Width, c.Height)
	case c.FlickerHz != 0 && c.FlickerHz != 50 && c.FlickerHz != 60:
		return fmt.Errorf("flicker_hz must be 50 or 60, not %v", c.FlickerHz)
	case c.FocalMM > 0 && math.Abs(c.faceHeight()/c.FaceHeight-1) > 0.01:
		return fmt.Errorf("face_height must be %.3g, by focal_mm and distance_mm, not %v; leave one of them out", c.faceHeight(), c.FaceHeight)
	}
	for i, k := range c.Exposure {
		if i > 0 && k.At < c.Exposure[i-1].At+c.Exposure[i-1].OverS {
			return fmt.Errorf("camera.exposure[%d] begins before the step before it has ended", i+1)
		}
	}
	forward := 0.0
	for i, t := range s.Head.Turns {
		if forward += max(0, t.Forward); c.DistanceMM-forward < nearest {
			return fmt.Errorf("head.turns[%d] brings the head into the lens: of distance_mm %v at least %v must be left", i+1, c.DistanceMM, nearest)
		}
	}
	return nil
}

func (s *Spec) checkPerson() error {
	p := s.Person
	switch {
	case hairColours[p.Hair] == (rgb{}) && p.Hair != "none":
		return fmt.Errorf("hair must be dark, brown, blond, grey or none, not %q", p.Hair)
	case eyeColours[p.Eyes] == (rgb{}):
		return fmt.Errorf("eyes must be brown, blue or green, not %q", p.Eyes)
	}
	if _, ok := profiles[s.Head.Profile]; !ok {
		return fmt.Errorf("profile must be one of %s, not %q", strings.Join(Profiles(), ", "), s.Head.Profile)
	}
	if c := p.Contracture; c != nil {
		return checkSide(c.Side)
	}
	return nil
}

func (s *Spec) checkTimes() error {
	for i, t := range s.Talk {
		if t.To <= t.From {
			return fmt.Errorf("talk %d: it must end after it begins", i+1)
		}
	}
	for i, t := range s.Tasks {
		if _, ok := taskMoves[t.Task]; !ok && t.Every > 0 {
			return fmt.Errorf("task %d: %q has no movement to repeat", i+1, t.Task)
		}
		if t.To <= t.From {
			return fmt.Errorf("task %d: it must end after it begins", i+1)
		}
		if t.Every > 0 && t.Every < t.Hold+1.5 {
			return fmt.Errorf("task %d: every_s must be at least hold_s + 1.5", i+1)
		}
	}
	return nil
}

func (s *Spec) checkEvents() error {
	for i, e := range s.Events {
		if err := s.checkEvent(e); err != nil {
			return fmt.Errorf("event %d: %w", i+1, err)
		}
	}
	for i, g := range s.Generators {
		if err := s.checkGenerator(g); err != nil {
			return fmt.Errorf("generator %d: %w", i+1, err)
		}
	}
	return nil
}

func (s *Spec) checkEvent(e EventSpec) error {
	if err := checkKind(e.Kind); err != nil {
		return err
	}
	if !slices.Contains(forms, e.Form) {
		return fmt.Errorf("unknown form %q", e.Form)
	}
	if e.Form == event.Clonic {
		if err := s.checkRate(e.RateHz); err != nil {
			return err
		}
	}
	return checkRegions(e.Regions, e.Side)
}

var forms = []event.Form{event.Twitch, event.Clonic, event.Tonic}

func checkKind(k event.Kind) error {
	if !slices.Contains([]event.Kind{event.Blink, event.Voluntary, event.Spasm, event.Synkinesis, event.Other}, k) {
		return fmt.Errorf("unknown kind %q", k)
	}
	return nil
}

// checkRate refuses a train that the camera could not show.
func (s *Spec) checkRate(hz float64) error {
	if hz > s.Camera.FPS/2 {
		return fmt.Errorf("rate_hz must be at most half of the camera's %v pictures a second, not %v", s.Camera.FPS, hz)
	}
	return nil
}

func (s *Spec) checkGenerator(g Generator) error {
	if g.RatePerMin <= 0 && len(g.LockedTo) == 0 {
		return fmt.Errorf("it needs rate_per_min or locked_to")
	}
	if err := checkKind(g.Kind); err != nil {
		return err
	}
	sum := 0.0
	for f, share := range g.Forms {
		if !slices.Contains(forms, f) {
			return fmt.Errorf("unknown form %q", f)
		}
		sum += share
	}
	switch {
	case sum <= 0:
		return fmt.Errorf("the forms' shares must not all be zero")
	case g.Twitches[1] < g.Twitches[0] || g.RateHz[1] < g.RateHz[0] || g.HoldS[1] < g.HoldS[0]:
		return fmt.Errorf("a range must be written as [least, most]")
	}
	if g.Forms[event.Clonic] > 0 {
		if err := s.checkRate(g.RateHz[1]); err != nil {
			return err
		}
	}
	return checkRegions(g.Regions, g.Side)
}

func checkSide(side anatomy.Side) error {
	if side != anatomy.Right && side != anatomy.Left && side != anatomy.Both {
		return fmt.Errorf("side must be right, left or both, not %q", side)
	}
	return nil
}

func checkRegions(rs []RegionSpec, side anatomy.Side) error {
	if err := checkSide(side); err != nil {
		return err
	}
	if len(rs) == 0 {
		return fmt.Errorf("it moves no region")
	}
	for i, r := range rs {
		if !slices.Contains(anatomy.Regions, r.Region) {
			return fmt.Errorf("unknown region %q", r.Region)
		}
		if r.Side != "" {
			if err := checkSide(r.Side); err != nil {
				return fmt.Errorf("%s: %w", r.Region, err)
			}
		}
		for _, o := range rs[:i] {
			if o.Region == r.Region && sharedSide(o.Side, r.Side) != "" {
				return fmt.Errorf("it moves the same region twice: %s", r.Region)
			}
		}
	}
	return nil
}

// sharedSide is a side that both have, or "".
func sharedSide(a, b anatomy.Side) anatomy.Side {
	switch {
	case a == b || b == anatomy.Both:
		return a
	case a == anatomy.Both:
		return b
	}
	return ""
}

// fallsFrom is when a region of an event begins to come back to rest, as far as
// the spec says: the scatter of a train's steps may make it longer.
func (e EventSpec) fallsFrom(r RegionSpec) float64 {
	e.shapeDefaults()
	last := 0.0
	if e.Form == event.Clonic {
		last = float64(e.Twitches-1) / e.RateHz
	}
	return e.At + (r.LagMS+e.RiseMS)/1000 + last + e.HoldS
}

// checkTogether refuses two events that move one region of one side at one moment:
// the skin can follow only one of them, and the truth could tell neither's size.
// One that begins while the one before falls is a train's next twitch.
func (s *Spec) checkTogether() error {
	type part struct {
		event    int
		from, to float64
		side     anatomy.Side
	}
	parts := map[anatomy.Region][]part{}
	for i, e := range s.Events {
		for _, r := range e.Regions {
			parts[r.Region] = append(parts[r.Region], part{i + 1, e.At + r.LagMS/1000, e.fallsFrom(r), r.Side})
		}
	}
	for _, g := range anatomy.Regions {
		ps := parts[g]
		slices.SortStableFunc(ps, func(a, b part) int { return cmp.Compare(a.from, b.from) })
		for i, a := range ps {
			for _, b := range ps[i+1:] {
				if b.from >= a.to {
					break
				}
				if side := sharedSide(a.side, b.side); side != "" {
					return fmt.Errorf("events %d and %d move the same region at the same time: %s, %s, at %v s", a.event, b.event, side, g, b.from)
				}
			}
		}
	}
	return nil
}
