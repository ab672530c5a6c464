package server

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/work"

	"github.com/danielgtaylor/huma/v2"
)

// CohortQuery chooses recordings of everybody.
type CohortQuery struct {
	Q        string    `query:"q" maxLength:"200" doc:"Part of a name or code"`
	Side     string    `query:"side" enum:",right,left,both" doc:"Affected side of the person"`
	Sex      string    `query:"sex" enum:",f,m,x"`
	Protocol string    `query:"protocol" maxLength:"100"`
	From     time.Time `query:"from" doc:"Filmed at or after"`
	To       time.Time `query:"to" doc:"Filmed at or before"`
	Usable   string    `query:"usable" enum:",yes,no"`
	Research bool      `query:"research" doc:"Only what may be given to research"`
	MinRate  float64   `query:"min_rate" minimum:"0" doc:"Spasms a minute; 0: no bound"`
	MaxRate  float64   `query:"max_rate" minimum:"0" doc:"Spasms a minute; 0: no bound"`
}

// filter is the choice as the store takes it.
func (q *CohortQuery) filter() *record.CohortFilter {
	f := &record.CohortFilter{Q: q.Q, Side: q.Side, Sex: q.Sex, Protocol: q.Protocol, From: q.From, To: q.To, Research: q.Research}
	if q.Usable != "" {
		f.Usable = new(q.Usable == "yes")
	}
	if q.MinRate > 0 {
		f.MinRate = &q.MinRate
	}
	if q.MaxRate > 0 {
		f.MaxRate = &q.MaxRate
	}
	return f
}

// CohortColumns are the columns that are asked for.
type CohortColumns struct {
	Columns string `query:"columns" maxLength:"1000" doc:"Names with commas between; empty: the usual ones"`
}

func (c CohortColumns) names() []string {
	var out []string
	for _, n := range strings.Split(c.Columns, ",") {
		if n = strings.TrimSpace(n); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// maxFilmList bounds a list of films, bytes.
const maxFilmList = 8 << 20

func (s *Server) cohortRoutes(api huma.API) {
	huma.Register(api, op("getCohort", http.MethodGet, "/cohort", "cohort"),
		func(ctx context.Context, in *struct {
			CohortQuery
			CohortColumns
			Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
			After string `query:"after" maxLength:"40" doc:"What next said of the page before"`
		}) (*body[work.Cohort], error) {
			if err := s.staff(ctx, "problem.staff.study", ""); err != nil {
				return nil, err
			}
			f := in.filter()
			f.Limit, f.After = in.Limit, in.After
			t, err := s.Work.Cohort(ctx, f, in.names())
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Auth.Note(ctx, "look", "cohort", "")
			return answer(*t), nil
		})
	for _, e := range []struct{ id, name, media string }{
		{"getCohortCSV", "cohort.csv", "text/csv"}, {"getCohortParquet", "cohort.parquet", "application/vnd.apache.parquet"},
	} {
		huma.Register(api, gives(op(e.id, http.MethodGet, "/"+e.name, "cohort"), e.media),
			func(ctx context.Context, in *struct {
				CohortQuery
				CohortColumns
			}) (*huma.StreamResponse, error) {
				if err := s.staff(ctx, "problem.staff.study", ""); err != nil {
					return nil, err
				}
				t, err := s.Work.Cohort(ctx, in.filter(), in.names())
				if err != nil {
					return nil, s.problem(ctx, err)
				}
				var b bytes.Buffer
				if e.media == "text/csv" {
					err = t.WriteCSV(&b)
				} else {
					err = t.WriteParquet(&b, s.Version)
				}
				if err != nil {
					return nil, s.problem(ctx, err)
				}
				s.Auth.Note(ctx, "export", "cohort", "")
				return download(b.Bytes(), e.media, e.name), nil
			})
	}
	huma.Register(api, op("getPaired", http.MethodGet, "/cohort/paired", "cohort"),
		func(ctx context.Context, in *struct {
			CohortQuery
			Measure    string  `query:"measure" maxLength:"100" default:"rate_per_min"`
			Treatment  string  `query:"treatment" maxLength:"100" doc:"Type of treatment in the diary; empty: any"`
			BeforeDays float64 `query:"before_days" minimum:"0" maximum:"3650" default:"92"`
			AfterFrom  float64 `query:"after_from" minimum:"0" maximum:"3650" default:"7"`
			AfterTo    float64 `query:"after_to" minimum:"0" maximum:"3650" default:"92"`
		}) (*body[work.Paired], error) {
			if err := s.staff(ctx, "problem.staff.study", ""); err != nil {
				return nil, err
			}
			p, err := s.Work.Paired(ctx, in.filter(), in.Measure, in.Treatment, work.Window{BeforeDays: in.BeforeDays, AfterFrom: in.AfterFrom, AfterTo: in.AfterTo})
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Auth.Note(ctx, "look", "cohort", "")
			return answer(*p), nil
		})
	o := op("readFilmList", http.MethodPost, "/cohort/films", "cohort")
	o.MaxBodyBytes = maxFilmList
	huma.Register(api, o, func(ctx context.Context, in *struct {
		Add     bool   `query:"add" doc:"Add people whose codes are not known yet"`
		RawBody []byte `contentType:"text/csv"`
	}) (*body[work.FilmList], error) {
		if err := s.staff(ctx, "problem.staff.study", ""); err != nil {
			return nil, err
		}
		l, err := s.Work.ReadFilmList(ctx, in.RawBody, in.Add, s.Now())
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		for _, r := range l.Rows {
			if in.Add && r.PersonID != "" {
				s.Work.Soon(r.PersonID)
			}
		}
		s.Auth.Note(ctx, "import", "list of films", "")
		return answer(*l), nil
	})
}
