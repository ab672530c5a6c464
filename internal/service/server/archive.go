package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"facialis/internal/service/account"
	"facialis/internal/service/archive"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

// archiveRoutes registers the zip of a person, out and in.
func (s *Server) archiveRoutes(api huma.API) {
	huma.Register(api, gives(op("exportPerson", http.MethodGet, "/people/{person}/export", "exports"), "application/zip"),
		func(ctx context.Context, in *struct {
			PersonID
			Research bool `query:"research" doc:"Only what was allowed for research, without name and note"`
		}) (*huma.StreamResponse, error) {
			p, err := s.person(ctx, in.Person)
			if err != nil {
				return nil, err
			}
			e, err := archive.PrepareOf(ctx, s.Work, p, s.Now(), archive.Options{Research: in.Research, Guidance: account.From(ctx).Role == account.Patient})
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Auth.Note(ctx, "export", "zip", p.ID)
			return stream(func(w http.ResponseWriter, r *http.Request) {
				attach(w, "application/zip", "facialis-"+p.ID+".zip")
				if err := e.Write(r.Context(), noDeadline{w}); err != nil {
					if r.Context().Err() == nil {
						s.Log.ErrorContext(ctx, "a zip broke off", "error", err.Error())
					}
					panic(http.ErrAbortHandler) // so that the browser knows that it is not whole
				}
			}), nil
		})

	o := op("importPerson", http.MethodPost, "/people/import", "people")
	o.Errors = []int{http.StatusForbidden, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusInsufficientStorage}
	o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/zip": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
	schema := api.OpenAPI().Components.Schemas.Schema(typeOf[record.Person](), true, "Person")
	o.DefaultStatus = http.StatusCreated
	o.Responses = map[string]*huma.Response{"201": {Description: "Created", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}}
	huma.Register(api, o, func(ctx context.Context, in *struct {
		As string `query:"as" enum:"same,new" default:"same" doc:"same: with the ids of the zip, refused (409) if the person is here already; new: as somebody new, beside whoever is here"`
	}) (*huma.StreamResponse, error) {
		if err := s.staff(ctx, "problem.staff.bringIn", ""); err != nil {
			return nil, err
		}
		return stream(func(w http.ResponseWriter, r *http.Request) {
			p, err := s.bring(w, r, in.As == "new")
			rc := http.NewResponseController(w)
			rc.SetWriteDeadline(time.Now().Add(2 * time.Minute)) // the server's own is long over
			var status huma.StatusError
			switch {
			case err == nil:
				s.Auth.Note(ctx, "import", "zip", p.ID)
				writeJSON(w, http.StatusCreated, p)
			case errors.As(err, &status):
				s.refuse(w, status.GetStatus(), status.Error(), nil)
			}
		}), nil
	})
}

// bring reads the zip of a request and brings its person in.
func (s *Server) bring(w http.ResponseWriter, r *http.Request, anew bool) (*record.Person, error) {
	ctx := r.Context()
	free, err := s.Blobs.Free()
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	most := min(s.Limits.ImportBytes, free-s.Limits.SpareBytes)
	full := huma.NewError(http.StatusInsufficientStorage, words.English().Say("problem.server.zip.room"))
	if most < s.Limits.ImportBytes && r.ContentLength > most || most <= 0 {
		return nil, full
	}
	body := &patient{r: http.MaxBytesReader(w, r.Body, most), rc: http.NewResponseController(w)}
	path, done, err := s.Work.Receive(func(w io.Writer) error {
		_, err := io.CopyBuffer(struct{ io.Writer }{w}, body, make([]byte, 256<<10))
		return err
	})
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big) && most < s.Limits.ImportBytes:
		return nil, full
	case errors.As(err, &big):
		return nil, huma.NewError(http.StatusRequestEntityTooLarge, words.English().Say("problem.server.zip.size", words.Args{"Most": fmt.Sprintf("%.0f", float64(most)/1e9)}))
	case body.broken:
		return nil, huma.Error400BadRequest(words.English().Say("problem.server.zip.broken"))
	case err != nil:
		return nil, s.problem(ctx, err)
	}
	defer func() {
		if err := done(); err != nil {
			s.Log.ErrorContext(ctx, "a zip was left", "error", err.Error())
		}
	}()
	f, err := os.Open(path)
	if err != nil {
		return nil, s.problem(ctx, fmt.Errorf("opening the zip: %w", err))
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, s.problem(ctx, fmt.Errorf("looking at the zip: %w", err))
	}
	x, err := archive.Read(ctx, f, st.Size(), archive.DefaultLimits(free-s.Limits.SpareBytes-st.Size()))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if anew {
		x.Renew()
	}
	if err := x.Bring(ctx, s.Work); err != nil {
		if errors.Is(err, work.ErrHere) {
			return nil, huma.Error409Conflict(words.English().Say("problem.server.zip.here", words.Args{"Reason": err.Error()}))
		}
		return nil, s.problem(ctx, err)
	}
	p, err := s.Store.Person(ctx, x.Person.ID)
	return p, s.problem(ctx, err)
}
