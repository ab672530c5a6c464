package server

import (
	"context"
	"net/http"

	"facialis/internal/service/account"
	"facialis/internal/service/work"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

type health struct {
	Status  string `json:"status" enum:"ok"`
	Version string `json:"version"`
}

// lostAnswer is what a start found that the database did not know.
type lostAnswer struct {
	Folder string      `json:"folder" doc:"Where it is kept on the server's computer"`
	Lost   []work.Lost `json:"lost" doc:"The latest first"`
}

func (s *Server) healthRoutes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "health", Method: http.MethodGet, Path: "/healthz", Summary: words.English().Name("api.operation", "health"), Tags: []string{"server"}},
		func(ctx context.Context, _ *struct{}) (*body[health], error) {
			if err := s.Store.Ping(ctx); err != nil {
				return nil, s.problem(ctx, err)
			}
			return answer(health{"ok", s.Version}), nil
		})

	huma.Register(api, op("listLost", http.MethodGet, "/lost", "server"),
		func(ctx context.Context, _ *struct{}) (*body[lostAnswer], error) {
			if account.From(ctx).Role != account.Admin {
				return nil, huma.Error404NotFound(words.English().Say("problem.server.nothing"))
			}
			folder, all, err := s.Work.Lost()
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return answer(lostAnswer{folder, all}), nil
		})
}
