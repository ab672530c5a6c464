package interview

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
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

// The parts of a FHIR R4 QuestionnaireResponse that are used.
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
	ValueInteger *float64    `json:"valueInteger,omitempty"`
	ValueBoolean *bool       `json:"valueBoolean,omitempty"`
	ValueDate    string      `json:"valueDate,omitempty"`
	ValueString  string      `json:"valueString,omitempty"`
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

// Decode reads a QuestionnaireResponse. Items that are not questions of q, and
// answers that the question does not allow, are errors.
func Decode(q *Questionnaire, data []byte) (*Response, error) {
	var in fhirResponse
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, fmt.Errorf("read answers: %w", err)
	}
	if in.ResourceType != "QuestionnaireResponse" {
		return nil, fmt.Errorf("read answers: resourceType is %q, not QuestionnaireResponse", in.ResourceType)
	}
	r := NewResponse()
	r.Done = in.Status == "completed"
	if in.Authored != "" {
		layout := time.RFC3339
		if len(in.Authored) < len(layout)-5 {
			layout = time.DateOnly[:min(len(in.Authored), len(time.DateOnly))]
		}
		t, err := time.Parse(layout, in.Authored)
		if err != nil {
			return nil, fmt.Errorf("read answers: authored: %w", err)
		}
		r.Authored = t
	}
	for _, it := range in.Item {
		var list []string
		var v any
		for _, a := range it.Answer {
			switch {
			case a.ValueCoding != nil:
				list = append(list, a.ValueCoding.Code)
				v = a.ValueCoding.Code
			case a.ValueDecimal != nil:
				v = *a.ValueDecimal
			case a.ValueInteger != nil:
				v = *a.ValueInteger
			case a.ValueBoolean != nil:
				v = *a.ValueBoolean
			case a.ValueDate != "":
				v = a.ValueDate
			case a.ValueString != "":
				v = a.ValueString
			}
		}
		if k := q.Find(it.LinkID); k != nil && k.Type == "multi" && len(list) > 0 && !slices.Contains(list, DontKnow) {
			v = list
		}
		if err := r.Set(q, it.LinkID, v); err != nil {
			return nil, fmt.Errorf("read answers: %w", err)
		}
	}
	return r, nil
}
