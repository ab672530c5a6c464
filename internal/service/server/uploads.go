package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

// maxChunk is the most bytes that one PUT may carry.
const maxChunk = 8 << 20

// chunkPause is how long a client may say nothing within a chunk.
const chunkPause = 30 * time.Second

// UploadID is the route's upload.
type UploadID struct {
	ID string `path:"id" maxLength:"40"`
}

// offsetProblem is the answer to a chunk that does not follow what is there.
type offsetProblem struct {
	huma.ErrorModel
	Offset int64 `json:"offset" doc:"Bytes that are stored: send the next from here"`
}

func (s *Server) uploadRoutes(api huma.API) {
	o := op("startUpload", http.MethodPost, "/uploads", "uploads")
	o.Errors = []int{http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusInsufficientStorage}
	huma.Register(api, o, func(ctx context.Context, in *body[record.NewUpload]) (*body[record.Upload], error) {
		if _, err := s.person(ctx, in.Body.PersonID); err != nil {
			return nil, err
		}
		if n := in.Body.Film.Night; n != nil {
			n.LookedAt, n.ReducedAt = nil, nil // these are the server's to say
		}
		if err := in.Body.Film.Check(); err != nil {
			return nil, s.problem(ctx, err)
		}
		if in.Body.Size > s.Limits.UploadBytes {
			return nil, huma.NewError(http.StatusRequestEntityTooLarge, words.From(ctx).Say("problem.server.film.size", words.Args{"Most": fmt.Sprintf("%.1f", float64(s.Limits.UploadBytes)/1e9)}))
		}
		// So that the room is counted once.
		release, err := s.Store.Lock(ctx, "announcing")
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		defer release()
		up, err := s.Store.UploadByClient(ctx, in.Body.PersonID, in.Body.ClientID)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		if up == nil {
			if err := s.room(ctx, in.Body.PersonID, in.Body.Size); err != nil {
				return nil, err
			}
			up = &record.Upload{ID: record.NewID(), PersonID: in.Body.PersonID, Size: in.Body.Size,
				ClientID: in.Body.ClientID, Film: in.Body.Film, CreatedAt: record.Micros(s.Now())}
			if err := s.Store.AddUpload(ctx, up); err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Auth.Note(ctx, "upload", "upload "+up.ID, up.PersonID)
		}
		return s.withOffset(ctx, up)
	})

	huma.Register(api, op("getUpload", http.MethodGet, "/uploads/{id}", "uploads"),
		func(ctx context.Context, in *UploadID) (*body[record.Upload], error) {
			up, err := s.upload(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return s.withOffset(ctx, up)
		})

	o = op("putChunk", http.MethodPut, "/uploads/{id}", "uploads")
	o.Errors = []int{http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge}
	o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
	schema := api.OpenAPI().Components.Schemas.Schema(typeOf[record.Upload](), true, "Upload")
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}}
	huma.Register(api, o, func(ctx context.Context, in *struct {
		UploadID
		Offset int64 `query:"offset" minimum:"0" required:"true" doc:"Where in the film the bytes belong"`
	}) (*huma.StreamResponse, error) {
		up, err := s.upload(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return stream(func(w http.ResponseWriter, r *http.Request) { s.chunk(w, r, up, in.Offset) }), nil
	})

	o = op("finishUpload", http.MethodPost, "/uploads/{id}/finish", "uploads")
	o.Errors = []int{http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity}
	huma.Register(api, o, func(ctx context.Context, in *UploadID) (*body[record.Recording], error) {
		up, err := s.upload(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		slot := s.uploads.slot(up.ID)
		slot.take(nil)
		defer slot.release()
		rec, err := s.Work.Finish(ctx, up.ID)
		switch {
		case errors.Is(err, work.ErrIncomplete):
			return nil, huma.Error409Conflict(words.From(ctx).Say("problem.server.film.incomplete"))
		case err != nil:
			return nil, s.problem(ctx, err)
		}
		s.uploads.forget(up.ID)
		s.Auth.Note(ctx, "add", "recording "+rec.ID, rec.PersonID)
		s.Work.Hub.Fill(rec)
		return answer(*rec), nil
	})

	huma.Register(api, op("dropUpload", http.MethodDelete, "/uploads/{id}", "uploads"),
		func(ctx context.Context, in *UploadID) (*struct{}, error) {
			up, err := s.upload(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			slot := s.uploads.slot(up.ID)
			slot.take(nil)
			defer slot.release()
			s.uploads.forget(up.ID)
			if err := s.Work.DropUpload(ctx, up); err != nil {
				return nil, s.problem(ctx, err)
			}
			return nil, nil
		})
}

// upload is an upload that the one who asks may see.
func (s *Server) upload(ctx context.Context, id string) (*record.Upload, error) {
	up, err := s.Store.Upload(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && s.may(ctx, up.PersonID) != nil {
		return nil, huma.Error404NotFound(words.From(ctx).Say("problem.server.noUpload"))
	}
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return up, nil
}

func (s *Server) withOffset(ctx context.Context, up *record.Upload) (*body[record.Upload], error) {
	var err error
	up.Offset, err = s.Work.Arrived(up)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return answer(*up), nil
}

// room reports whether another film of that size of a person may come in: nobody
// takes up with announcements what the others need.
func (s *Server) room(ctx context.Context, person string, size int64) error {
	own, uploads, stored, err := s.Store.PersonBytes(ctx, person)
	if err != nil {
		return s.problem(ctx, err)
	}
	l := s.Limits
	if own > 0 && l.PersonPendingBytes > 0 && own+size > l.PersonPendingBytes || l.PersonUploads > 0 && uploads >= l.PersonUploads {
		return huma.NewError(http.StatusInsufficientStorage, words.From(ctx).Say("problem.server.film.pending"))
	}
	if l.PersonBytes > 0 && stored+own+size > l.PersonBytes {
		return huma.NewError(http.StatusInsufficientStorage, words.From(ctx).Say("problem.server.film.quota", words.Args{"Most": l.PersonBytes / 1e9}))
	}
	pending, err := s.Store.PendingBytes(ctx)
	if err != nil {
		return s.problem(ctx, err)
	}
	free, err := s.Blobs.Free()
	if err != nil {
		return s.problem(ctx, err)
	}
	if pending+size > s.Limits.PendingBytes || size > free-s.Limits.SpareBytes {
		return huma.NewError(http.StatusInsufficientStorage, words.From(ctx).Say("problem.server.film.room"))
	}
	return nil
}

// chunk stores a PUT's bytes. A new request for the same upload breaks off the
// one before it, whose connection is most likely dead.
func (s *Server) chunk(w http.ResponseWriter, r *http.Request, up *record.Upload, offset int64) {
	rc := http.NewResponseController(w)
	slot := s.uploads.slot(up.ID)
	slot.take(func() { rc.SetReadDeadline(time.Unix(1, 0)) })
	defer slot.release()
	if r.ContentLength > maxChunk {
		s.refuse(w, http.StatusRequestEntityTooLarge, words.From(r.Context()).Say("problem.server.chunk.size", words.Args{"Most": maxChunk}), nil)
		return
	}
	body := &slowReader{r: http.MaxBytesReader(w, r.Body, maxChunk), rc: rc}
	now, err := s.Work.Chunk(r.Context(), up, offset, body)
	var big *http.MaxBytesError
	switch {
	case err == nil:
		up.Offset = now
		writeJSON(w, http.StatusOK, up)
	case errors.Is(err, work.ErrOffset):
		s.refuse(w, http.StatusConflict, words.From(r.Context()).Say("problem.server.chunk.offset"), &now)
	case errors.As(err, &big):
		s.refuse(w, http.StatusRequestEntityTooLarge, words.From(r.Context()).Say("problem.server.chunk.size", words.Args{"Most": maxChunk}), &now)
	case errors.Is(err, work.ErrTooLong):
		s.refuse(w, http.StatusRequestEntityTooLarge, words.From(r.Context()).Say("problem.server.chunk.long"), &now)
	case body.broken:
		s.refuse(w, http.StatusBadRequest, words.From(r.Context()).Say("problem.server.chunk.broken"), &now)
	default:
		p := s.problem(r.Context(), err)
		var status huma.StatusError
		if errors.As(p, &status) {
			s.refuse(w, status.GetStatus(), status.Error(), nil)
		}
	}
}

// refuse writes a problem, with the true offset where that helps.
func (s *Server) refuse(w http.ResponseWriter, status int, detail string, offset *int64) {
	p := offsetProblem{ErrorModel: huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail}}
	w.Header().Set("Content-Type", "application/problem+json")
	if offset == nil {
		writeJSON(w, status, p.ErrorModel)
		return
	}
	p.Offset = *offset
	writeJSON(w, status, p)
}

// slowReader reads a body whose sender may be slow but not silent.
type slowReader struct {
	r      io.Reader
	rc     *http.ResponseController
	broken bool
}

func (p *slowReader) Read(b []byte) (int, error) {
	p.rc.SetReadDeadline(time.Now().Add(chunkPause))
	n, err := p.r.Read(b)
	if err != nil && err != io.EOF {
		p.broken = true
	}
	return n, err
}

// uploads keeps writers of one upload apart.
type uploads struct {
	mu    sync.Mutex
	slots map[string]*slot
}

type slot struct {
	sync.Mutex
	mu    sync.Mutex
	abort func() // ends the one that holds the slot
}

func (u *uploads) slot(id string) *slot {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.slots == nil {
		u.slots = map[string]*slot{}
	}
	if u.slots[id] == nil {
		u.slots[id] = &slot{}
	}
	return u.slots[id]
}

func (u *uploads) forget(id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.slots, id)
}

// take breaks off who holds the slot and then holds it.
func (s *slot) take(abort func()) {
	s.mu.Lock()
	if s.abort != nil {
		s.abort()
	}
	s.mu.Unlock()
	s.Lock()
	s.mu.Lock()
	s.abort = abort
	s.mu.Unlock()
}

// release lets the next one in. Who held the slot is not broken off any more: its
// connection may already carry another request.
func (s *slot) release() {
	s.mu.Lock()
	s.abort = nil
	s.mu.Unlock()
	s.Unlock()
}
