package interview

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// DontKnow is the code of the answer "I don't know". It leaves no fact.
const DontKnow = "unknown"

// Response is what was answered. Values holds the known answers by question id
// in their stored shape; Skipped those that were asked and left open, with the
// reason "" (passed over) or DontKnow.
type Response struct {
	Values   map[string]any
	Skipped  map[string]string
	Authored time.Time // when the last answer was given; months are counted from here
	Done     bool
}

// NewResponse is an interview in which nothing has been asked.
func NewResponse() *Response {
	return &Response{Values: map[string]any{}, Skipped: map[string]string{}}
}

// Asked says whether the question was put.
func (r *Response) Asked(id string) bool {
	_, a := r.Values[id]
	_, s := r.Skipped[id]
	return a || s
}

// Facts are the known answers.
func (r *Response) Facts() Facts { return maps.Clone(Facts(r.Values)) }

// Set stores an answer to a question of q; DontKnow and nil mean no answer.
func (r *Response) Set(q *Questionnaire, id string, v any) error {
	k := q.Find(id)
	if k == nil {
		return fmt.Errorf("there is no question %q", id)
	}
	delete(r.Values, id)
	delete(r.Skipped, id)
	if v == nil || v == DontKnow {
		r.Skipped[id], _ = v.(string)
		return nil
	}
	x, err := k.Check(v)
	if err != nil {
		return err
	}
	r.Values[id] = x
	return nil
}

// The parts of a FHIR R4 QuestionnaireResponse that are written.
type fhirResponse struct {
	ResourceType  string     `json:"resourceType"`
	Questionnaire string     `json:"questionnaire,omitempty"`
	Status        string     `json:"status"`
	Authored      string     `json:"authored,omitempty"`
	Item          []fhirItem `json:"item,omitempty"`
}

type fhirItem struct {
	LinkID string       `json:"linkId"`
	Text   string       `json:"text,omitempty"`
	Answer []fhirAnswer `json:"answer,omitempty"`
}

type fhirAnswer struct {
	ValueCoding  *fhirCoding `json:"valueCoding,omitempty"`
	ValueDecimal *float64    `json:"valueDecimal,omitempty"`
	ValueDate    string      `json:"valueDate,omitempty"`
}

type fhirCoding struct {
	Code    string `json:"code"`
	Display string `json:"display,omitempty"`
}

// Encode writes the answers as a FHIR R4 QuestionnaireResponse, the items in
// the questionnaire's order.
func (r *Response) Encode(q *Questionnaire) ([]byte, error) {
	out := fhirResponse{ResourceType: "QuestionnaireResponse", Status: "in-progress",
		Questionnaire: q.ID + "|" + q.Version}
	if r.Done {
		out.Status = "completed"
	}
	if !r.Authored.IsZero() {
		out.Authored = r.Authored.UTC().Format(time.RFC3339)
	}
	for _, k := range q.Questions {
		if !r.Asked(k.ID) {
			continue
		}
		it := fhirItem{LinkID: k.ID, Text: k.Text}
		coding := func(code string) fhirAnswer {
			c := fhirCoding{Code: code}
			for _, o := range k.Options {
				if o.Value == code {
					c.Display = o.Text
				}
			}
			return fhirAnswer{ValueCoding: &c}
		}
		switch v := r.Values[k.ID].(type) {
		case float64:
			it.Answer = []fhirAnswer{{ValueDecimal: &v}}
		case []string:
			for _, s := range v {
				it.Answer = append(it.Answer, coding(s))
			}
		case string:
			if k.Type == "month" {
				it.Answer = []fhirAnswer{{ValueDate: v}}
			} else {
				it.Answer = []fhirAnswer{coding(v)}
			}
		default:
			if r.Skipped[k.ID] == DontKnow {
				it.Answer = []fhirAnswer{{ValueCoding: &fhirCoding{DontKnow, "I don't know"}}}
			}
		}
		out.Item = append(out.Item, it)
	}
	return json.MarshalIndent(out, "", "  ")
}
