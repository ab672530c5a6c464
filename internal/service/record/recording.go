package record

import (
	"math"
	"slices"
	"strings"
	"time"

	"facialis/event"
	"facialis/face"
	"facialis/words"
)

// State is how far a recording's analysis is.
type State string

// The states of an analysis.
const (
	Queued    State = "queued"
	Analyzing State = "analysing"
	Done      State = "done"
	Failed    State = "failed"
	Canceled  State = "cancelled"
)

// Over reports whether nothing more will happen by itself.
func (s State) Over() bool { return s == Done || s == Failed || s == Canceled }

// Film says how a recording came to be: what the person who filmed it tells.
type Film struct {
	RecordedAt *time.Time   `json:"recorded_at" required:"false"`
	Mirrored   *bool        `json:"mirrored" required:"false" doc:"The video shows the person as in a mirror; sides are swapped back. Null or left out: nobody can tell, and the result names no side"`
	Face       *string      `json:"face" required:"false" doc:"Whose face: largest, left, right, center, a number from the picture's left, or x,y between 0 and 1"`
	TurnDeg    *int         `json:"turn_deg" required:"false" enum:"0,90,180,270" doc:"By how many degrees clockwise the pictures are turned so that the face stands upright; null: the program finds out"`
	FromS      *float64     `json:"from_s" required:"false" minimum:"0" doc:"What comes before is not measured, seconds from the first frame; null: from the beginning"`
	ToS        *float64     `json:"to_s" required:"false" minimum:"0" doc:"What comes after is not measured; null: to the end"`
	Protocol   *string      `json:"protocol" required:"false" doc:"The guided protocol that was followed"`
	Tasks      []event.Task `json:"tasks" required:"false" doc:"What the person was asked for and when, seconds from the first frame"`
	Label      string       `json:"label" required:"false"`
	Consent    *Consent     `json:"consent" required:"false" doc:"What was allowed for this recording; null: it was not asked"`
	Night      *Night       `json:"night" required:"false" doc:"Of a film of a night: who may look at its pictures, and what is kept of them; null: it is none"`
}

// Night is what was said of the film of a night: who may look at its pictures, and what
// is kept of them once somebody has.
type Night struct {
	Look      string     `json:"look" enum:"self,clinic,named" doc:"Who may see pictures of it: self, the person alone; clinic, the person and whoever sees everybody; named, the person and the account of that name"`
	Name      string     `json:"name" required:"false" maxLength:"80" doc:"With named: the account's name"`
	Keep      string     `json:"keep" enum:"moments,all" doc:"moments: once somebody who may has looked, all of the film but five seconds before and after each spasm is deleted"`
	LookedAt  *time.Time `json:"looked_at" required:"false" doc:"When somebody said that they have looked; set by the server"`
	ReducedAt *time.Time `json:"reduced_at" required:"false" doc:"Since when only the moments are there; set by the server"`
}

// Who may look at the film of a night, and what is kept of it.
const (
	LookSelf    = "self"
	LookClinic  = "clinic"
	LookNamed   = "named"
	KeepMoments = "moments"
	KeepAll     = "all"
)

// check says what is wrong with what was said of a night.
func (n *Night) check() error {
	if n == nil {
		return nil
	}
	n.Name = strings.TrimSpace(n.Name)
	for _, t := range []**time.Time{&n.LookedAt, &n.ReducedAt} {
		if *t != nil {
			v := Micros(**t)
			*t = &v
			if !sane(v) {
				return invalid("record.invalid.recording.night")
			}
		}
	}
	if !oneOf(&n.Look, LookSelf, LookClinic, LookNamed) || !oneOf(&n.Keep, KeepMoments, KeepAll) || badText(n.Name, 80) || (n.Look == LookNamed) != (n.Name != "") {
		return invalid("record.invalid.recording.night")
	}
	return nil
}

// Reduced reports whether only the moments of a night's film are left: it cannot be
// analyzed again.
func (f *Film) Reduced() bool { return f.Night != nil && f.Night.ReducedAt != nil }

// ToReduce reports whether a night's film waits for all but its moments to be deleted.
func (f *Film) ToReduce() bool {
	return f.Night != nil && f.Night.Keep == KeepMoments && f.Night.LookedAt != nil && f.Night.ReducedAt == nil
}

// Consent is what the person filmed, or who answers for them, allowed for one film.
type Consent struct {
	Keep     bool      `json:"keep" doc:"It may be kept and analyzed here"`
	Research bool      `json:"research" doc:"It may be given to research"`
	By       string    `json:"by" enum:"self,guardian,clinician" doc:"Who said so; clinician: on a paper that the clinic keeps"`
	At       time.Time `json:"at"`
}

// check says what is wrong with a consent.
func (c *Consent) check() error {
	if c == nil {
		return nil
	}
	c.At = Micros(c.At)
	if !oneOf(&c.By, "self", "guardian", "clinician") || !sane(c.At) || !c.Keep {
		return invalid("record.invalid.recording.consent")
	}
	return nil
}

// MayResearch reports whether the film may be given to research: only where that was
// said.
func (f *Film) MayResearch() bool { return f.Consent != nil && f.Consent.Research }

// turns are the quarter turns, degrees clockwise.
var turns = []int{0, 90, 180, 270}

// Part is what of the film is measured, seconds from the first frame; to is infinite
// where it is measured to the end.
func (f *Film) Part() (from, to float64) {
	to = math.Inf(1)
	if f.FromS != nil {
		from = *f.FromS
	}
	if f.ToS != nil {
		to = *f.ToS
	}
	return from, to
}

// maxTasks bounds a protocol.
const maxTasks = 1000

// Check says what is wrong with a film's fields. A missing list of tasks becomes
// an empty one.
func (f *Film) Check() error {
	if f.Tasks == nil {
		f.Tasks = []event.Task{}
	}
	if f.Face != nil {
		o := face.DefaultOptions()
		o.Face = *f.Face
		if err := o.Validate(); err != nil {
			return invalid("record.invalid.recording.face", words.Args{"Reason": err})
		}
	}
	if f.TurnDeg != nil && !slices.Contains(turns, *f.TurnDeg) {
		return invalid("record.invalid.recording.turn")
	}
	if from, to := f.Part(); !(from >= 0 && to > from) || f.ToS != nil && math.IsInf(to, 0) {
		return invalid("record.invalid.recording.part")
	}
	if badText(f.Label, 300) || f.Protocol != nil && badText(*f.Protocol, 100) {
		return invalid("record.invalid.recording.text")
	}
	if len(f.Tasks) > maxTasks {
		return invalid("record.invalid.recording.tasks", words.Args{"Most": maxTasks})
	}
	if err := f.Consent.check(); err != nil {
		return err
	}
	if err := f.Night.check(); err != nil {
		return err
	}
	for _, t := range f.Tasks {
		if t.Task == "" || badText(t.Task, 60) || !(t.FromS >= 0) || !(t.ToS > t.FromS) || math.IsInf(t.ToS, 0) {
			return invalid("record.invalid.recording.task")
		}
	}
	return nil
}

// Recording is a film of a person and what became of it.
type Recording struct {
	ID       string `json:"id"`
	PersonID string `json:"person_id"`
	Film
	CreatedAt time.Time `json:"created_at"`
	Bytes     int64     `json:"bytes"`
	Type      string    `json:"type" doc:"Media type by the file's content, never by its name"`
	SHA256    string    `json:"sha256"`
	DurationS *float64  `json:"duration_s"`
	Width     *int      `json:"width"`
	Height    *int      `json:"height"`
	FrameRate *float64  `json:"frame_rate"`

	State      State    `json:"state" enum:"queued,analysing,done,failed,cancelled"`
	Progress   *float64 `json:"progress" doc:"0 to 1; null when not being analyzed or when the film does not say how long it is"`
	LeftS      *float64 `json:"left_s" doc:"Seconds left, estimated"`
	Problem    *string  `json:"problem" doc:"One line: why it failed"`
	Attempts   int      `json:"attempts"`
	Usable     *bool    `json:"usable"`
	RatePerMin *float64 `json:"rate_per_min" doc:"Spasms a minute, by the corrected events"`
	Spasms     *int     `json:"spasms" doc:"By the corrected events"`
	Spells     *int     `json:"spells" doc:"How often both eyes closed for long or three times in a row, counted apart from spasms; null when not known"`
	Corrected  bool     `json:"corrected"`
	Hidden     bool     `json:"hidden" required:"false" doc:"Whoever asks may not see pictures of it: the film of a night"`

	Analysis string `json:"-"` // id of the analysis that holds; "" when there is none
}

// When is the moment the recording stands for: filmed, else handed in.
func (r *Recording) When() time.Time {
	if r.RecordedAt != nil {
		return *r.RecordedAt
	}
	return r.CreatedAt
}

// How the film that counts is chosen, seconds and days: estimates of this program. A
// film of three minutes is what studies of spasms use; a film of before the last three
// months says little of today.
const (
	longEnoughS = 180
	recentDays  = 92
)

// FilmThatCounts is the recording by which a person is assessed: the named one, or of
// those of the last three months before the newest that can be used the best for the
// purpose: with a protocol before without, then the longer up to three minutes, then
// the newest. Nil where there is none. The recordings are the latest first.
func FilmThatCounts(all []Recording, named string) *Recording {
	var best *Recording
	var newest time.Time
	for i := range all {
		r := &all[i]
		switch {
		case r.Analysis == "":
		case named != "":
			if r.ID == named {
				return r
			}
		case r.Usable == nil || !*r.Usable:
		case best == nil:
			best, newest = r, r.When()
		case newest.Sub(r.When()).Hours() <= recentDays*24 && r.worth() > best.worth():
			best = r
		}
	}
	return best
}

// worth ranks a recording: 1 for a protocol, and up to 1 for its length.
func (r *Recording) worth() float64 {
	w := 0.0
	if len(r.Tasks) > 0 {
		w = 1
	}
	if r.DurationS != nil {
		w += min(*r.DurationS/longEnoughS, 1)
	}
	return w
}

// NewUpload is what a client says before it sends a film's bytes.
type NewUpload struct {
	PersonID string `json:"person_id"`
	Size     int64  `json:"size" minimum:"1"`
	Type     string `json:"type" required:"false" maxLength:"200" doc:"A hint; the content decides"`
	ClientID string `json:"client_id" minLength:"1" maxLength:"100" doc:"The client's own id: the same one again gives the same upload"`
	Film
}

// Upload is a film on its way in.
type Upload struct {
	ID          string  `json:"id"`
	PersonID    string  `json:"person_id"`
	Offset      int64   `json:"offset" doc:"Bytes that are safely stored; send the next from here"`
	Size        int64   `json:"size"`
	RecordingID *string `json:"recording_id" doc:"The recording it became, once finished"`

	ClientID  string    `json:"-"`
	Film      Film      `json:"-"`
	CreatedAt time.Time `json:"-"`
}
