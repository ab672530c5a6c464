package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"facialis/internal/service/account"
	"facialis/internal/service/blob"
	"facialis/internal/service/live"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
	"facialis/video"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

// Auth says who is asking. [NoAuth] is the one for a computer of one's own.
type Auth interface {
	// Identify puts the request's account into its context (account.With), if
	// there is one.
	Identify(next http.Handler) http.Handler
	// Still reports whether that account still is what it was, for answers that
	// take long.
	Still(ctx context.Context) bool
	// Note writes a line of the audit log: who did what to what of whom.
	// A "look" at the same again and again may be written once.
	Note(ctx context.Context, action, object, person string)
	// Changed is Note with what was before and is after, each written as JSON.
	Changed(ctx context.Context, action, object, person string, before, after any)
	// Refused writes that somebody was refused something.
	Refused(ctx context.Context, object, person string)
}

// NoAuth lets everybody do everything: for one person on loopback.
type NoAuth struct{}

// Identify makes everybody [account.Local].
func (NoAuth) Identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(account.With(r.Context(), account.Local)))
	})
}

// Still is always so.
func (NoAuth) Still(context.Context) bool { return true }

// Note keeps no log.
func (NoAuth) Note(context.Context, string, string, string) {}

// Changed keeps no log.
func (NoAuth) Changed(context.Context, string, string, string, any, any) {}

// Refused keeps no log.
func (NoAuth) Refused(context.Context, string, string) {}

// Limits bound what is taken in.
type Limits struct {
	UploadBytes  int64 // of one film
	PendingBytes int64 // of all films on their way in
	SpareBytes   int64 // left free on the disk

	// Of one person; 0 for no limit.
	PersonPendingBytes int64 // of all films on their way in; one film alone may be larger
	PersonUploads      int64 // films on their way in at once
	PersonBytes        int64 // of all films, here and on their way in

	ImportBytes int64 // of a person's zip
}

// DefaultLimits are the limits to use unless there is a reason.
func DefaultLimits() Limits {
	return Limits{UploadBytes: 64 << 30, PendingBytes: 128 << 30, PersonPendingBytes: 16 << 30, PersonUploads: 200, PersonBytes: 1 << 40, SpareBytes: 1 << 30, ImportBytes: 256 << 30}
}

// Config is what a server works with.
type Config struct {
	Store   *store.Store
	Blobs   blob.Store
	Work    *work.Worker
	Auth    Auth
	Log     *slog.Logger
	Limits  Limits
	Version string
	Demo    bool
	Now     func() time.Time // nil: time.Now

	Accounts *account.Service // nil: none are needed; else it is the Auth
	Origin   string           // the app's address as people have it, where it has one
	Local    bool             // only this computer reaches the server
	Secure   bool             // all of the way to the server is encrypted

	PlayDirect bool // browsers are sent to the S3 server for videos
}

// Server answers requests.
type Server struct {
	Config
	uploads uploads
	printer printer
	live    live.Sessions
	policy  string // what the app's pages may load
	ready   ready
	metrics *metrics
}

// New builds the server.
func New(c Config) *Server {
	if c.Accounts != nil {
		c.Auth = c.Accounts
	}
	if c.Auth == nil {
		c.Auth = NoAuth{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &Server{Config: c, printer: newPrinter(), policy: appPolicy}
	if c.PlayDirect {
		s.policy = s.withVideos(appPolicy)
	}
	s.metrics = newMetrics(s)
	return s
}

// may reports whether the one who asks may see and change what belongs to a
// person; if not, the answer is that there is nothing.
func (s *Server) may(ctx context.Context, person string) error {
	if !account.From(ctx).MaySee(person) {
		s.Auth.Refused(ctx, "person", person)
		return huma.Error404NotFound(words.From(ctx).Say("problem.server.noPerson"))
	}
	return nil
}

// person is a person that the one who asks may see.
func (s *Server) person(ctx context.Context, id string) (*record.Person, error) {
	if err := s.may(ctx, id); err != nil {
		return nil, err
	}
	p, err := s.Store.Person(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, huma.Error404NotFound(words.From(ctx).Say("problem.server.noPerson"))
	}
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	s.Auth.Note(ctx, "look", "person", id)
	return forWhom(account.From(ctx), p), nil
}

// recording is a recording that the one who asks may see.
func (s *Server) recording(ctx context.Context, id string) (*record.Recording, error) {
	r, err := s.Store.Recording(ctx, id)
	if err == nil && !account.From(ctx).MaySee(r.PersonID) {
		s.Auth.Refused(ctx, "recording "+r.ID, r.PersonID)
		err = store.ErrNotFound
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, huma.Error404NotFound(words.From(ctx).Say("problem.server.noRecording"))
	}
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	s.Auth.Note(ctx, "look", "recording "+r.ID, r.PersonID)
	s.Work.Hub.Fill(r)
	r.Hidden = !account.From(ctx).MayLook(r)
	return r, nil
}

// problem turns an error into an answer. What is not the client's fault is
// logged by its words, which hold ids only, and not shown.
func (s *Server) problem(ctx context.Context, err error) error {
	var status huma.StatusError
	var limit account.LimitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &status):
		return err
	case errors.Is(err, store.ErrNotFound), errors.Is(err, blob.ErrNotFound):
		return huma.Error404NotFound(words.From(ctx).Say("problem.server.nothing"))
	case errors.Is(err, record.ErrInvalid):
		return huma.Error422UnprocessableEntity(err.Error())
	case errors.Is(err, account.ErrCode):
		return huma.Error401Unauthorized(err.Error(), &huma.ErrorDetail{Location: "body.code", Message: err.Error()})
	case errors.Is(err, account.ErrWrong):
		return huma.Error401Unauthorized(err.Error())
	case errors.Is(err, work.ErrHere):
		return huma.Error409Conflict(words.From(ctx).Say("problem.server.here", words.Args{"What": work.Here(words.From(ctx), err)}))
	case errors.Is(err, account.ErrTaken), errors.Is(err, account.ErrLastAdmin), errors.Is(err, account.ErrNotFirst), errors.Is(err, account.ErrNoPasskeys),
		errors.Is(err, account.ErrFactor), errors.Is(err, account.ErrStale), errors.Is(err, account.ErrNoCodes), errors.Is(err, account.ErrNoMail), errors.Is(err, account.ErrNoExternal):
		return huma.Error409Conflict(err.Error())
	case errors.As(err, &limit):
		return huma.ErrorWithHeaders(huma.Error429TooManyRequests(err.Error()), http.Header{"Retry-After": {strconv.Itoa(limit.Seconds())}})
	case errors.Is(err, work.ErrBusy), errors.Is(err, video.ErrBusy):
		return huma.ErrorWithHeaders(huma.Error503ServiceUnavailable(words.From(ctx).Say("problem.server.busy")), http.Header{"Retry-After": {"30"}})
	case errors.Is(err, work.ErrHidden):
		return huma.Error403Forbidden(words.From(ctx).Say("problem.server.hidden"))
	case errors.Is(err, work.ErrReduced):
		return huma.Error409Conflict(words.From(ctx).Say("problem.server.reduced"))
	case errors.Is(err, work.ErrNoNight):
		return huma.Error409Conflict(words.From(ctx).Say("problem.server.noNight"))
	case errors.Is(err, work.ErrNoAnalysis):
		return huma.Error404NotFound(words.From(ctx).Say("problem.server.notAnalyzed"))
	case s.Store.Shared() && (store.Away(err) || blob.Away(err)):
		s.Log.WarnContext(ctx, "the database or the store of videos cannot be reached", "error", err.Error())
		return huma.Error503ServiceUnavailable(words.From(ctx).Say("problem.server.away"))
	case store.Full(err):
		s.Log.ErrorContext(ctx, "the disk is full", "error", err.Error())
		return huma.NewError(http.StatusInsufficientStorage, words.From(ctx).Say("problem.server.full"))
	case errors.Is(err, context.Canceled):
		return huma.NewError(499, words.From(ctx).Say("problem.server.broken"))
	}
	s.Log.ErrorContext(ctx, "request failed", "error", err.Error())
	return huma.Error500InternalServerError(words.From(ctx).Say("problem.server.server"))
}
