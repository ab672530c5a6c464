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
	Next    string         `json:"next" doc:"Give it as after for the next page; empty on the last"`
}

type syncBody struct {
	Entries []record.Entry `json:"entries" maxItems:"5000"`
	Since   *time.Time     `json:"since,omitempty" nullable:"true" doc:"server_time of the sync before; null or left out for everything"`
}

type syncAnswer struct {
	Entries    []record.Entry `json:"entries" doc:"What changed since, deleted ones too"`
	ServerTime time.Time      `json:"server_time" doc:"Give it as since the next time"`
	More       bool           `json:"more" doc:"There is more: ask again with server_time"`
	AheadS     float64        `json:"ahead_s" doc:"Seconds by which the device's clock is ahead of the server's, by the latest entry handed in; 0 for less than five minutes"`
}

// syncMost is how many entries one answer brings at least where there are more.
const syncMost = 5000

// syncPage cuts what changed to one answer, and says up to which moment it goes.
// What changed at one moment is never parted.
func syncPage(changed []record.Entry, now time.Time) ([]record.Entry, time.Time, bool) {
	for i := syncMost; i < len(changed); i++ {
		if changed[i].Version != changed[i-1].Version {
			return changed[:i], time.UnixMicro(changed[i-1].Version).UTC(), true
		}
	}
	return changed, now, false
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

			Limit int    `query:"limit" minimum:"1" maximum:"5000" default:"5000" doc:"How many at most"`
			After string `query:"after" maxLength:"40" doc:"What next said of the page before"`
		}) (*body[diaryAnswer], error) {
			if _, err := s.person(ctx, in.Person); err != nil {
				return nil, err
			}
			list, err := s.Store.DiaryPage(ctx, in.Person, in.From, in.To, in.After, in.Limit+1)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			out := diaryAnswer{Entries: list}
			if len(list) > in.Limit {
				out.Entries = list[:in.Limit]
				out.Next = out.Entries[in.Limit-1].ID
			}
			return answer(out), nil
		})

	huma.Register(api, op("getCourse", http.MethodGet, "/people/{person}/course", "diary"),
		func(ctx context.Context, in *struct {
			PersonID
			Version string `query:"version" maxLength:"100" doc:"Show the recordings that were measured by this version; none: the version of most recordings"`
		}) (*body[course.Course], error) {
			if _, err := s.person(ctx, in.Person); err != nil {
				return nil, err
			}
			c, err := s.Work.Course(ctx, in.Person, in.Version, s.Now())
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
		changed, now, more := syncPage(changed, now)
		if len(in.Body.Entries) > 0 {
			s.Work.Soon(in.Person)
			s.Auth.Note(ctx, "sync", "diary", in.Person)
		}
		return answer(syncAnswer{changed, now, more, ahead(in.Body.Entries, s.Now())}), nil
	})
}
