package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/phantom"
	"facialis/validate"
)

// film is a recording with what is true of it and what a program saw in it.
type film struct {
	Name string
	Who  string // the head, or the person
	path string

	truth *truth
	*seen
}

// truth is a truth.json with what only those of heads and implants say.
type truth struct {
	phantom.Truth
	More   []more       // of each event, in the order of Events
	State  string       `json:"state"`   // implants: rest, talk, dense
	DistMM *float64     `json:"dist_mm"` // heads: from the lens to the face
	Speech [][2]float64 `json:"speech"`  // heads: stretches of speech, s
}

// more is what a truth.json says of an event beyond the program's own words.
type more struct {
	Yaw     float64 `json:"yaw"` // degrees, at the event's middle
	Pitch   float64 `json:"pitch"`
	Turning float64 `json:"turning"` // degrees a second
	Place   string  `json:"place"`   // "cheek" where the corner's part is a pull of the malar skin
	Regions []struct {
		Moved *bool `json:"moved"` // false: the skin only goes along with a neighbor
	} `json:"regions"`
}

const (
	truthEnd = ".truth.json"
	filmEnd  = ".mp4"
)

// talkers are films beside the implants in which people talk or smile and
// nothing twitches.
var talkers = []string{"talking_face.webm", "talking_a.mp4", "talking_glasses.mp4", "talking_vfr.mp4", "smile.mp4"}

// readFilms are the films of a folder with a truth beside them, by name.
func readFilms(dir string, who func(name string) string) ([]*film, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*"+truthEnd))
	if err != nil {
		return nil, fmt.Errorf("looking for films: %w", err)
	}
	var out []*film
	for _, p := range paths {
		f := &film{Name: strings.TrimSuffix(filepath.Base(p), truthEnd), path: strings.TrimSuffix(p, truthEnd) + filmEnd}
		f.Who = who(f.Name)
		if f.truth, err = readTruth(p); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// readTalkers are the films without spasms in dir, those that are there.
func readTalkers(dir string) ([]*film, error) {
	var out []*film
	for _, n := range talkers {
		path := filepath.Join(dir, n)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, fmt.Errorf("looking for films: %w", err)
		}
		out = append(out, &film{Name: strings.TrimSuffix(n, filepath.Ext(n)), Who: "talkers", path: path, truth: &truth{State: stateTalker}})
	}
	return out, nil
}

// posesFile tells what people do in two films on purpose, by hand.
const posesFile = "one_sided.events.csv"

// readPosers are the films of dir in which people wink or pull one corner of the
// mouth, with these movements as their truth; none where they are not there.
func readPosers(dir string) ([]*film, error) {
	file, err := os.Open(filepath.Join(dir, posesFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the marked poses: %w", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading the marked poses: %w", err)
	}
	films := map[string]*film{}
	for _, r := range rows[1:] {
		const name, from, to, side, kind = 0, 3, 4, 6, 7 // columns
		var lead anatomy.Region
		switch {
		case r[side] != string(anatomy.Right) && r[side] != string(anatomy.Left):
			continue
		case r[name] == "one_sided_eyes.mp4" && r[kind] == "lid_closure":
			lead = anatomy.OrbicularisOculi
		case r[name] == "one_sided_mouth.mp4" && r[kind] == "mouth_corner_pull":
			lead = anatomy.Zygomaticus
		default:
			continue
		}
		on, err1 := strconv.ParseFloat(r[from], 64)
		off, err2 := strconv.ParseFloat(r[to], 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("reading the marked poses: %w", err)
		}
		f := films[r[name]]
		if f == nil {
			f = &film{Name: strings.TrimSuffix(r[name], filmEnd), Who: "posers", path: filepath.Join(dir, r[name]), truth: &truth{State: statePoser}}
			films[r[name]] = f
		}
		s := anatomy.Side(r[side])
		f.truth.Events = append(f.truth.Events, event.Event{Kind: event.Voluntary, Side: s, OnsetS: on, OffsetS: off, Lead: lead,
			Regions: []event.RegionMovement{{Region: lead, Side: s, OnsetS: on}}})
		f.truth.More = append(f.truth.More, more{})
	}
	var out []*film
	for _, f := range films {
		if _, err := os.Stat(f.path); err == nil {
			f.truth.sort()
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b *film) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// readTruth reads a truth.json. The films' makers count pitch positive when the
// person looks down and roll positive towards their right shoulder (seen in
// pose.mp4); face.Pose counts both the other way, and so does what is returned.
func readTruth(path string) (*truth, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the truth: %w", err)
	}
	t := new(truth)
	var m struct {
		Events []more `json:"events"`
	}
	if err := errors.Join(json.Unmarshal(b, t), json.Unmarshal(b, &m)); err != nil {
		return nil, fmt.Errorf("reading the truth %s: %w", path, err)
	}
	if t.Schema != phantom.Schema {
		return nil, fmt.Errorf("reading the truth %s: its schema is %q, not %q", path, t.Schema, phantom.Schema)
	}
	t.More = m.Events
	for _, c := range [][]float64{t.Head.Pitch, t.Head.Roll} {
		for i := range c {
			c[i] = -c[i]
		}
	}
	t.sort()
	return t, nil
}

// sort puts the events in order of their onset, as pairing needs them.
func (t *truth) sort() {
	at := make([]int, len(t.Events))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int {
		switch d := t.Events[a].OnsetS - t.Events[b].OnsetS; {
		case d < 0:
			return -1
		case d > 0:
			return 1
		}
		return 0
	})
	events, more := make([]event.Event, len(at)), make([]more, len(at))
	for i, k := range at {
		events[i], more[i] = t.Events[k], t.More[k]
	}
	t.Events, t.More = events, more
}

// The states of the films of people.
const (
	stateRest   = "rest"
	stateTalk   = "talk"
	stateDense  = "dense"
	stateTalker = "talker"
	statePoser  = "poser"
)

// headOf is the head that a film of heads/ shows (review/heads.md).
func headOf(name string) string {
	switch name {
	case "mid50", "near30", "inf", "turns", "sidelight", "pose":
		return "a"
	case "talk", "hfs", "lowlight24":
		return "b"
	}
	if who, _, ok := strings.Cut(name, "_"); ok {
		return who
	}
	return name
}

var person = regexp.MustCompile(`^[a-z]+_(p[0-9]+)`)

// personOf is the person that a film of implants/ shows: p3 of c_p3a.
func personOf(name string) string {
	if m := person.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return name
}

// part is one region's part in a true event, with what the skin there is called.
type part struct {
	event.RegionMovement
	Cheek bool // the part is of the malar skin, whatever region the truth names
	MM    float64
}

// parts are the regions that event i itself moves; those that only go along with
// a neighbor are left out. The place "cheek" is a pull of the malar skin in
// single twitches only: in trains and holds that bear it, the corner of the mouth
// goes the whole way, and the cheek does not.
func (t *truth) parts(i int) []part {
	var out []part
	for k, r := range t.Events[i].Regions {
		if m := t.More[i].Regions; k < len(m) && m[k].Moved != nil && !*m[k].Moved {
			continue
		}
		if r.PeakMM == nil {
			continue
		}
		cheek := t.More[i].Place == string(anatomy.Cheek) && r.Region == anatomy.Zygomaticus && t.Events[i].Form == event.Twitch
		out = append(out, part{r, cheek, *r.PeakMM})
	}
	return out
}

// lead is the part of event i that the truth calls its lead.
func (t *truth) lead(i int) (part, bool) {
	for _, p := range t.parts(i) {
		if p.Region == t.Events[i].Lead {
			return p, true
		}
	}
	return part{}, false
}

// mm is the largest displacement that event i itself makes.
func (t *truth) mm(i int) float64 {
	var top float64
	for _, p := range t.parts(i) {
		top = max(top, p.MM)
	}
	return top
}

// atGoal says whether event i is of the size that README's goals name; pulls of
// the cheek, for which it names none, are not.
func (t *truth) atGoal(i int) bool {
	e := t.Events[i]
	e.Regions = nil
	for _, p := range t.parts(i) {
		if !p.Cheek {
			e.Regions = append(e.Regions, p.RegionMovement)
		}
	}
	return validate.AtGoal(e)
}
