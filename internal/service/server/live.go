package server

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"facialis/internal/service/account"
	"facialis/internal/service/live"
	"facialis/internal/service/record"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

// livePicture is the most bytes of one picture.
const livePicture = 4 << 20

type liveAnswer struct {
	ID string `json:"id" doc:"The session. It ends by itself when no picture comes for half a minute"`
}

// LiveID names a live session.
type LiveID struct {
	Session string `path:"session" maxLength:"40"`
}

func (s *Server) liveRoutes(api huma.API) {
	huma.Register(api, op("startLive", http.MethodPost, "/live", "live"),
		func(ctx context.Context, _ *struct{}) (*body[liveAnswer], error) {
			e, err := s.Work.Engine()
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			id := record.NewID()
			if err := s.live.Start(e, id, account.From(ctx).ID, s.Now()); err != nil {
				return nil, s.liveProblem(ctx, err)
			}
			return answer(liveAnswer{id}), nil
		})

	o := op("pushLive", http.MethodPost, "/live/{session}/picture", "live")
	o.MaxBodyBytes = livePicture
	huma.Register(api, o, func(ctx context.Context, in *struct {
		LiveID
		T       float64 `query:"t" required:"true" doc:"When the picture was taken, seconds on a clock of the client's own"`
		RawBody []byte  `contentType:"image/jpeg"`
	}) (*body[live.State], error) {
		session, err := s.live.Get(in.Session, account.From(ctx).ID, s.Now())
		if err != nil {
			return nil, s.liveProblem(ctx, err)
		}
		state, err := session.Push(bytes.NewReader(in.RawBody), in.T)
		if err != nil {
			return nil, s.liveProblem(ctx, err)
		}
		return answer(*state), nil
	})

	huma.Register(api, op("endLive", http.MethodDelete, "/live/{session}", "live"),
		func(ctx context.Context, in *LiveID) (*struct{}, error) {
			if err := s.live.End(in.Session, account.From(ctx).ID); err != nil {
				return nil, s.liveProblem(ctx, err)
			}
			return nil, nil
		})
}

// liveProblem puts what can be wrong with a live session into an answer.
func (s *Server) liveProblem(ctx context.Context, err error) error {
	for _, p := range []struct {
		is     error
		status int
		key    string
	}{{live.ErrNone, http.StatusNotFound, "none"}, {live.ErrMany, http.StatusServiceUnavailable, "many"},
		{live.ErrBusy, http.StatusConflict, "busy"}, {live.ErrOrder, http.StatusUnprocessableEntity, "order"}, {live.ErrPicture, http.StatusUnprocessableEntity, "picture"}} {
		if errors.Is(err, p.is) {
			return huma.NewError(p.status, words.From(ctx).Say("problem.live."+p.key))
		}
	}
	return s.problem(ctx, err)
}
