package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"facialis/internal/service/account"
	"facialis/internal/service/archive"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

// archiveRoutes registers the zip of a person, out and in.
func (s *Server) archiveRoutes(api huma.API) {
	s.exportRoute(api)
	s.shareRoute(api)
	s.shareKeyRoutes(api)
	s.importRoute(api)
}

// exporting are the options of an export that follow from who asks.
func exporting(ctx context.Context, research, masked bool) archive.Options {
	a := account.From(ctx)
	return archive.Options{Research: research, Masked: masked, Rater: a.Name, Guidance: a.Role == account.Patient, May: a.MayLook}
}

// broken says in the log that an export broke off, unless whoever asked left, and breaks the answer
// off too, so that the browser knows that it is not whole.
func (s *Server) broken(ctx, asked context.Context, what string, err error) {
	if asked.Err() == nil {
		s.Log.ErrorContext(ctx, "an export broke off", "what", what, "error", err.Error())
	}
	panic(http.ErrAbortHandler)
}

func (s *Server) exportRoute(api huma.API) {
	huma.Register(api, gives(op("exportPerson", http.MethodGet, "/people/{person}/export", "exports"), "application/zip"),
		func(ctx context.Context, in *struct {
			PersonID
			Research bool `query:"research" doc:"Only what was allowed for research, without name and note"`
		}) (*huma.StreamResponse, error) {
			p, err := s.person(ctx, in.Person)
			if err != nil {
				return nil, err
			}
			e, err := archive.PrepareOf(ctx, s.Work, p, s.Now(), exporting(ctx, in.Research, false))
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Auth.Note(ctx, "export", "zip", p.ID)
			return stream(func(w http.ResponseWriter, r *http.Request) {
				attach(w, "application/zip", "facialis-"+p.ID+".zip")
				if err := e.Write(r.Context(), noDeadline{w}); err != nil {
					s.broken(ctx, r.Context(), "zip", err)
				}
			}), nil
		})
}

func (s *Server) shareRoute(api huma.API) {
	share := gives(op("sharePerson", http.MethodPost, "/people/{person}/share", "exports"), "application/octet-stream")
	share.Errors = append(share.Errors, http.StatusUnprocessableEntity)
	huma.Register(api, share, func(ctx context.Context, in *struct {
		PersonID
		Body struct {
			Passphrase string   `json:"passphrase" required:"false" maxLength:"1000" doc:"Opens the file; tell it on another way than the file. 12 characters or more"`
			To         []string `json:"to" required:"false" maxItems:"20" doc:"Public keys (age1…) instead of a passphrase: each of their holders can open the file"`
			Masked     bool     `json:"masked" doc:"A drawn face moves by the trace instead of the film; a code instead of the name; no dates"`
			Research   bool     `json:"research" doc:"Only what was allowed for research, without name and note"`
		}
	}) (*huma.StreamResponse, error) {
		p, err := s.person(ctx, in.Person)
		if err != nil {
			return nil, err
		}
		how := archive.Sealing{Passphrase: in.Body.Passphrase, To: in.Body.To}
		if err := how.Check(); err != nil {
			return nil, s.problem(ctx, err)
		}
		e, err := archive.PrepareOf(ctx, s.Work, p, s.Now(), exporting(ctx, in.Body.Research, in.Body.Masked))
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		s.Auth.Note(ctx, "export", "share", p.ID)
		return stream(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				if err := e.Close(); err != nil {
					s.Log.ErrorContext(ctx, "drawn films were left", "error", err.Error())
				}
			}()
			attach(w, "application/octet-stream", "shared"+archive.ShareExtension)
			if err := e.Seal(r.Context(), noDeadline{w}, how); err != nil {
				s.broken(ctx, r.Context(), "share", err)
			}
		}), nil
	})
}

func (s *Server) shareKeyRoutes(api huma.API) {
	huma.Register(api, op("listShareKeys", http.MethodGet, "/share/keys", "exports"), func(ctx context.Context, _ *struct{}) (*body[shareKeys], error) {
		if err := s.staff(ctx, "problem.staff.bringIn", ""); err != nil {
			return nil, err
		}
		return s.shareKeys(ctx)
	})
	k := op("addShareKey", http.MethodPost, "/share/keys", "exports")
	k.DefaultStatus = http.StatusCreated
	huma.Register(api, k, func(ctx context.Context, _ *struct{}) (*body[shareKeys], error) {
		if err := s.staff(ctx, "problem.staff.bringIn", ""); err != nil {
			return nil, err
		}
		public, secret, err := archive.NewKey()
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		if err := s.Store.AddShareKey(ctx, &store.ShareKey{Public: public, Secret: secret, MadeAt: record.Micros(s.Now())}); err != nil {
			return nil, s.problem(ctx, err)
		}
		s.Auth.Note(ctx, "add", "share key "+public, "")
		return s.shareKeys(ctx)
	})
}

func (s *Server) importRoute(api huma.API) {
	o := op("importPerson", http.MethodPost, "/people/import", "people")
	o.Errors = []int{http.StatusForbidden, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusLocked, http.StatusInsufficientStorage}
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

// shareKeys are the public keys for which others can seal files.
type shareKeys struct {
	Keys []shareKey `json:"keys" doc:"The latest first; files for the older ones can be opened too"`
}

type shareKey struct {
	Public string    `json:"public" doc:"age1…; no secret"`
	MadeAt time.Time `json:"made_at"`
}

func (s *Server) shareKeys(ctx context.Context) (*body[shareKeys], error) {
	all, err := s.Store.ShareKeys(ctx)
	out := shareKeys{Keys: []shareKey{}}
	for _, k := range all {
		out.Keys = append(out.Keys, shareKey{k.Public, k.MadeAt})
	}
	return answer(out), s.problem(ctx, err)
}

// bring reads the zip of a request and brings its person in.
func (s *Server) bring(w http.ResponseWriter, r *http.Request, anew bool) (*record.Person, error) {
	ctx := r.Context()
	free, err := s.Blobs.Free()
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	most := min(s.Limits.ImportBytes, free-s.Limits.SpareBytes)
	full := huma.NewError(http.StatusInsufficientStorage, words.From(ctx).Say("problem.server.zip.room"))
	if most < s.Limits.ImportBytes && r.ContentLength > most || most <= 0 {
		return nil, full
	}
	body := &slowReader{r: http.MaxBytesReader(w, r.Body, most), rc: http.NewResponseController(w)}
	path, done, err := s.Work.Receive(func(w io.Writer) error {
		_, err := io.CopyBuffer(struct{ io.Writer }{w}, body, make([]byte, 256<<10))
		return err
	})
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big) && most < s.Limits.ImportBytes:
		return nil, full
	case errors.As(err, &big):
		return nil, huma.NewError(http.StatusRequestEntityTooLarge, words.From(ctx).Say("problem.server.zip.size", words.Args{"Most": fmt.Sprintf("%.0f", float64(most)/1e9)}))
	case body.broken:
		return nil, huma.Error400BadRequest(words.From(ctx).Say("problem.server.zip.broken"))
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
	clean := []func() error{f.Close}
	defer func() {
		for _, c := range clean {
			if err := c(); err != nil {
				s.Log.ErrorContext(ctx, "a zip was left", "error", err.Error())
			}
		}
	}()
	st, err := f.Stat()
	if err != nil {
		return nil, s.problem(ctx, fmt.Errorf("looking at the zip: %w", err))
	}
	if f, st, err = s.unsealed(r.Context(), f, st, r.Header.Get(passphraseHeader), most, &clean); err != nil {
		return nil, err
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
			return nil, huma.Error409Conflict(words.From(ctx).Say("problem.server.zip.here", words.Args{"Reason": work.Here(words.From(ctx), err)}))
		}
		return nil, s.problem(ctx, err)
	}
	p, err := s.Store.Person(ctx, x.Person.ID)
	return p, s.problem(ctx, err)
}

// passphraseHeader carries the passphrase of a shared file, percent-encoded: an address
// would be kept in logs.
const passphraseHeader = "Facialis-Passphrase"

// unsealed is the file itself, or what it holds where somebody sealed it to share it.
func (s *Server) unsealed(ctx context.Context, f *os.File, st os.FileInfo, passphrase string, most int64, clean *[]func() error) (*os.File, os.FileInfo, error) {
	in, sealed, err := archive.IsSealed(f)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the zip: %w", err)
	}
	if !sealed {
		_, err := f.Seek(0, io.SeekStart)
		return f, st, err
	}
	if said, err := url.PathUnescape(passphrase); err == nil {
		passphrase = said
	}
	keys, err := s.Store.ShareKeys(ctx)
	if err != nil {
		return nil, nil, s.problem(ctx, err)
	}
	var secrets []string
	for _, k := range keys {
		secrets = append(secrets, k.Secret)
	}
	open, err := archive.UnsealBy(in, passphrase, secrets)
	switch {
	case errors.Is(err, archive.ErrOtherKey):
		return nil, nil, huma.Error422UnprocessableEntity(words.From(ctx).Say("problem.server.zip.otherKey"))
	case errors.Is(err, archive.ErrPassphrase):
		return nil, nil, huma.NewError(http.StatusLocked, words.From(ctx).Say("problem.server.zip.sealed"))
	case err != nil:
		return nil, nil, s.problem(ctx, err)
	}
	path, done, err := s.Work.Receive(func(w io.Writer) error {
		n, err := io.CopyBuffer(struct{ io.Writer }{w}, io.LimitReader(open, most+1), make([]byte, 256<<10))
		if err == nil && n > most {
			err = huma.NewError(http.StatusInsufficientStorage, words.From(ctx).Say("problem.server.zip.room"))
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	*clean = append(*clean, done)
	if f, err = os.Open(path); err != nil {
		return nil, nil, fmt.Errorf("opening the zip: %w", err)
	}
	*clean = append([]func() error{f.Close}, *clean...)
	st, err = f.Stat()
	return f, st, err
}
