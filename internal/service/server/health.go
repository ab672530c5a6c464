package server

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"sync"
	"time"

	"facialis/internal/infer"
	"facialis/internal/service/account"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

type health struct {
	Status  string `json:"status" enum:"ok"`
	Version string `json:"version" doc:"Empty for who is not let in"`
}

// readiness is what the server needs for its work, each found or not.
type readiness struct {
	Status   string `json:"status" enum:"ok,failing"`
	Database bool   `json:"database" doc:"It can be written"`
	Disk     bool   `json:"disk" doc:"A file can be written"`
	Room     bool   `json:"room" doc:"More than the spare room is free"`
	Decoder  bool   `json:"decoder" doc:"The programs that read videos are found"`
	Models   bool   `json:"models" doc:"The face networks are found"`
}

// readyFor is how long an answer about readiness holds: whoever asks often writes
// no more often.
const readyFor = 5 * time.Second

// ready remembers the last answer.
type ready struct {
	mu  sync.Mutex
	at  time.Time
	was readiness
}

func (s *Server) healthRoutes(api huma.API) {
	at := func(id, path string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: words.English().Name("api.operation", id), Tags: []string{"server"}}
	}
	huma.Register(api, at("health", "/healthz"),
		func(ctx context.Context, _ *struct{}) (*body[health], error) {
			if err := s.Store.Ping(ctx); err != nil {
				return nil, s.problem(ctx, err)
			}
			return answer(health{"ok", s.version(account.From(ctx))}), nil
		})
	huma.Register(api, at("live", "/livez"),
		func(ctx context.Context, _ *struct{}) (*body[health], error) {
			return answer(health{"ok", s.version(account.From(ctx))}), nil
		})
	o := at("ready", "/readyz")
	schema := api.OpenAPI().Components.Schemas.Schema(typeOf[readiness](), true, "Readiness")
	content := map[string]*huma.MediaType{"application/json": {Schema: schema}}
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: content}, "503": {Description: words.English().Say("api.response.unready"), Content: content}}
	huma.Register(api, o, func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
		r := s.look(ctx)
		return stream(func(w http.ResponseWriter, _ *http.Request) {
			status := http.StatusOK
			if r.Status != "ok" {
				status = http.StatusServiceUnavailable
			}
			writeJSON(w, status, r)
		}), nil
	})
}

// version is the program's version, for who is let in only.
func (s *Server) version(who account.Account) string {
	if who.ID == "" {
		return ""
	}
	return s.Version
}

// look tries what the server needs.
func (s *Server) look(ctx context.Context) readiness {
	s.ready.mu.Lock()
	defer s.ready.mu.Unlock()
	if time.Since(s.ready.at) < readyFor {
		return s.ready.was
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyFor)
	defer cancel()
	var r readiness
	note := func(what string, err error) bool {
		if err != nil {
			s.Log.WarnContext(ctx, "not ready", "what", what, "error", err.Error())
		}
		return err == nil
	}
	r.Database = note("database", s.writes(ctx))
	const probe = "uploads/probe"
	r.Disk = note("disk", errors.Join(s.Blobs.Put(probe, func(w io.Writer) error { _, err := fmt.Fprintln(w, s.Now()); return err }), s.Blobs.Remove(probe)))
	free, err := s.Blobs.Free()
	if err == nil && free < s.Limits.SpareBytes {
		err = fmt.Errorf("%d bytes are free", free)
	}
	r.Room = note("room", err)
	_, err1 := exec.LookPath("ffmpeg")
	_, err2 := exec.LookPath("ffprobe")
	r.Decoder = note("decoder", errors.Join(err1, err2))
	_, err = infer.Find()
	r.Models = note("models", err)
	if r.Status = "failing"; r.Database && r.Disk && r.Room && r.Decoder && r.Models {
		r.Status = "ok"
	}
	s.ready.at, s.ready.was = time.Now(), r
	return r
}

// writes tries to write to the database, and leaves nothing.
func (s *Server) writes(ctx context.Context) error {
	return s.Store.Tx(ctx, func(tx *sql.Tx) error {
		const probe = "uploads/probe"
		_, err1 := tx.ExecContext(ctx, `INSERT INTO trash (key) VALUES ($1) ON CONFLICT (key) DO NOTHING`, probe)
		_, err2 := tx.ExecContext(ctx, `DELETE FROM trash WHERE key = $1`, probe)
		return errors.Join(err1, err2)
	})
}
