package server

import (
	"bytes"
	"context"
	"encoding/json"
	"facialis/internal/service/account"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"facialis/internal/service/work"
	"facialis/measure"
	"facialis/report"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

type measuresAnswer struct {
	Corrected bool            `json:"corrected" doc:"Whether any event was corrected"`
	Measures  measure.Summary `json:"measures" doc:"By the corrected events"`
	Machine   measure.Summary `json:"machine" doc:"As the program found them"`
}

// TraceQuery says which part of a trace is wanted.
type TraceQuery struct {
	RecordingID
	FromS  float64  `query:"from_s" minimum:"0"`
	ToS    float64  `query:"to_s" minimum:"0" doc:"0: to the end"`
	Points int      `query:"points" minimum:"10" maximum:"20000" default:"2000"`
	Series []string `query:"series,explode" maxItems:"100" doc:"Names, as movement.right.zygomaticus; also in one value with commas. None: all"`
}

func (s *Server) resultRoutes(api huma.API) {
	o := op("getAnalysis", http.MethodGet, "/recordings/{rec}/analysis", "results")
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[report.Analysis](), true, "Analysis")}}}}
	huma.Register(api, o, func(ctx context.Context, in *RecordingID) (*huma.StreamResponse, error) {
		return s.analysis(ctx, in.Rec)
	})

	huma.Register(api, op("getTrace", http.MethodGet, "/recordings/{rec}/trace", "results"),
		func(ctx context.Context, in *TraceQuery) (*body[work.TracePart], error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			var names []string
			for _, n := range in.Series {
				for _, part := range strings.Split(n, ",") {
					if part != "" {
						names = append(names, part)
					}
				}
			}
			part, err := s.Work.Trace(r, in.FromS, in.ToS, in.Points, names)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return answer(*part), nil
		})

	huma.Register(api, op("getMesh", http.MethodGet, "/recordings/{rec}/mesh", "results"),
		func(ctx context.Context, in *struct {
			RecordingID
			FromS float64 `query:"from_s" minimum:"0"`
			ToS   float64 `query:"to_s" minimum:"0" doc:"0: ten seconds from from_s; at most 60 s at once"`
		}) (*body[work.MeshPart], error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			part, err := s.Work.Mesh(r, in.FromS, in.ToS)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return answer(*part), nil
		})

	huma.Register(api, op("getMeasures", http.MethodGet, "/recordings/{rec}/measures", "results"),
		func(ctx context.Context, in *RecordingID) (*body[measuresAnswer], error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			c, err := s.Work.Corrected(ctx, r)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return answer(measuresAnswer{c.Corrections > 0, c.Measures, c.Analysis.Measures}), nil
		})

	huma.Register(api, gives(op("getReport", http.MethodGet, "/recordings/{rec}/report.html", "results"), "text/html"),
		func(ctx context.Context, in *ReportQuery) (*huma.StreamResponse, error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			page, err := s.Work.Report(ctx, r, in.Setting.Setting, account.From(ctx).Role == account.Patient)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return document(page), nil
		})

	huma.Register(api, gives(op("getFrame", http.MethodGet, "/recordings/{rec}/frame", "results"), "image/jpeg"),
		func(ctx context.Context, in *struct {
			RecordingID
			T float64 `query:"t" minimum:"0" required:"true" doc:"Seconds from the first frame"`
		}) (*huma.StreamResponse, error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			jpeg, err := s.Work.Frame(ctx, r, in.T)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return stream(func(w http.ResponseWriter, req *http.Request) {
				w.Header().Set("Content-Type", "image/jpeg")
				w.Header().Set("Cache-Control", "private, max-age=3600")
				http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(jpeg))
			}), nil
		})
}

// analysis is an analysis as it was written, but for its warnings, which are said in the
// language of the reader.
func (s *Server) analysis(ctx context.Context, rec string) (*huma.StreamResponse, error) {
	r, err := s.recording(ctx, rec)
	if err != nil {
		return nil, err
	}
	file, err := s.Work.Open(ctx, r, report.AnalysisFile)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	defer file.Close()
	written, err := io.ReadAll(file)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	var a struct {
		Quality struct{ Warnings []report.Warning }
	}
	if err := json.Unmarshal(written, &a); err != nil {
		return nil, s.problem(ctx, err)
	}
	for _, w := range a.Quality.Warnings {
		said, err := json.Marshal(report.WarningText(words.From(ctx), w))
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		if was, err := json.Marshal(w.Text); err == nil {
			written = bytes.ReplaceAll(written, was, said)
		}
	}
	return stream(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(written))
	}), nil
}

// document is a page that stands alone: its styles are inside, it runs nothing
// and loads nothing.
func document(page []byte) *huma.StreamResponse {
	return stream(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", documentPolicy)
		http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(page))
	})
}
