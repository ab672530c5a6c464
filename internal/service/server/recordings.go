package server

import (
	"context"
	"net/http"
	"time"

	"facialis/event"
	"facialis/internal/service/account"
	"facialis/internal/service/record"
	"facialis/internal/service/work"

	"github.com/danielgtaylor/huma/v2"
)

type recordingList struct {
	Recordings []record.Recording `json:"recordings"`
	Next       string             `json:"next" doc:"Give it as after for the next page; empty on the last"`
}

type againAnswer struct {
	Queued int `json:"queued" doc:"How many recordings wait to be analyzed again: those that were measured in another way than this program measures"`
}

// filmEdit is what can be corrected about a film. Sides, whose face and the tasks
// take effect when the film is analyzed again.
type filmEdit struct {
	Label      *string         `json:"label,omitempty" maxLength:"300"`
	RecordedAt *time.Time      `json:"recorded_at,omitempty" nullable:"true"`
	Mirrored   *bool           `json:"mirrored,omitempty" nullable:"true" doc:"null: the person cannot tell"`
	Face       *string         `json:"face,omitempty" nullable:"true" maxLength:"40"`
	TurnDeg    *int            `json:"turn_deg,omitempty" nullable:"true" enum:"0,90,180,270" doc:"null: the program finds out which way up the face is"`
	FromS      *float64        `json:"from_s,omitempty" nullable:"true" minimum:"0" doc:"null: from the beginning"`
	ToS        *float64        `json:"to_s,omitempty" nullable:"true" minimum:"0" doc:"null: to the end"`
	Protocol   *string         `json:"protocol,omitempty" nullable:"true" maxLength:"100"`
	Tasks      *[]event.Task   `json:"tasks,omitempty"`
	Consent    *record.Consent `json:"consent,omitempty" doc:"What is allowed from now on; it can be taken back"`
	Night      *record.Night   `json:"night,omitempty" doc:"Who may look at a night's film and what is kept of it: only for whoever may look"`
}

func (s *Server) recordingRoutes(api huma.API) {
	huma.Register(api, op("listRecordings", http.MethodGet, "/people/{person}/recordings", "recordings"), s.listRecordings)
	huma.Register(api, op("getRecording", http.MethodGet, "/recordings/{rec}", "recordings"), s.getRecording)
	huma.Register(api, op("editRecording", http.MethodPatch, "/recordings/{rec}", "recordings"), s.editRecording)
	huma.Register(api, op("deleteRecording", http.MethodDelete, "/recordings/{rec}", "recordings"), s.removeRecording)
	huma.Register(api, givesFilm("getVideo", "/recordings/{rec}/video"), s.getVideo)
	huma.Register(api, givesFilm("getOriginal", "/recordings/{rec}/original"), s.getOriginal)
	huma.Register(api, op("lookedAtNight", http.MethodPost, "/recordings/{rec}/looked", "recordings"), s.lookedAtNight)
	huma.Register(api, op("analyseAgain", http.MethodPost, "/people/{person}/analyse", "recordings"), s.analyzeAgain)
	huma.Register(api, op("analyse", http.MethodPost, "/recordings/{rec}/analyse", "recordings"), s.changesAnalysis("analyse", s.Work.Again))
	huma.Register(api, op("cancelAnalysis", http.MethodPost, "/recordings/{rec}/cancel", "recordings"), s.changesAnalysis("cancelAnalysis", s.Work.Cancel))
}

// givesFilm is a route that answers with a film.
func givesFilm(id, path string) huma.Operation {
	return gives(op(id, http.MethodGet, path, "recordings"), "video/mp4", "video/webm", "application/octet-stream")
}

func (s *Server) listRecordings(ctx context.Context, in *struct {
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
		page[i].Hidden = !account.From(ctx).MayLook(&page[i])
	}
	return answer(recordingList{page, next}), nil
}

func (s *Server) getRecording(ctx context.Context, in *RecordingID) (*body[record.Recording], error) {
	r, err := s.recording(ctx, in.Rec)
	if err != nil {
		return nil, err
	}
	return answer(*r), nil
}

func (s *Server) editRecording(ctx context.Context, in *struct {
	RecordingID
	RawBody []byte
	Body    filmEdit
}) (*body[record.Recording], error) {
	r, err := s.recording(ctx, in.Rec)
	if err != nil {
		return nil, err
	}
	if in.Body.Night != nil && r.Hidden {
		s.Auth.Refused(ctx, "recording "+r.ID, r.PersonID)
		return nil, s.problem(ctx, work.ErrHidden)
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
}

func (s *Server) removeRecording(ctx context.Context, in *struct {
	RecordingID
	How
}) (*struct{}, error) {
	r, err := s.recording(ctx, in.Rec)
	if err != nil {
		return nil, err
	}
	if err := s.binRecording(ctx, r.ID, in.How); err != nil {
		return nil, s.problem(ctx, err)
	}
	s.Auth.Note(ctx, in.verb(), "recording "+r.ID, r.PersonID)
	return nil, nil
}

// getVideo gives the copy for playing, or leads to it where the store of files gives
// it itself.
func (s *Server) getVideo(ctx context.Context, in *RecordingID) (*huma.StreamResponse, error) {
	r, err := s.recording(ctx, in.Rec)
	if err != nil {
		return nil, err
	}
	if link := s.link(ctx, r, work.PlayFile); link != "" {
		return stream(func(w http.ResponseWriter, req *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, req, link, http.StatusTemporaryRedirect)
		}), nil
	}
	file, err := s.Work.Open(ctx, r, work.PlayFile)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return streamFilm(file, ""), nil
}

// getOriginal gives the film as it was uploaded, to be saved.
func (s *Server) getOriginal(ctx context.Context, in *RecordingID) (*huma.StreamResponse, error) {
	r, err := s.recording(ctx, in.Rec)
	if err != nil {
		return nil, err
	}
	file, err := s.Work.Open(ctx, r, work.OriginalFile)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	s.Auth.Note(ctx, "download", "recording "+r.ID, r.PersonID)
	return streamFilm(file, `attachment; filename="`+r.ID+file.Ext+`"`), nil
}

// lookedAtNight says that whoever asks has looked at the film of a night: where only its
// moments are to be kept the rest is deleted.
func (s *Server) lookedAtNight(ctx context.Context, in *RecordingID) (*body[record.Recording], error) {
	r, err := s.recording(ctx, in.Rec)
	if err != nil {
		return nil, err
	}
	if r.Hidden {
		s.Auth.Refused(ctx, "recording "+r.ID, r.PersonID)
		return nil, s.problem(ctx, work.ErrHidden)
	}
	if err := s.Work.Looked(ctx, r.ID, s.Now()); err != nil {
		return nil, s.problem(ctx, err)
	}
	s.Auth.Note(ctx, "looked", "recording "+r.ID, r.PersonID)
	if r, err = s.recording(ctx, in.Rec); err != nil {
		return nil, err
	}
	return answer(*r), nil
}

// streamFilm answers with a film and closes it; disposition is the header of that
// name, "" for none.
func streamFilm(file *work.File, disposition string) *huma.StreamResponse {
	return stream(func(w http.ResponseWriter, req *http.Request) {
		defer file.Close()
		w.Header().Set("Content-Type", file.Type)
		w.Header().Set("Cache-Control", "private, max-age=3600")
		w.Header().Set("ETag", file.Tag)
		if disposition != "" {
			w.Header().Set("Content-Disposition", disposition)
		}
		http.ServeContent(noDeadline{w}, req, "", time.Time{}, file)
	})
}

func (s *Server) analyzeAgain(ctx context.Context, in *PersonID) (*body[againAnswer], error) {
	if _, err := s.person(ctx, in.Person); err != nil {
		return nil, err
	}
	n, err := s.Work.AgainAll(ctx, in.Person)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	s.Auth.Note(ctx, "analyseAgain", "recordings", in.Person)
	return answer(againAnswer{n}), nil
}

// changesAnalysis starts or ends the analysis of a recording by do; the audit log
// calls it what.
func (s *Server) changesAnalysis(what string, do func(context.Context, string) error) func(context.Context, *RecordingID) (*body[record.Recording], error) {
	return func(ctx context.Context, in *RecordingID) (*body[record.Recording], error) {
		r, err := s.recording(ctx, in.Rec)
		if err != nil {
			return nil, err
		}
		if err := do(ctx, r.ID); err != nil {
			return nil, s.problem(ctx, err)
		}
		s.Auth.Note(ctx, what, "recording "+r.ID, r.PersonID)
		if r, err = s.recording(ctx, in.Rec); err != nil {
			return nil, err
		}
		return answer(*r), nil
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
	if e.Night != nil {
		n := *e.Night
		n.LookedAt, n.ReducedAt = nil, nil
		if was := f.Night; was != nil {
			n.LookedAt, n.ReducedAt = was.LookedAt, was.ReducedAt
		}
		f.Night = &n
	}
	if e.RecordedAt != nil || isNull(raw, "recorded_at") {
		f.RecordedAt = e.RecordedAt
	}
	if e.Face != nil || isNull(raw, "face") {
		f.Face = e.Face
	}
	if e.TurnDeg != nil || isNull(raw, "turn_deg") {
		f.TurnDeg = e.TurnDeg
	}
	if e.FromS != nil || isNull(raw, "from_s") {
		f.FromS = e.FromS
	}
	if e.ToS != nil || isNull(raw, "to_s") {
		f.ToS = e.ToS
	}
	if e.Protocol != nil || isNull(raw, "protocol") {
		f.Protocol = e.Protocol
	}
}
