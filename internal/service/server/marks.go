package server

import (
	"context"
	"net/http"

	"facialis/event"
	"facialis/internal/service/account"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/validate"

	"github.com/danielgtaylor/huma/v2"
)

type markList struct {
	Sets []record.MarkSet `json:"sets"`
}

// MarksID is the route's set of marks.
type MarksID struct {
	RecordingID
	Set string `path:"set" maxLength:"40"`
}

// maxMarkFile bounds a file of marks, bytes.
const maxMarkFile = 32 << 20

func (s *Server) markRoutes(api huma.API) {
	huma.Register(api, op("listMarks", http.MethodGet, "/recordings/{rec}/marks", "studies"),
		func(ctx context.Context, in *RecordingID) (*body[markList], error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			all, err := s.Store.Marks(ctx, r.ID)
			return answer(markList{all}), s.problem(ctx, err)
		})
	o := op("importMarks", http.MethodPost, "/recordings/{rec}/marks", "studies")
	o.DefaultStatus, o.MaxBodyBytes = http.StatusCreated, maxMarkFile
	huma.Register(api, o, func(ctx context.Context, in *struct {
		RecordingID
		Rater   string `query:"rater" maxLength:"200" doc:"Whose tiers, or which observation, of a file with several; none: the tiers of nobody"`
		Clock   string `query:"clock" enum:",film,picture" doc:"Which clock a table's times count on; empty: by the format"`
		RawBody []byte `contentType:"application/octet-stream"`
	}) (*body[record.MarkSet], error) {
		r, err := s.recording(ctx, in.Rec)
		if err != nil {
			return nil, err
		}
		if err := s.staff(ctx, "problem.staff.study", r.PersonID); err != nil {
			return nil, err
		}
		m, err := s.Work.ReadMarks(ctx, r, in.RawBody, validate.Options{Rater: in.Rater, FrameRate: r.FrameRate, Clock: validate.ClockName(in.Clock)})
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		m.ID, m.At, m.By = record.NewID(), record.Micros(s.Now()), account.From(ctx).Name
		if err := s.Store.AddMarks(ctx, r.ID, m); err != nil {
			return nil, s.problem(ctx, err)
		}
		s.Work.Described(ctx, r.ID)
		s.Auth.Note(ctx, "import", "marks of "+r.ID, r.PersonID)
		return answer(*m), nil
	})
	huma.Register(api, op("deleteMarks", http.MethodDelete, "/recordings/{rec}/marks/{set}", "studies"),
		func(ctx context.Context, in *MarksID) (*struct{}, error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			if err := s.staff(ctx, "problem.staff.study", r.PersonID); err != nil {
				return nil, err
			}
			s.Auth.Note(ctx, "delete", "marks of "+r.ID, r.PersonID)
			if err := s.Store.DeleteMarks(ctx, r.ID, in.Set); err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Work.Described(ctx, r.ID)
			return nil, nil
		})
	huma.Register(api, op("compareMarks", http.MethodGet, "/recordings/{rec}/marks/{set}/comparison", "studies"),
		func(ctx context.Context, in *struct {
			MarksID
			Kinds []event.Kind `query:"kinds" maxItems:"5" doc:"Of events that were looked for; empty: the kinds that are marked"`
		}) (*body[work.MarkComparison], error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			c, err := s.Work.CompareMarks(ctx, r, in.Set, in.Kinds)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return answer(*c), nil
		})
}
