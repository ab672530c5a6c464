package night

import (
	_ "embed" // the table of cameras
	"encoding/json"
	"maps"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Camera is how cameras of one kind write the start of a film into its path.
type Camera struct {
	Name     string      `json:"name"`
	Match    string      `json:"match"`     // of the path without its ending, with "/" between folders; {Y} and so on are the table's parts
	NameOnly bool        `json:"name_only"` // matched against the file's name, not its folders
	Clock    string      `json:"clock"`     // local, utc, or zone: the name has it
	Path     string      `json:"path"`      // as the camera writes it
	Source   string      `json:"source"`    // where it is told
	Examples [][2]string `json:"examples"`  // paths, and the time that each is read as: local time where it has no Z

	match *regexp.Regexp
}

// cameraTable is the file cameras.json. The app's page on nights reads the same file.
type cameraTable struct {
	Parts   map[string]string `json:"parts"`
	Cameras []Camera          `json:"cameras"`
	None    []string          `json:"none"` // paths that tell no start
}

//go:embed cameras.json
var camerasJSON []byte

var cameras = func() (t cameraTable) {
	if err := json.Unmarshal(camerasJSON, &t); err != nil {
		panic("night: cameras.json: " + err.Error())
	}
	for i := range t.Cameras {
		m := t.Cameras[i].Match
		for _, k := range slices.Sorted(maps.Keys(t.Parts)) {
			m = strings.ReplaceAll(m, k, t.Parts[k])
		}
		t.Cameras[i].match = regexp.MustCompile(m)
	}
	return t
}()

// Cameras are the kinds of cameras whose paths are read, in the order in which they are
// tried.
func Cameras() []Camera { return slices.Clone(cameras.Cameras) }

const (
	earliestYear = 2010 // a clock before this was never set
	aheadH       = 26.0 // a clock further ahead than this is wrong, hours: 14 for the zones, 12 for the half of a day
)

// plausible says that a film can have begun then.
func plausible(at, now time.Time) bool {
	return at.Year() >= earliestYear && at.Sub(now).Hours() <= aheadH
}

// ByPath is the start of a film by its name and folders, and the kind of camera that
// writes so; false where they do not tell a time before now. Where a name has several
// times the first is the start. A time without a zone is read as of where.
func ByPath(path string, now time.Time, where *time.Location) (at time.Time, camera *Camera, ok bool) {
	path = filepath.ToSlash(path)
	path = strings.TrimSuffix(path, filepath.Ext(path))
	name := path[strings.LastIndex(path, "/")+1:]
	for i := range cameras.Cameras {
		c := &cameras.Cameras[i]
		text := path
		if c.NameOnly {
			text = name
		}
		for _, m := range c.match.FindAllStringSubmatch(text, -1) {
			if at, ok := c.time(m, where); ok && plausible(at, now) {
				return at, c, true
			}
		}
	}
	return time.Time{}, nil, false
}

// time is the time in what a camera's pattern found; false where there is no such
// moment.
func (c *Camera) time(m []string, where *time.Location) (time.Time, bool) {
	part := func(name string) string {
		if i := c.match.SubexpIndex(name); i >= 0 {
			return m[i]
		}
		return ""
	}
	number := func(name string) int {
		n, err := strconv.Atoi(part(name))
		if err != nil {
			return 0 // a part that the name does not have
		}
		return n
	}
	if e := part("epoch"); e != "" {
		return time.Unix(int64(number("epoch")), 0), true
	}
	zone := where
	switch off := part("off"); {
	case c.Clock == "utc" || off == "Z":
		zone = time.UTC
	case off != "":
		h, errH := strconv.Atoi(off[1:3])
		m, errM := strconv.Atoi(off[len(off)-2:])
		if errH != nil || errM != nil {
			return time.Time{}, false
		}
		s := h*3600 + m*60
		if off[0] == '-' {
			s = -s
		}
		zone = time.FixedZone("", s)
	}
	h := number("h")
	if ap := part("ap"); ap != "" {
		if h < 1 || h > 12 {
			return time.Time{}, false
		}
		h %= 12
		if ap == "p" {
			h += 12
		}
	}
	mo, d := number("mo"), number("d")
	at := time.Date(number("y"), time.Month(mo), d, h, number("mi"), number("s"), 0, zone)
	return at, at.Month() == time.Month(mo) && at.Day() == d
}

// Source says where the start of a film was taken from.
type Source string

// The sources.
const (
	ByCreated Source = "created" // the time that the camera wrote into the file
	ByName    Source = "name"    // the name and its folders
	ByWritten Source = "written" // when the file was last written, less its length: it may be a copy
)

// Conflict is how a film's name and its own time differ.
type Conflict string

// The conflicts, and what was done.
const (
	Agree     Conflict = ""      // they do not, or there is only one
	Zone      Conflict = "zone"  // by whole quarters of an hour: the name is of another zone, and the file's own time is used
	LocalTime Conflict = "local" // the file's own time is local time that is marked as UTC: the name is used
	NameIsUTC Conflict = "utc"   // both have the same figures, and when the file was written shows that they are UTC
	Apart     Conflict = "apart" // by something else: the file's own is that of a copy or an export, and the name is used
)

// Clock is when a film began, and how that is known.
type Clock struct {
	Begin    time.Time `json:"begin"`
	By       Source    `json:"by"`
	Camera   string    `json:"camera,omitempty"` // the kind of camera that writes such names
	Conflict Conflict  `json:"conflict,omitempty"`
	ApartS   float64   `json:"apart_s,omitempty"` // the name's time less the file's own, seconds
}

// FilmClock is the clock of one film of a night.
type FilmClock struct {
	Path string `json:"-"`
	File string `json:"file"`
	Clock
}

// Facts are what is known of a film's start.
type Facts struct {
	Path       string // whole: folders count
	LengthS    float64
	Created    time.Time // by the file's header; zero where it does not say
	CreatedEnd bool      // Created is the film's end
	Written    time.Time // when the file was last written
	Now        time.Time
	Where      *time.Location // of a name's time that has no zone
}

const (
	agreeS   = 5.0   // a name and a header that are not further apart agree, seconds: headers are written a moment later
	minuteS  = 60.0  // and where the name has no seconds
	quarterS = 900.0 // zones differ by whole quarters of an hour
	zonesS   = 14 * 3600.0
	writtenS = 600.0 // a file that was written within this of its end shows which zone is right, seconds
)

// Start is when a film began: by the time that the camera wrote into it, else by its
// name and folders, else by when the file was last written. Where name and header differ
// it says how, and which one is used.
func (f Facts) Start() Clock {
	length := time.Duration(f.LengthS * float64(time.Second))
	name, camera, named := ByPath(f.Path, f.Now, f.Where)
	created := f.Created
	if f.CreatedEnd {
		created = created.Add(-length)
	}
	has := !f.Created.IsZero() && plausible(created, f.Now)
	c := Clock{}
	if named {
		c.Camera = camera.Name
	}
	switch {
	case has && !named:
		c.Begin, c.By = created, ByCreated
		return c
	case named && !has:
		c.Begin, c.By = name, ByName
		return c
	case !named:
		c.Begin, c.By = f.Written.Add(-length), ByWritten
		return c
	}
	tolerance := agreeS
	if camera.match.SubexpIndex("s") < 0 && camera.match.SubexpIndex("epoch") < 0 {
		tolerance = minuteS
	}
	// A header's time is that of the start or, of some cameras, that of the end.
	apart, end := name.Sub(created).Seconds(), false
	if !f.CreatedEnd && near(apart+f.LengthS, tolerance) && !near(apart, tolerance) {
		apart, end = apart+f.LengthS, true
	}
	if near(apart, tolerance) {
		c.Begin, c.By = created, ByCreated
		if end || tolerance == agreeS {
			c.Begin, c.By = name, ByName // the name's is the start itself
		}
		return c
	}
	c.ApartS = apart
	f.resolve(&c, name, created, camera, tolerance)
	return c
}

// near says that a difference is within a tolerance.
func near(s, tolerance float64) bool { return math.Abs(s) <= tolerance }

// resolve chooses between a name and a header that differ.
func (f Facts) resolve(c *Clock, name, created time.Time, camera *Camera, tolerance float64) {
	quarter := func(s float64) bool {
		return near(s-quarterS*math.Round(s/quarterS), tolerance) && math.Abs(s) <= zonesS+tolerance
	}
	atEnd := created.Add(-time.Duration(f.LengthS * float64(time.Second)))
	begin := created
	switch {
	case quarter(c.ApartS):
	case !f.CreatedEnd && quarter(name.Sub(atEnd).Seconds()):
		begin, c.ApartS = atEnd, name.Sub(atEnd).Seconds()
	default:
		c.Begin, c.By, c.Conflict = name, ByName, Apart
		return
	}
	if camera.Clock != "local" {
		// The name has its zone: the header's must be the camera's local time.
		c.Begin, c.By, c.Conflict = name, ByName, LocalTime
		return
	}
	_, off := name.Zone()
	if !near(c.ApartS+float64(off), tolerance) {
		c.Begin, c.By, c.Conflict = begin, ByCreated, Zone
		return
	}
	// Both have the same figures: local time that is marked as UTC, or a name in UTC.
	// When the file was written tells, if it is of one of them.
	past := func(at time.Time) bool { return near(f.Written.Sub(at).Seconds()-f.LengthS, writtenS) }
	if past(begin) && !past(name) {
		c.Begin, c.By, c.Conflict = begin, ByCreated, NameIsUTC
		return
	}
	c.Begin, c.By, c.Conflict = name, ByName, LocalTime
}
