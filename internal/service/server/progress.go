package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"facialis/internal/service/account"
	"facialis/internal/service/work"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

// keepAlive is how often a silent event stream says that it lives.
var keepAlive = 20 * time.Second

func (s *Server) progressRoutes(api huma.API) {
	events := func(o huma.Operation) huma.Operation {
		o.Responses = map[string]*huma.Response{"200": {Description: words.English().Say("api.response.events"), Content: map[string]*huma.MediaType{
			"text/event-stream": {Schema: api.OpenAPI().Components.Schemas.Schema(typeOf[work.Progress](), true, "Progress")}}}}
		return o
	}
	huma.Register(api, events(op("watchRecording", http.MethodGet, "/recordings/{rec}/progress", "recordings")),
		func(ctx context.Context, in *RecordingID) (*huma.StreamResponse, error) {
			if _, err := s.recording(ctx, in.Rec); err != nil {
				return nil, err
			}
			return stream(func(w http.ResponseWriter, r *http.Request) {
				sub := s.Work.Hub.Subscribe(in.Rec)
				defer sub.Close()
				// Read after subscribing, so that nothing falls between.
				now, err := s.recording(r.Context(), in.Rec)
				if err != nil {
					return
				}
				s.watch(w, r, sub, []work.Progress{work.ProgressOf(now)}, true)
			}), nil
		})

	huma.Register(api, events(op("watchAll", http.MethodGet, "/progress", "recordings")),
		func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
			return stream(func(w http.ResponseWriter, r *http.Request) {
				sub := s.Work.Hub.Subscribe("")
				defer sub.Close()
				now, err := s.Store.Unfinished(r.Context())
				if err != nil {
					s.problem(r.Context(), err)
					return
				}
				var first []work.Progress
				for i := range now {
					s.Work.Hub.Fill(&now[i])
					first = append(first, work.ProgressOf(&now[i]))
				}
				s.watch(w, r, sub, first, false)
			}), nil
		})
}

// watch writes an event stream. With once it ends when the recording is over.
func (s *Server) watch(w http.ResponseWriter, r *http.Request, sub *work.Subscription, first []work.Progress, once bool) {
	rc := http.NewResponseController(w)
	rc.SetWriteDeadline(time.Time{})
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	who := account.From(r.Context())
	send := func(p work.Progress) (more bool) {
		if !who.MaySee(p.PersonID) {
			return true
		}
		data, err := json.Marshal(p)
		if err != nil {
			return false
		}
		rc.SetWriteDeadline(time.Now().Add(chunkPause))
		if _, err := fmt.Fprintf(w, "event: progress\ndata: %s\n\n", data); err != nil || rc.Flush() != nil {
			return false
		}
		return !(once && p.State.Over())
	}
	if rc.Flush() != nil {
		return
	}
	for _, p := range first {
		if !send(p) {
			return
		}
	}
	tick := time.NewTicker(keepAlive)
	defer tick.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-s.Work.Hub.Closed():
			return
		case <-tick.C:
			if !s.Auth.Still(r.Context()) {
				return
			}
			rc.SetWriteDeadline(time.Now().Add(chunkPause))
			if _, err := fmt.Fprint(w, ": alive\n\n"); err != nil || rc.Flush() != nil {
				return
			}
		case <-sub.C:
			for _, p := range sub.Take() {
				if !send(p) {
					return
				}
			}
		}
	}
}
