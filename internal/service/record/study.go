package record

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"facialis/agreement"
	"facialis/anatomy"
	"facialis/event"
	"facialis/words"
)

// Bounds of a study: more than anybody rates.
const (
	maxFilms      = 5000
	maxRaters     = 100
	maxTolerance  = 10.0 // seconds
	maxMarks      = 20000
	maxNameLength = 200
)

// Plan is what a study does: locked before anybody rates.
type Plan struct {
	Title       string       `json:"title" maxLength:"300"`
	Films       []string     `json:"films" doc:"Recordings by id"`
	Raters      []string     `json:"raters" doc:"Names of accounts; on a computer without accounts any names"`
	Kinds       []event.Kind `json:"kinds" doc:"Of events that raters mark: blink, voluntary, spasm, synkinesis, other; empty: none"`
	Scales      []string     `json:"scales" doc:"By id, see listScales"`
	Statistics  []string     `json:"statistics" doc:"icc, kappa, events, limits, retest"`
	ToleranceS  float64      `json:"tolerance_s" doc:"Events that do not overlap are the same when their onsets are this close, seconds"`
	RepeatShare float64      `json:"repeat_share" minimum:"0" maximum:"1" doc:"Share of the films that every rater sees twice"`
	SecondRound bool         `json:"second_round" doc:"After the first round the films are shown again with the program's marks"`
	Version     string       `json:"version" required:"false" doc:"The program's version whose marks count; set when the plan is locked"`
	Seed        uint64       `json:"seed" required:"false" doc:"Of the random orders; set when the study is made"`
}

// Study is a plan and what became of it.
type Study struct {
	ID        string     `json:"id"`
	CreatedAt time.Time  `json:"created_at"`
	CreatedBy string     `json:"created_by"`
	Plan      Plan       `json:"plan"`
	LockedAt  *time.Time `json:"locked_at"`
	Hash      string     `json:"hash" doc:"SHA-256 of the locked plan; empty before"`
}

// StudyNote is a line of a study's log.
type StudyNote struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	What   string    `json:"what" enum:"made,changed,locked,amended,rated,withdrawn,returned,erased"`
	Detail string    `json:"detail" doc:"What changed and why"`
}

// Look is one showing of a film to a rater.
type Look struct {
	N      int    // place in the rater's order, from 1
	Film   string // recording
	Round  int    // 1: without the program's marks; 2: with them
	Repeat int    // 1: the second time within the first round
}

// Mark is an event that a rater marked: only what a person can see.
type Mark struct {
	Kind    event.Kind `json:"kind" enum:"blink,voluntary,spasm,synkinesis,other"`
	Side    string     `json:"side" enum:"right,left,both,unknown"`
	OnsetS  float64    `json:"onset_s" minimum:"0"`
	OffsetS float64    `json:"offset_s" minimum:"0"`
}

// StudyRating is what a rater said at one look.
type StudyRating struct {
	Rater       string                    `json:"rater"`
	N           int                       `json:"n"`
	RecordingID string                    `json:"-"`
	DoneAt      *time.Time                `json:"done_at"`
	Marks       []Mark                    `json:"marks"`
	Scales      map[string]map[string]int `json:"scales" doc:"Scale, item: level"`
}

// Check says what is wrong with a plan. Missing lists become empty ones.
func (p *Plan) Check() error {
	p.Title = strings.TrimSpace(p.Title)
	for _, l := range []*[]string{&p.Films, &p.Raters, &p.Scales, &p.Statistics} {
		if *l == nil {
			*l = []string{}
		}
	}
	if p.Kinds == nil {
		p.Kinds = []event.Kind{}
	}
	for i, r := range p.Raters {
		p.Raters[i] = strings.TrimSpace(r)
	}
	bad := func(text string, most int) bool { return text == "" || badText(text, most) }
	twice := func(l []string) bool { return len(slices.Compact(slices.Sorted(slices.Values(l)))) < len(l) }
	switch {
	case bad(p.Title, 300):
		return invalid("record.invalid.study.title")
	case len(p.Films) > maxFilms || twice(p.Films) || slices.ContainsFunc(p.Films, func(s string) bool { return bad(s, 40) }):
		return invalid("record.invalid.study.films", words.Args{"Most": maxFilms})
	case len(p.Raters) > maxRaters || twice(p.Raters) || slices.Contains(p.Raters, agreement.Program) ||
		slices.ContainsFunc(p.Raters, func(s string) bool { return bad(s, maxNameLength) || strings.ContainsAny(s, "/\\") }):
		return invalid("record.invalid.study.raters", words.Args{"Most": maxRaters})
	case slices.ContainsFunc(p.Scales, func(s string) bool { _, ok := agreement.ScaleOf(s); return !ok }) || twice(p.Scales):
		return invalid("record.invalid.study.scales")
	case slices.ContainsFunc(p.Statistics, func(s string) bool { return !slices.Contains(agreement.Statistics, s) }) || twice(p.Statistics):
		return invalid("record.invalid.study.statistics")
	case slices.ContainsFunc(p.Kinds, func(k event.Kind) bool { return !markable(k) }):
		return invalid("record.invalid.event")
	case !(p.ToleranceS >= 0 && p.ToleranceS <= maxTolerance) || !(p.RepeatShare >= 0 && p.RepeatShare <= 1):
		return invalid("record.invalid.study.numbers")
	}
	return nil
}

// Ready says why a plan cannot be locked yet.
func (p *Plan) Ready() error {
	if err := p.Check(); err != nil {
		return err
	}
	if len(p.Films) == 0 || len(p.Raters) == 0 || len(p.Statistics) == 0 || len(p.Kinds) == 0 && len(p.Scales) == 0 {
		return invalid("record.invalid.study.open")
	}
	return nil
}

func markable(k event.Kind) bool {
	return slices.Contains([]event.Kind{event.Blink, event.Voluntary, event.Spasm, event.Synkinesis, event.Other}, k)
}

// Sum is the plan's SHA-256, over its JSON.
func (p *Plan) Sum() string {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // numbers, texts and lists
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Intact reports whether the plan is the one that was locked.
func (s *Study) Intact() bool { return s.LockedAt == nil || s.Hash == s.Plan.Sum() }

// Amend says whether a locked plan may become next: films, what is rated, the order and
// the version stay, raters may only be added.
func (p *Plan) Amend(next *Plan) error {
	same := *next
	same.Title, same.Raters, same.Statistics, same.ToleranceS = p.Title, p.Raters, p.Statistics, p.ToleranceS
	if same.Sum() != p.Sum() || len(next.Raters) < len(p.Raters) || !slices.Equal(next.Raters[:len(p.Raters)], p.Raters) {
		return invalid("record.invalid.study.amend")
	}
	return nil
}

// leastApart is how many other films at least stand between the two looks at one film,
// where there are as many.
const leastApart = 3

// Looks are a rater's looks in order: films in an order of the rater's own, some of them
// again later, then, in a second round, all in another order. The same plan gives the
// same order each time.
func (p *Plan) Looks(rater string) []Look {
	h := sha256.Sum256([]byte(rater))
	var who uint64
	for _, b := range h[:8] {
		who = who<<8 | uint64(b)
	}
	r := rand.New(rand.NewPCG(p.Seed, who))
	order := slices.Clone(p.Films)
	shuffle := func(l []string) { r.Shuffle(len(l), func(i, j int) { l[i], l[j] = l[j], l[i] }) }
	shuffle(order)
	looks := make([]Look, 0, 2*len(order))
	for _, f := range order {
		looks = append(looks, Look{Film: f, Round: 1})
	}
	again := slices.Clone(order)
	shuffle(again)
	for _, f := range again[:int(math.Ceil(p.RepeatShare*float64(len(again))))] {
		first := slices.IndexFunc(looks, func(l Look) bool { return l.Film == f })
		at := len(looks)
		if from := first + 1 + leastApart; from < len(looks) {
			at = from + r.IntN(len(looks)-from+1)
		}
		looks = slices.Insert(looks, at, Look{Film: f, Round: 1, Repeat: 1})
	}
	if p.SecondRound {
		shuffle(order)
		for _, f := range order {
			looks = append(looks, Look{Film: f, Round: 2})
		}
	}
	for i := range looks {
		looks[i].N = i + 1
	}
	return looks
}

// Check says what is wrong with a rating of a film of so many seconds. A finished one
// answers every scale of the plan.
func (r *StudyRating) Check(p *Plan, length float64, finished bool) error {
	if r.Marks == nil {
		r.Marks = []Mark{}
	}
	if r.Scales == nil {
		r.Scales = map[string]map[string]int{}
	}
	if len(r.Marks) > maxMarks {
		return invalid("record.invalid.study.marks", words.Args{"Most": maxMarks})
	}
	for _, m := range r.Marks {
		if !slices.Contains(p.Kinds, m.Kind) || !oneOf(&m.Side, "right", "left", "both", "unknown") {
			return invalid("record.invalid.event")
		}
		if !(m.OnsetS >= 0) || !(m.OffsetS >= m.OnsetS) || m.OffsetS > length+1 {
			return invalid("record.invalid.event.order")
		}
	}
	for id, answers := range r.Scales {
		s, ok := agreement.ScaleOf(id)
		if !ok || !slices.Contains(p.Scales, id) {
			return invalid("record.invalid.study.scales")
		}
		if finished {
			if err := s.Check(answers); err != nil {
				return invalid("record.invalid.study.answer", words.Args{"Reason": err})
			}
		} else if len(answers) > len(s.Items()) {
			return invalid("record.invalid.study.scales")
		}
	}
	if finished {
		for _, id := range p.Scales {
			if r.Scales[id] == nil {
				return invalid("record.invalid.study.unanswered")
			}
		}
	}
	slices.SortStableFunc(r.Marks, func(a, b Mark) int {
		switch {
		case a.OnsetS < b.OnsetS:
			return -1
		case a.OnsetS > b.OnsetS:
			return 1
		}
		return 0
	})
	return nil
}

// MarkSet are one rater's marks of a recording that came from another program, or out of
// a study by a zip.
type MarkSet struct {
	ID    string        `json:"id"`
	Rater string        `json:"rater"`
	At    time.Time     `json:"at"`
	By    string        `json:"by"`
	Marks []event.Event `json:"marks"`
	Tasks []event.Task  `json:"tasks"`
	Study *RatedAt      `json:"study,omitempty" doc:"Where the marks are a rating of a study"`
}

// RatedAt is where a rating came from, and what it says beside the marks.
type RatedAt struct {
	ID     string                    `json:"id" doc:"Of the study"`
	Title  string                    `json:"title"`
	Hash   string                    `json:"hash" doc:"SHA-256 of the plan"`
	N      int                       `json:"n" doc:"Place in the rater's order"`
	Round  int                       `json:"round"`
	Repeat int                       `json:"repeat" doc:"1: the second time within the first round"`
	Scales map[string]map[string]int `json:"scales" doc:"Scale, item: level"`
}

// Check says what is wrong with marks that come out of a file.
func (m *MarkSet) Check() error {
	switch {
	case !IsID(m.ID), badText(m.Rater, maxNameLength), badText(m.By, maxNameLength):
		return invalid("record.invalid.study.raters", words.Args{"Most": maxRaters})
	case len(m.Marks) > maxMarks:
		return invalid("record.invalid.study.marks", words.Args{"Most": maxMarks})
	}
	s := m.Study
	if s == nil {
		return nil
	}
	if !IsID(s.ID) || s.Title == "" || badText(s.Title, 300) || badText(s.Hash, 64) || s.N < 1 || s.Round < 1 || s.Round > 2 || s.Repeat < 0 || s.Repeat > 1 {
		return invalid("record.invalid.study.title")
	}
	for id, answers := range s.Scales {
		of, ok := agreement.ScaleOf(id)
		if !ok {
			return invalid("record.invalid.study.scales")
		}
		if err := of.Check(answers); err != nil {
			return invalid("record.invalid.study.answer", words.Args{"Reason": err})
		}
	}
	return nil
}

// AsMarks is a finished rating of a locked study as a set of marks, which goes with its
// recording wherever a zip is brought in.
func (s *Study) AsMarks(r *StudyRating) (MarkSet, bool) {
	looks := s.Plan.Looks(r.Rater)
	if r.DoneAt == nil || r.N < 1 || r.N > len(looks) {
		return MarkSet{}, false
	}
	l := looks[r.N-1]
	m := MarkSet{ID: NewID(), Rater: r.Rater, At: *r.DoneAt, By: r.Rater, Marks: []event.Event{}, Tasks: []event.Task{},
		Study: &RatedAt{ID: s.ID, Title: s.Plan.Title, Hash: s.Hash, N: r.N, Round: l.Round, Repeat: l.Repeat, Scales: r.Scales}}
	for _, x := range r.Marks {
		m.Marks = append(m.Marks, event.Event{Kind: x.Kind, Side: anatomy.Side(x.Side), OnsetS: x.OnsetS, OffsetS: x.OffsetS, Confidence: 1,
			Regions: []event.RegionMovement{}, Reasons: []string{}, LeadTied: []anatomy.Region{}})
	}
	return m, true
}
