package server

import (
	"context"
	"net/http"

	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

type health struct {
	Status  string `json:"status" enum:"ok"`
	Version string `json:"version"`
}

func (s *Server) healthRoutes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "health", Method: http.MethodGet, Path: "/healthz", Summary: words.English().Name("api.operation", "health"), Tags: []string{"server"}},
		func(ctx context.Context, _ *struct{}) (*body[health], error) {
			if err := s.Store.Ping(ctx); err != nil {
				return nil, s.problem(ctx, err)
			}
			return answer(health{"ok", s.Version}), nil
		})
}
