package server

import (
	"context"
	"net/http"
	"time"

	"facialis/event"
	"facialis/internal/service/record"
	"facialis/internal/service/work"

	"github.com/danielgtaylor/huma/v2"
)

type recordingList struct {
	Recordings []record.Recording `json:"recordings"`
	Next       string             `json:"next" doc:"Give it as after for the next page; empty on the last"`
}

type againAnswer struct {
	Queued int `json:"queued" doc:"How many recordings wait to be analysed again: those that were measured in another way than this program measures"`
}

// filmEdit is what can be corrected about a film. Sides, whose face and the tasks
// take effect when the film is analysed again.
type filmEdit struct {
	Label      *string         `json:"label,omitempty" maxLength:"300"`
	RecordedAt *time.Time      `json:"recorded_at,omitempty" nullable:"true"`
	Mirrored   *bool           `json:"mirrored,omitempty" nullable:"true" doc:"null: the person cannot tell"`
	Face       *string         `json:"face,omitempty" nullable:"true" maxLength:"40"`
	Protocol   *string         `json:"protocol,omitempty" nullable:"true" maxLength:"100"`
	Tasks      *[]event.Task   `json:"tasks,omitempty"`
	Consent    *record.Consent `json:"consent,omitempty" doc:"What is allowed from now on; it can be taken back"`
}

func (s *Server) recordingRoutes(api huma.API) {
	huma.Register(api, op("listRecordings", http.MethodGet, "/people/{person}/recordings", "recordings"),
		func(ctx context.Context, in *struct {
			PersonID
			Limit int    `query:"limit" minimum:"1" maximum:"500" default:"500" doc:"How many at most"`
			After string `query:"after" maxLength:"40" doc:"What next said of the page before"`
		}) (*body[recordingList], error) {
			if _, err := s.person(ctx, in.Person); err != nil {
				return nil, err
			}
			all, err := s.Store.Recordings(ctx, in.Person)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			page, next := paged(all, &Paging{in.Limit, in.After}, func(r *record.Recording) string { return r.ID })
			for i := range page {
				s.Work.Hub.Fill(&page[i])
			}
			return answer(recordingList{page, next}), nil
		})

	huma.Register(api, op("getRecording", http.MethodGet, "/recordings/{rec}", "recordings"),
		func(ctx context.Context, in *RecordingID) (*body[record.Recording], error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			return answer(*r), nil
		})

	huma.Register(api, op("editRecording", http.MethodPatch, "/recordings/{rec}", "recordings"),
		func(ctx context.Context, in *struct {
			RecordingID
			RawBody []byte
			Body    filmEdit
		}) (*body[record.Recording], error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			in.Body.apply(&r.Film, in.RawBody)
			if err := r.Film.Check(); err != nil {
				return nil, s.problem(ctx, err)
			}
			if err := s.Store.SaveFilm(ctx, r.ID, &r.Film); err != nil {
				return nil, s.problem(ctx, err)
			}
			if err := s.Work.Describe(ctx, r.ID); err != nil {
				s.Log.WarnContext(ctx, "a description waits", "error", err.Error())
			}
			s.Auth.Note(ctx, "change", "recording "+r.ID, r.PersonID)
			return answer(*r), nil
		})

	huma.Register(api, op("deleteRecording", http.MethodDelete, "/recordings/{rec}", "recordings"),
		func(ctx context.Context, in *struct {
			RecordingID
			How
		}) (*struct{}, error) {
			r, err := s.recording(ctx, in.Rec)
			if err != nil {
				return nil, err
			}
			if err := s.deleteRecording(ctx, r.ID, in.How); err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Auth.Note(ctx, in.verb(), "recording "+r.ID, r.PersonID)
			return nil, nil
		})

	for _, f := range []struct{ id, path, blob, disposition string }{
		{"getVideo", "/recordings/{rec}/video", work.PlayFile, ""},
		{"getOriginal", "/recordings/{rec}/original", work.OriginalFile, "attachment"},
	} {
		huma.Register(api, gives(op(f.id, http.MethodGet, f.path, "recordings"), "video/mp4", "video/webm", "application/octet-stream"),
			func(ctx context.Context, in *RecordingID) (*huma.StreamResponse, error) {
				r, err := s.recording(ctx, in.Rec)
				if err != nil {
					return nil, err
				}
				file, err := s.Work.Open(ctx, r, f.blob)
				if err != nil {
					return nil, s.problem(ctx, err)
				}
				if f.disposition != "" {
					s.Auth.Note(ctx, "download", "recording "+r.ID, r.PersonID)
				}
				return stream(func(w http.ResponseWriter, req *http.Request) {
					defer file.Close()
					w.Header().Set("Content-Type", file.Type)
					w.Header().Set("Cache-Control", "private, max-age=3600")
					w.Header().Set("ETag", file.Tag)
					if f.disposition != "" {
						w.Header().Set("Content-Disposition", `attachment; filename="`+r.ID+file.Ext+`"`)
					}
					http.ServeContent(noDeadline{w}, req, "", time.Time{}, file)
				}), nil
			})
	}

	huma.Register(api, op("analyseAgain", http.MethodPost, "/people/{person}/analyse", "recordings"),
		func(ctx context.Context, in *PersonID) (*body[againAnswer], error) {
			if _, err := s.person(ctx, in.Person); err != nil {
				return nil, err
			}
			n, err := s.Work.AgainAll(ctx, in.Person)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Auth.Note(ctx, "analyseAgain", "recordings", in.Person)
			return answer(againAnswer{n}), nil
		})

	for _, a := range []struct {
		id, path string
		do       func(context.Context, string) error
	}{
		{"analyse", "/recordings/{rec}/analyse", func(ctx context.Context, id string) error { return s.Work.Again(ctx, id) }},
		{"cancelAnalysis", "/recordings/{rec}/cancel", func(ctx context.Context, id string) error { return s.Work.Cancel(ctx, id) }},
	} {
		huma.Register(api, op(a.id, http.MethodPost, a.path, "recordings"),
			func(ctx context.Context, in *RecordingID) (*body[record.Recording], error) {
				r, err := s.recording(ctx, in.Rec)
				if err != nil {
					return nil, err
				}
				if err := a.do(ctx, r.ID); err != nil {
					return nil, s.problem(ctx, err)
				}
				s.Auth.Note(ctx, a.id, "recording "+r.ID, r.PersonID)
				if r, err = s.recording(ctx, in.Rec); err != nil {
					return nil, err
				}
				return answer(*r), nil
			})
	}
}

func (e *filmEdit) apply(f *record.Film, raw []byte) {
	if e.Label != nil {
		f.Label = *e.Label
	}
	if e.Mirrored != nil || isNull(raw, "mirrored") {
		f.Mirrored = e.Mirrored
	}
	if e.Tasks != nil {
		f.Tasks = *e.Tasks
	}
	if e.Consent != nil {
		f.Consent = e.Consent
	}
	if e.RecordedAt != nil || isNull(raw, "recorded_at") {
		f.RecordedAt = e.RecordedAt
	}
	if e.Face != nil || isNull(raw, "face") {
		f.Face = e.Face
	}
	if e.Protocol != nil || isNull(raw, "protocol") {
		f.Protocol = e.Protocol
	}
}
