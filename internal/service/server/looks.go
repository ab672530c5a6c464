package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"facialis/agreement"
	"facialis/event"
	"facialis/internal/service/account"
	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

// lookAnswer is a film as a rater sees it: nothing in it says who was filmed, or when.
type lookAnswer struct {
	N         int                       `json:"n" doc:"0: everything is finished"`
	Of        int                       `json:"of"`
	Round     int                       `json:"round"`
	Title     string                    `json:"title" doc:"Of the study"`
	DurationS float64                   `json:"duration_s"`
	FrameRate *float64                  `json:"frame_rate"`
	Mirrored  *bool                     `json:"mirrored" doc:"The video shows the person as in a mirror; null: nobody can tell"`
	Kinds     []event.Kind              `json:"kinds"`
	Scales    []agreement.Scale         `json:"scales"`
	Program   []record.Mark             `json:"program" doc:"The program's marks, in the second round"`
	Marks     []record.Mark             `json:"marks" doc:"Kept so far"`
	Answers   map[string]map[string]int `json:"answers" doc:"Kept so far: scale, item: level"`
}

type lookEdit struct {
	Marks   []record.Mark             `json:"marks"`
	Answers map[string]map[string]int `json:"answers"`
	Done    bool                      `json:"done" doc:"Finished: it cannot be changed after"`
}

// LookID is the route's look of a rater.
type LookID struct {
	RaterID
	N int `path:"n" minimum:"1" maximum:"20000"`
}

// mayRate is an error unless the one who asks may be somebody's rater.
func (s *Server) mayRate(ctx context.Context) error {
	if account.From(ctx).Role == account.Rater {
		return nil
	}
	return s.staff(ctx, "problem.staff.study", "")
}

// rated is a locked study with what one of its raters, as whom the one who asks may rate,
// has to do next: nil when all is done.
func (s *Server) rated(ctx context.Context, in *RaterID) (*record.Study, []record.Look, *record.Look, *record.StudyRating, error) {
	if err := s.mayRate(ctx); err != nil {
		return nil, nil, nil, nil, err
	}
	st, err := s.Store.Study(ctx, in.Study)
	if errors.Is(err, store.ErrNotFound) && account.From(ctx).Role == account.Rater {
		st, err = &record.Study{}, nil // said as of a study that they do not rate for
	}
	if err != nil {
		return nil, nil, nil, nil, s.problem(ctx, err)
	}
	if !slices.Contains(mine(ctx, st), in.Rater) {
		return nil, nil, nil, nil, huma.Error403Forbidden(words.From(ctx).Say("problem.server.rater"))
	}
	if st.LockedAt == nil || !st.Intact() {
		return nil, nil, nil, nil, huma.Error409Conflict(words.From(ctx).Say("problem.server.unlocked"))
	}
	done, err := s.Store.Ratings(ctx, st.ID, in.Rater)
	if err != nil {
		return nil, nil, nil, nil, s.problem(ctx, err)
	}
	byN := map[int]*record.StudyRating{}
	for i := range done {
		byN[done[i].N] = &done[i]
	}
	looks := st.Plan.Looks(in.Rater)
	for i := range looks {
		if r := byN[looks[i].N]; r == nil || r.DoneAt == nil {
			_, err := s.Store.Recording(ctx, looks[i].Film)
			if errors.Is(err, store.ErrNotFound) {
				continue // deleted since: nobody rates it any more
			}
			return st, looks, &looks[i], r, s.problem(ctx, err)
		}
	}
	return st, looks, nil, nil, nil
}

func (s *Server) nextLook(ctx context.Context, in *RaterID) (*body[lookAnswer], error) {
	st, looks, next, kept, err := s.rated(ctx, in)
	if err != nil {
		return nil, err
	}
	a := lookAnswer{Of: len(looks), Title: st.Plan.Title, Kinds: st.Plan.Kinds, Scales: []agreement.Scale{}, Program: []record.Mark{}, Marks: []record.Mark{}, Answers: map[string]map[string]int{}}
	if next == nil {
		return answer(a), nil
	}
	r, err := s.Store.Recording(ctx, next.Film)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	a.N, a.Round, a.FrameRate, a.Mirrored = next.N, next.Round, r.FrameRate, r.Mirrored
	if r.DurationS != nil {
		a.DurationS = *r.DurationS
	}
	scales := agreement.ScalesIn(words.From(ctx))
	for _, id := range st.Plan.Scales {
		if i := slices.IndexFunc(scales, func(sc agreement.Scale) bool { return sc.ID == id }); i >= 0 {
			a.Scales = append(a.Scales, scales[i])
		}
	}
	if next.Round == 2 {
		if a.Program, err = s.Work.ProgramMarks(ctx, next.Film, st.Plan.Kinds); err != nil {
			return nil, s.problem(ctx, err)
		}
	}
	if kept != nil {
		a.Marks, a.Answers = kept.Marks, kept.Scales
	}
	s.Auth.Note(ctx, "look", "recording "+r.ID, r.PersonID)
	return answer(a), nil
}

func (s *Server) saveLook(ctx context.Context, in *struct {
	LookID
	Body lookEdit
}) (*struct{}, error) {
	st, _, next, _, err := s.rated(ctx, &in.RaterID)
	if err != nil {
		return nil, err
	}
	if next == nil || next.N != in.N {
		return nil, huma.Error409Conflict(words.From(ctx).Say("problem.server.look"))
	}
	film, err := s.Store.Recording(ctx, next.Film)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	length := 0.0
	if film.DurationS != nil {
		length = *film.DurationS
	}
	r := &record.StudyRating{Rater: in.Rater, N: in.N, RecordingID: next.Film, Marks: in.Body.Marks, Scales: in.Body.Answers}
	if err := r.Check(&st.Plan, length, in.Body.Done); err != nil {
		return nil, s.problem(ctx, err)
	}
	var note *record.StudyNote
	if in.Body.Done {
		now := record.Micros(s.Now())
		r.DoneAt = &now
		detail, err := json.Marshal(map[string]any{"rater": in.Rater, "look": in.N})
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		note = s.note(ctx, "rated", string(detail))
	}
	return nil, s.problem(ctx, s.Store.SaveRating(ctx, st.ID, r, note))
}

func (s *Server) lookVideo(ctx context.Context, in *LookID) (*huma.StreamResponse, error) {
	_, _, next, _, err := s.rated(ctx, &in.RaterID)
	if err != nil {
		return nil, err
	}
	if next == nil || next.N != in.N {
		return nil, huma.Error409Conflict(words.From(ctx).Say("problem.server.look"))
	}
	r, err := s.Store.Recording(ctx, next.Film)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	r.Hidden = !account.From(ctx).MayLookAtNight(r.Night)
	file, err := s.Work.OpenCopy(r)
	if errors.Is(err, blob.ErrNotFound) {
		return nil, huma.Error409Conflict(words.From(ctx).Say("problem.server.copy"))
	}
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return stream(func(w http.ResponseWriter, req *http.Request) {
		defer file.Close()
		w.Header().Set("Content-Type", file.Type)
		w.Header().Set("Cache-Control", "no-store") // no tag either: it would be the same when the film comes again
		http.ServeContent(noDeadline{w}, req, "", time.Time{}, file)
	}), nil
}
