package server

import (
	"context"
	"errors"
	"net/http"

	"facialis/internal/service/account"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

// lostAnswer is what a start found that the database did not know.
type lostAnswer struct {
	Folder string      `json:"folder" doc:"Where it is kept on the server's computer"`
	Lost   []work.Lost `json:"lost" doc:"The latest first"`
	Next   string      `json:"next" doc:"Give it as after for the next page; empty on the last"`
}

// LostName is the route's lost thing.
type LostName struct {
	Name string `path:"name" maxLength:"150"`
}

// admin is an error that tells nothing unless an administrator asks.
func admin(ctx context.Context) error {
	if account.From(ctx).Role != account.Admin {
		return huma.Error404NotFound(words.From(ctx).Say("problem.server.nothing"))
	}
	return nil
}

func (s *Server) lostRoutes(api huma.API) {
	huma.Register(api, op("listLost", http.MethodGet, "/lost", "server"),
		func(ctx context.Context, in *Paging) (*body[lostAnswer], error) {
			if err := admin(ctx); err != nil {
				return nil, err
			}
			folder, all, err := s.Work.Lost()
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			page, next := paged(all, in, func(l *work.Lost) string { return l.Name })
			return answer(lostAnswer{folder, page, next}), nil
		})

	o := op("findLost", http.MethodPost, "/lost/{name}/restore", "server")
	o.Errors = append(o.Errors, http.StatusConflict, http.StatusUnprocessableEntity)
	huma.Register(api, o, func(ctx context.Context, in *struct {
		LostName
		Person string `query:"person" maxLength:"40" doc:"Whose film it is, where nothing beside it says so"`
	}) (*body[record.Recording], error) {
		if err := admin(ctx); err != nil {
			return nil, err
		}
		r, err := s.Work.FindLost(context.WithoutCancel(ctx), in.Name, in.Person)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		s.Auth.Note(ctx, "restore", "recording "+r.ID, r.PersonID)
		return answer(*r), nil
	})

	huma.Register(api, op("dropLost", http.MethodDelete, "/lost/{name}", "server"),
		func(ctx context.Context, in *LostName) (*struct{}, error) {
			if err := admin(ctx); err != nil {
				return nil, err
			}
			if err := s.Work.DropLost(in.Name); err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Auth.Note(ctx, "delete", "lost "+in.Name, "")
			return nil, nil
		})
}

// binAnswer is what can be brought back.
type binAnswer struct {
	Deleted []record.Binned `json:"deleted" doc:"The latest deleted first"`
	Next    string          `json:"next" doc:"Give it as after for the next page; empty on the last"`
	Days    int             `json:"days" doc:"How long it can be brought back"`
}

// BinID is the route's line of the bin.
type BinID struct {
	ID string `path:"id" maxLength:"40"`
}

func (s *Server) binRoutes(api huma.API) {
	huma.Register(api, op("listDeleted", http.MethodGet, "/deleted", "server"),
		func(ctx context.Context, in *Paging) (*body[binAnswer], error) {
			who := account.From(ctx)
			person := ""
			if !who.MaySeeAll() {
				if who.PersonID == nil {
					return answer(binAnswer{Deleted: []record.Binned{}, Days: record.BinDays}), nil
				}
				person = *who.PersonID
			}
			all, err := s.Store.BinList(ctx, person, in.After, in.Limit+1)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			out := binAnswer{Deleted: all, Days: record.BinDays}
			if len(all) > in.Limit {
				out.Deleted = all[:in.Limit]
				out.Next = out.Deleted[in.Limit-1].ID
			}
			return answer(out), nil
		})

	o := op("restoreDeleted", http.MethodPost, "/deleted/{id}/restore", "server")
	o.Errors = append(o.Errors, http.StatusConflict, http.StatusUnprocessableEntity)
	huma.Register(api, o, func(ctx context.Context, in *BinID) (*body[record.Binned], error) {
		if err := s.binned(ctx, in.ID); err != nil {
			return nil, err
		}
		b, err := s.Work.BringBack(context.WithoutCancel(ctx), in.ID)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		s.Auth.Note(ctx, "restore", binObject(b), b.PersonID)
		return answer(*b), nil
	})

	huma.Register(api, op("purgeDeleted", http.MethodDelete, "/deleted/{id}", "server"),
		func(ctx context.Context, in *BinID) (*struct{}, error) {
			if err := s.binned(ctx, in.ID); err != nil {
				return nil, err
			}
			b, err := s.Store.Binned(ctx, in.ID)
			if err == nil {
				err = s.Work.Purge(context.WithoutCancel(ctx), in.ID)
			}
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Auth.Note(ctx, "delete for good", binObject(b), b.PersonID)
			return nil, nil
		})
}

// binned is an error unless the one who asks may bring a line of the bin back:
// a patient their own recordings, staff everything.
func (s *Server) binned(ctx context.Context, id string) error {
	b, err := s.Store.Binned(ctx, id)
	nothing := huma.Error404NotFound(words.From(ctx).Say("problem.server.nothing"))
	switch who := account.From(ctx); {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return s.problem(ctx, err)
	case err != nil, !who.MaySee(b.PersonID), b.Kind == "person" && !who.MaySeeAll():
		return nothing
	}
	return nil
}

func binObject(b *record.Binned) string {
	if b.Kind == "recording" && len(b.Recordings) > 0 {
		return "recording " + b.Recordings[0]
	}
	return b.Kind
}
