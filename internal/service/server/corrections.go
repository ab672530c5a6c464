package server

import (
	"context"
	"net/http"

	"facialis/internal/service/account"
	"facialis/internal/service/record"

	"github.com/danielgtaylor/huma/v2"
)

type eventsAnswer struct {
	Events      []record.CorrectedEvent `json:"events"`
	Machine     int                     `json:"machine" doc:"How many the program found"`
	Corrections int                     `json:"corrections" doc:"How many corrections hold"`
}

type correctionsAnswer struct {
	Corrections []record.Correction `json:"corrections" doc:"All that were ever made, the oldest first"`
}

func (s *Server) correctionRoutes(api huma.API) {
	events := func(ctx context.Context, r *record.Recording) (*body[eventsAnswer], error) {
		c, err := s.Work.Events(ctx, r)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return answer(eventsAnswer{c.Events, len(c.Analysis.Events), c.Corrections}), nil
	}
	huma.Register(api, op("getEvents", http.MethodGet, "/recordings/{rec}/events", "corrections"),
		func(ctx context.Context, in *RecordingID) (*body[eventsAnswer], error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			return events(ctx, r)
		})

	huma.Register(api, op("correct", http.MethodPost, "/recordings/{rec}/corrections", "corrections"),
		func(ctx context.Context, in *struct {
			RecordingID
			Body record.Edit
		}) (*body[eventsAnswer], error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			c := &record.Correction{ID: record.NewID(), At: record.Micros(s.Now()), By: account.From(ctx).Name, Edit: in.Body}
			if err := s.Work.Correct(ctx, r, c); err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Auth.Note(ctx, "correct: "+c.Op, "recording "+r.ID, r.PersonID)
			return events(ctx, r)
		})

	huma.Register(api, op("listCorrections", http.MethodGet, "/recordings/{rec}/corrections", "corrections"),
		func(ctx context.Context, in *RecordingID) (*body[correctionsAnswer], error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			all, err := s.Store.Corrections(ctx, r.ID)
			return answer(correctionsAnswer{all}), s.problem(ctx, err)
		})
}
