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
	AheadS     float64        `json:"ahead_s" doc:"Seconds by which the device's clock is ahead of the server's, by the latest entry handed in; 0 for less than five minutes"`
}

// clockSlack is how far a device's clock may be ahead before it is told: five
// minutes is what sign-in protocols such as Kerberos let pass.
const clockSlack = 5 * time.Minute

// ahead is how far the latest stamp of entries is ahead of the clock, in seconds.
func ahead(entries []record.Entry, now time.Time) float64 {
	var most time.Duration
	for i := range entries {
		most = max(most, entries[i].UpdatedAt.Sub(now))
	}
	if most < clockSlack {
		return 0
	}
	return most.Seconds()
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
			in.Body.Entries[i].Others = nil // the server's own
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
		return answer(syncAnswer{changed, now, ahead(in.Body.Entries, s.Now())}), nil
	})
}
