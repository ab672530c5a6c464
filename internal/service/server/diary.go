package server

import (
	"context"
	"net/http"
	"time"

	"facialis/course"
	"facialis/internal/service/record"

	"github.com/danielgtaylor/huma/v2"
)

type diaryAnswer struct {
	Entries []record.Entry `json:"entries"`
}

type syncBody struct {
	Entries []record.Entry `json:"entries" maxItems:"5000"`
	Since   *time.Time     `json:"since,omitempty" nullable:"true" doc:"server_time of the sync before; null or left out for everything"`
}

type syncAnswer struct {
	Entries    []record.Entry `json:"entries" doc:"What changed since, deleted ones too"`
	ServerTime time.Time      `json:"server_time" doc:"Give it as since the next time"`
}

func (s *Server) diaryRoutes(api huma.API) {
	huma.Register(api, op("getDiary", http.MethodGet, "/people/{person}/diary", "diary"),
		func(ctx context.Context, in *struct {
			PersonID
			From time.Time `query:"from"`
			To   time.Time `query:"to"`
		}) (*body[diaryAnswer], error) {
			if _, err := s.person(ctx, in.Person); err != nil {
				return nil, err
			}
			list, err := s.Store.Diary(ctx, in.Person, in.From, in.To)
			return answer(diaryAnswer{list}), s.problem(ctx, err)
		})

	huma.Register(api, op("getCourse", http.MethodGet, "/people/{person}/course", "diary"),
		func(ctx context.Context, in *PersonID) (*body[course.Course], error) {
			if _, err := s.person(ctx, in.Person); err != nil {
				return nil, err
			}
			c, err := s.Work.Course(ctx, in.Person, s.Now())
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return answer(*c), nil
		})

	o := op("syncDiary", http.MethodPost, "/people/{person}/sync", "diary")
	o.MaxBodyBytes = 16 << 20
	huma.Register(api, o, func(ctx context.Context, in *struct {
		PersonID
		Body syncBody
	}) (*body[syncAnswer], error) {
		if _, err := s.person(ctx, in.Person); err != nil {
			return nil, err
		}
		for i := range in.Body.Entries {
			if err := in.Body.Entries[i].Check(); err != nil {
				return nil, s.problem(ctx, err)
			}
		}
		changed, now, err := s.Store.Sync(ctx, in.Person, in.Body.Entries, in.Body.Since, s.Now())
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		if len(in.Body.Entries) > 0 {
			s.Work.Soon(in.Person)
			s.Auth.Note(ctx, "sync", "diary", in.Person)
		}
		return answer(syncAnswer{changed, now}), nil
	})
}
