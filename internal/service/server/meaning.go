package server

import (
	"bytes"
	"context"
	"net/http"
	"time"

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
	Profile     map[string]any `json:"profile" doc:"What the person's profile says: it is not asked again, and holds until it is answered otherwise"`
	Emergencies []assess.Flag  `json:"emergencies" doc:"What these answers alone say that cannot wait for the others"`
	Clashes     []assess.Clash `json:"clashes" doc:"Answers that cannot all be right"`
}

// soFar adds to a person's answers what the profile knows, what cannot wait and what
// does not fit together.
func (s *Server) soFar(ctx context.Context, p *record.Person, a *record.Answers) (*body[answersSoFar], error) {
	a.Know(p, s.Now())
	if err := a.Look(); err != nil {
		return nil, s.problem(ctx, err)
	}
	r, err := a.Response()
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	diary, err := s.Store.Diary(ctx, p.ID, time.Time{}, time.Time{})
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	now, clashes, err := assess.SoFar(r, record.Treated(diary), s.Now(), words.From(ctx))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return answer(answersSoFar{*a, a.Profile, now, clashes}), nil
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

// PDFQuery says which report is printed, and how.
type PDFQuery struct {
	ReportQuery
	Appendix bool   `query:"appendix" default:"false" doc:"Also what it may mean, every event and every figure; else one page"`
	Paper    string `query:"paper" enum:"A4,letter" default:"A4" doc:"The size of the paper"`
}

// Setting is where the person comes from: how often each disease is met there.
type Setting struct {
	Setting string `query:"setting" enum:"public,clinic" default:"public" doc:"Where the question is asked: among people at large, or in a clinic for movement disorders"`
}

func (s *Server) meaningRoutes(api huma.API) {
	huma.Register(api, op("getInterview", http.MethodGet, "/interview", "interview"),
		func(ctx context.Context, _ *struct{}) (*body[interview.Questionnaire], error) {
			return answer(*interview.In(words.From(ctx))), nil
		})
	huma.Register(api, op("listProtocols", http.MethodGet, "/protocols", "protocols"),
		func(ctx context.Context, _ *struct{}) (*body[protocolList], error) {
			list := protocolList{[]protocolLine{}}
			for _, id := range protocols {
				p, err := interview.ProtocolIn(words.From(ctx), id)
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
			p, err := interview.ProtocolIn(words.From(ctx), in.ID)
			if err != nil {
				return nil, huma.Error404NotFound(words.From(ctx).Say("problem.server.noProtocol"))
			}
			return answer(*p), nil
		})

	huma.Register(api, op("getAnswers", http.MethodGet, "/people/{person}/answers", "interview"),
		func(ctx context.Context, in *PersonID) (*body[answersSoFar], error) {
			p, err := s.person(ctx, in.Person)
			if err != nil {
				return nil, err
			}
			a, err := s.Store.Answers(ctx, in.Person)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return s.soFar(ctx, p, a)
		})
	huma.Register(api, op("setAnswers", http.MethodPut, "/people/{person}/answers", "interview"),
		func(ctx context.Context, in *struct {
			PersonID
			Body struct {
				Set map[string]any `json:"set" doc:"By question id: the value, null for passed over, \"unknown\" for I don't know"`
			}
		}) (*body[answersSoFar], error) {
			p, err := s.person(ctx, in.Person)
			if err != nil {
				return nil, err
			}
			a, err := s.Store.ChangeAnswers(ctx, in.Person, func(a *record.Answers) error { return a.Merge(in.Body.Set, s.Now()) })
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Work.Soon(in.Person)
			s.Auth.Note(ctx, "change", "answers", in.Person)
			return s.soFar(ctx, p, a)
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
			if err := assess.WriteDocument(&b, r, page); err != nil {
				return nil, err
			}
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
			return nil, huma.Error404NotFound(words.From(ctx).Say("problem.server.noRecording"))
		}
	}
	r, err := s.Work.Assess(ctx, in.Person, in.Recording, in.Setting.Setting, s.Now())
	return r, s.problem(ctx, err)
}
