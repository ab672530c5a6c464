package record

import (
	"fmt"
	"time"

	"facialis/interview"
	"facialis/words"
)

// Answers are what a person has answered of the interview so far.
type Answers struct {
	Values   map[string]any    `json:"values"`
	Skipped  map[string]string `json:"skipped" doc:"Asked and left open: \"\" passed over, \"unknown\" for I don't know"`
	Authored *time.Time        `json:"authored"`
	Done     bool              `json:"done" doc:"No question is left to ask"`
	Open     []string          `json:"open" doc:"Ids of the questions still to ask, in order"`
	Profile  map[string]any    `json:"-"` // what the person's profile says; see [Answers.Know]
}

// Know takes over what a person's profile says of what the interview asks: age, sex and
// affected side. It is not asked again, holds until it is answered otherwise, and is not
// stored with the answers. now is the day by which the age is counted.
func (a *Answers) Know(p *Person, now time.Time) {
	a.Profile = map[string]any{}
	if p.BirthYear != nil {
		// An age that the question would refuse is a wrong year of birth: it is asked.
		if age, err := interview.Standard().Find("age").Check(float64(now.Year() - *p.BirthYear)); err == nil {
			a.Profile["age"] = age
		}
	}
	if p.Sex != nil {
		a.Profile["sex"] = map[string]string{"f": "female", "m": "male", "x": "other"}[*p.Sex]
	}
	if p.AffectedSide != nil {
		a.Profile["side"] = *p.AffectedSide
	}
}

// NewAnswers is an interview in which nothing has been asked.
func NewAnswers() *Answers {
	return &Answers{Values: map[string]any{}, Skipped: map[string]string{}}
}

// Known is an error unless there is a question with that id.
func (a *Answers) Known(id string) error {
	if interview.Standard().Find(id) == nil {
		return invalid("record.invalid.question", words.Args{"Question": fmt.Sprintf("%q", clip(id))})
	}
	return nil
}

// Response is the answers as the interview and the assessment know them, with what the
// profile says where nothing was answered. Values that came out of JSON get the
// interview's own shapes back.
func (a *Answers) Response() (*interview.Response, error) {
	r, err := a.told()
	if err != nil {
		return nil, err
	}
	for id, v := range a.Profile {
		if r.Asked(id) {
			continue
		}
		if err := r.Set(interview.Standard(), id, v); err != nil {
			return nil, fmt.Errorf("%w: %w", err, ErrInvalid)
		}
	}
	return r, nil
}

// told is Response without what only the profile says.
func (a *Answers) told() (*interview.Response, error) {
	r := interview.NewResponse()
	q := interview.Standard()
	for id, v := range a.Values {
		if err := r.Set(q, id, v); err != nil {
			return nil, fmt.Errorf("%w: %w", err, ErrInvalid)
		}
	}
	for id, why := range a.Skipped {
		if _, answered := r.Values[id]; !answered {
			r.Skipped[id] = why
		}
	}
	if a.Authored != nil {
		r.Authored = *a.Authored
	}
	r.Done = a.Done
	return r, nil
}

// Merge sets answers: a value, null for passed over, "unknown" for I don't know.
// Nothing changes when one of them cannot be.
func (a *Answers) Merge(set map[string]any, now time.Time) error {
	r, err := a.told()
	if err != nil {
		return err
	}
	q := interview.Standard()
	for id, v := range set {
		if err := r.Set(q, id, v); err != nil {
			return fmt.Errorf("%w: %w", err, ErrInvalid)
		}
	}
	now = Micros(now)
	a.Values, a.Skipped, a.Authored = r.Values, r.Skipped, &now
	return a.Look()
}

// Look fills in what is still open.
func (a *Answers) Look() error {
	r, err := a.Response()
	if err != nil {
		return err
	}
	a.Open = []string{}
	for _, q := range interview.Standard().Open(r) {
		a.Open = append(a.Open, q.ID)
	}
	a.Done = len(a.Open) == 0
	return nil
}
