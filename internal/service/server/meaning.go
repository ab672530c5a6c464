package server

import (
	"bytes"
	"context"
	"net/http"

	"facialis/assess"
	"facialis/internal/service/account"
	"facialis/internal/service/record"
	"facialis/interview"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

type protocolLine struct {
	ID      string  `json:"id"`
	Title   string  `json:"title"`
	Seconds float64 `json:"seconds"`
}

type protocolList struct {
	Protocols []protocolLine `json:"protocols"`
}

// protocols are the guided recordings that ship with the program.
var protocols = []string{"short", "full"}

// answersSoFar are a person's answers with what they say that cannot wait.
type answersSoFar struct {
	record.Answers
	Emergencies []assess.Flag `json:"emergencies" doc:"What these answers alone say that cannot wait for the others"`
}

// soFar adds to answers what cannot wait.
func (s *Server) soFar(ctx context.Context, a *record.Answers) (*body[answersSoFar], error) {
	r, err := a.Response()
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	now, err := assess.Emergencies(r, s.Now())
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return answer(answersSoFar{*a, now}), nil
}

// AssessmentQuery says what is assessed.
type AssessmentQuery struct {
	PersonID
	Recording string `query:"recording" maxLength:"40" doc:"Which recording; without one the latest that can be used"`
	Setting
}

// ReportQuery says which report.
type ReportQuery struct {
	RecordingID
	Setting
}

// Setting is where the person comes from: how often each disease is met there.
type Setting struct {
	Setting string `query:"setting" enum:"public,clinic" default:"public" doc:"Where the question is asked: among people at large, or in a clinic for movement disorders"`
}

func (s *Server) meaningRoutes(api huma.API) {
	huma.Register(api, op("getInterview", http.MethodGet, "/interview", "interview"),
		func(context.Context, *struct{}) (*body[interview.Questionnaire], error) {
			return answer(*interview.Standard()), nil
		})
	huma.Register(api, op("listProtocols", http.MethodGet, "/protocols", "protocols"),
		func(ctx context.Context, _ *struct{}) (*body[protocolList], error) {
			list := protocolList{[]protocolLine{}}
			for _, id := range protocols {
				p, err := interview.LoadProtocol(id)
				if err != nil {
					return nil, s.problem(ctx, err)
				}
				list.Protocols = append(list.Protocols, protocolLine{p.ID, p.Title, p.Seconds()})
			}
			return answer(list), nil
		})
	huma.Register(api, op("getProtocol", http.MethodGet, "/protocols/{id}", "protocols"),
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40" pattern:"^[a-z]+$"`
		}) (*body[interview.Protocol], error) {
			p, err := interview.LoadProtocol(in.ID)
			if err != nil {
				return nil, huma.Error404NotFound(words.English().Say("problem.server.noProtocol"))
			}
			return answer(*p), nil
		})

	huma.Register(api, op("getAnswers", http.MethodGet, "/people/{person}/answers", "interview"),
		func(ctx context.Context, in *PersonID) (*body[answersSoFar], error) {
			if _, err := s.person(ctx, in.Person); err != nil {
				return nil, err
			}
			a, err := s.Store.Answers(ctx, in.Person)
			if err == nil {
				err = a.Look()
			}
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return s.soFar(ctx, a)
		})
	huma.Register(api, op("setAnswers", http.MethodPut, "/people/{person}/answers", "interview"),
		func(ctx context.Context, in *struct {
			PersonID
			Body struct {
				Set map[string]any `json:"set" doc:"By question id: the value, null for passed over, \"unknown\" for I don't know"`
			}
		}) (*body[answersSoFar], error) {
			if _, err := s.person(ctx, in.Person); err != nil {
				return nil, err
			}
			a, err := s.Store.ChangeAnswers(ctx, in.Person, func(a *record.Answers) error { return a.Merge(in.Body.Set, s.Now()) })
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Work.Soon(in.Person)
			s.Auth.Note(ctx, "change", "answers", in.Person)
			return s.soFar(ctx, a)
		})

	huma.Register(api, op("getAssessment", http.MethodGet, "/people/{person}/assessment", "assessment"),
		func(ctx context.Context, in *AssessmentQuery) (*body[assess.View], error) {
			r, err := s.assess(ctx, in)
			if err != nil {
				return nil, err
			}
			if account.From(ctx).Role == account.Patient {
				return answer(r.Guidance()), nil
			}
			return answer(r.View()), nil
		})
	huma.Register(api, gives(op("getAssessmentPage", http.MethodGet, "/people/{person}/assessment.html", "assessment"), "text/html"),
		func(ctx context.Context, in *struct {
			AssessmentQuery
			Page string `query:"page" enum:"person,clinician" default:"person"`
		}) (*huma.StreamResponse, error) {
			r, err := s.assess(ctx, &in.AssessmentQuery)
			if err != nil {
				return nil, err
			}
			page := assess.PersonHTML(r)
			if in.Page == "clinician" {
				if account.From(ctx).Role == account.Patient {
					r = r.Guidance().Report
				}
				page = assess.ClinicianHTML(r)
			}
			var b bytes.Buffer
			b.WriteString("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>What it may mean</title>\n</head>\n<body>\n<main>\n")
			b.WriteString(string(page))
			b.WriteString("\n</main>\n</body>\n</html>\n")
			return document(b.Bytes()), nil
		})
}

// assess puts together what is known of a person.
func (s *Server) assess(ctx context.Context, in *AssessmentQuery) (*assess.Report, error) {
	if _, err := s.person(ctx, in.Person); err != nil {
		return nil, err
	}
	if in.Recording != "" {
		r, err := s.recording(ctx, in.Recording)
		if err != nil {
			return nil, err
		}
		if r.PersonID != in.Person {
			return nil, huma.Error404NotFound(words.English().Say("problem.server.noRecording"))
		}
	}
	r, err := s.Work.Assess(ctx, in.Person, in.Recording, in.Setting.Setting, s.Now())
	return r, s.problem(ctx, err)
}
