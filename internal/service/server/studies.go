package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"facialis/agreement"
	"facialis/internal/service/account"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

type studyList struct {
	Studies []studyLine `json:"studies"`
}

// studyLine is a study as it is listed: raters see those that they rate for.
type studyLine struct {
	ID       string     `json:"id"`
	Title    string     `json:"title"`
	LockedAt *time.Time `json:"locked_at"`
	Films    int        `json:"films"`
	Raters   []string   `json:"raters"`
	Mine     []string   `json:"mine" doc:"Raters as whom the one who asks may rate"`
}

type studyAnswer struct {
	record.Study
	Intact bool               `json:"intact" doc:"The plan is the one that was locked"`
	Log    []record.StudyNote `json:"log"`
	Mine   []string           `json:"mine" doc:"Raters as whom the one who asks may rate"`
}

type planEdit struct {
	Plan   record.Plan `json:"plan"`
	Reason string      `json:"reason" required:"false" maxLength:"2000" doc:"Needed once the plan is locked"`
}

type scaleList struct {
	Scales []agreement.Scale `json:"scales"`
}

// StudyID is the route's study.
type StudyID struct {
	Study string `path:"study" maxLength:"40"`
}

// RaterID is the route's rater of a study.
type RaterID struct {
	StudyID
	Rater string `path:"rater" maxLength:"200"`
}

func (s *Server) studyRoutes(api huma.API) {
	huma.Register(api, op("listScales", http.MethodGet, "/scales", "studies"),
		func(ctx context.Context, _ *struct{}) (*body[scaleList], error) {
			return answer(scaleList{agreement.ScalesIn(words.From(ctx))}), nil
		})
	huma.Register(api, op("listStudies", http.MethodGet, "/studies", "studies"),
		func(ctx context.Context, _ *struct{}) (*body[studyList], error) {
			if err := s.mayRate(ctx); err != nil {
				return nil, err
			}
			all, err := s.Store.Studies(ctx)
			out := studyList{Studies: []studyLine{}}
			for _, st := range all {
				line := studyLine{st.ID, st.Plan.Title, st.LockedAt, len(st.Plan.Films), st.Plan.Raters, mine(ctx, &st)}
				if account.From(ctx).Role == account.Rater {
					if len(line.Mine) == 0 || st.LockedAt == nil {
						continue
					}
					line.Raters = line.Mine // who else rates is not theirs to know
				}
				out.Studies = append(out.Studies, line)
			}
			return answer(out), s.problem(ctx, err)
		})
	o := op("addStudy", http.MethodPost, "/studies", "studies")
	o.DefaultStatus = http.StatusCreated
	huma.Register(api, o, func(ctx context.Context, in *body[record.Plan]) (*body[studyAnswer], error) {
		if err := s.staff(ctx, "problem.staff.study", ""); err != nil {
			return nil, err
		}
		st := &record.Study{ID: record.NewID(), CreatedAt: record.Micros(s.Now()), CreatedBy: account.From(ctx).Name, Plan: in.Body}
		st.Plan.Seed, st.Plan.Version = seedOf(st.ID), ""
		if err := st.Plan.Check(); err != nil {
			return nil, s.problem(ctx, err)
		}
		if err := s.Store.SaveStudy(ctx, st, "", s.note(ctx, "made", st.Plan.Title)); err != nil {
			return nil, s.problem(ctx, err)
		}
		return s.study(ctx, st.ID)
	})
	huma.Register(api, op("getStudy", http.MethodGet, "/studies/{study}", "studies"),
		func(ctx context.Context, in *StudyID) (*body[studyAnswer], error) { return s.study(ctx, in.Study) })
	huma.Register(api, op("changePlan", http.MethodPut, "/studies/{study}/plan", "studies"), s.changePlan)
	huma.Register(api, op("lockStudy", http.MethodPost, "/studies/{study}/lock", "studies"), s.lockStudy)
	huma.Register(api, op("deleteStudy", http.MethodDelete, "/studies/{study}", "studies"),
		func(ctx context.Context, in *StudyID) (*struct{}, error) {
			if err := s.staff(ctx, "problem.staff.study", ""); err != nil {
				return nil, err
			}
			return nil, s.problem(ctx, s.Store.DeleteStudy(ctx, in.Study))
		})
	o = op("inviteRater", http.MethodPost, "/studies/{study}/raters", "studies")
	o.DefaultStatus = http.StatusCreated
	o.Errors = append(o.Errors, http.StatusConflict)
	huma.Register(api, o, s.inviteRater)
	huma.Register(api, op("nextLook", http.MethodGet, "/studies/{study}/raters/{rater}/next", "studies"), s.nextLook)
	huma.Register(api, op("saveLook", http.MethodPut, "/studies/{study}/raters/{rater}/looks/{n}", "studies"), s.saveLook)
	huma.Register(api, gives(op("getLookVideo", http.MethodGet, "/studies/{study}/raters/{rater}/looks/{n}/video", "studies"), "video/mp4", "video/webm", "application/octet-stream"), s.lookVideo)
	huma.Register(api, op("getStudyReport", http.MethodGet, "/studies/{study}/report", "studies"),
		func(ctx context.Context, in *StudyID) (*body[work.StudyReport], error) {
			rep, err := s.studyReport(ctx, in.Study)
			if err != nil {
				return nil, err
			}
			return answer(*rep), nil
		})
	huma.Register(api, gives(op("getStudyCSV", http.MethodGet, "/studies/{study}/report.csv", "studies"), "text/csv"),
		func(ctx context.Context, in *StudyID) (*huma.StreamResponse, error) {
			rep, err := s.studyReport(ctx, in.Study)
			if err != nil {
				return nil, err
			}
			var b bytes.Buffer
			for _, r := range rep.Rounds {
				if err := r.WriteCSV(&b, r == rep.Rounds[0]); err != nil {
					return nil, s.problem(ctx, err)
				}
			}
			s.Auth.Note(ctx, "export", "study "+in.Study, "")
			return download(b.Bytes(), "text/csv", in.Study+".csv"), nil
		})
	s.markRoutes(api)
}

// seedOf is a study's seed, by its id.
func seedOf(id string) uint64 {
	var n uint64
	for _, b := range []byte(id) {
		n = n*131 + uint64(b)
	}
	return n >> 11 // a number that JSON keeps in every language
}

// mine are the raters as whom somebody may rate: their own name, or every one on a
// computer without accounts.
func mine(ctx context.Context, st *record.Study) []string {
	who, out := account.From(ctx), []string{}
	for _, r := range st.Plan.Raters {
		if who.ID == account.Local.ID || r == who.Name {
			out = append(out, r)
		}
	}
	return out
}

func (s *Server) note(ctx context.Context, what, detail string) *record.StudyNote {
	return &record.StudyNote{ID: record.NewID(), At: record.Micros(s.Now()), By: account.From(ctx).Name, What: what, Detail: detail}
}

func (s *Server) study(ctx context.Context, id string) (*body[studyAnswer], error) {
	if err := s.staff(ctx, "problem.staff.study", ""); err != nil {
		return nil, err
	}
	st, err := s.Store.Study(ctx, id)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	log, err := s.Store.StudyLog(ctx, id)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return answer(studyAnswer{*st, st.Intact(), log, mine(ctx, st)}), nil
}

func (s *Server) changePlan(ctx context.Context, in *struct {
	StudyID
	Body planEdit
}) (*body[studyAnswer], error) {
	if err := s.staff(ctx, "problem.staff.study", ""); err != nil {
		return nil, err
	}
	st, err := s.Store.Study(ctx, in.Study)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if err := s.plan(ctx, st, in.Body.Plan, in.Body.Reason, false); err != nil {
		return nil, err
	}
	return s.study(ctx, in.Study)
}

// plan writes another plan of a study, with a reason where it is locked; try only says
// whether that would be possible.
func (s *Server) plan(ctx context.Context, st *record.Study, next record.Plan, reason string, try bool) error {
	was := st.Hash
	next.Seed, next.Version = st.Plan.Seed, st.Plan.Version
	if err := next.Check(); err != nil {
		return s.problem(ctx, err)
	}
	what, detail, hash := "changed", "", was
	if st.LockedAt != nil {
		if err := st.Plan.Amend(&next); err != nil {
			return s.problem(ctx, err)
		}
		if reason == "" || !record.Plain(reason, 2000) {
			return s.problem(ctx, record.Invalid("record.invalid.study.reason"))
		}
		before, after := differ(&st.Plan, &next)
		change, err := json.Marshal(map[string]any{"reason": reason, "before": before, "after": after, "hash_before": was, "hash": next.Sum()})
		if err != nil {
			return s.problem(ctx, err)
		}
		what, detail, hash = "amended", string(change), next.Sum()
	}
	if try {
		return nil
	}
	st.Plan, st.Hash = next, hash
	return s.problem(ctx, s.Store.SaveStudy(ctx, st, was, s.note(ctx, what, detail)))
}

// newRater is somebody who is to rate for a study and has no account yet.
type newRater struct {
	Name   string `json:"name" maxLength:"200"`
	Reason string `json:"reason" required:"false" maxLength:"2000" doc:"Needed once the plan is locked"`
}

// inviteRater adds somebody to a study's raters, makes their account, which sees nothing
// but what they rate, and gives the link with which they choose a password. For a rater
// who has not chosen one yet it only makes another link.
func (s *Server) inviteRater(ctx context.Context, in *struct {
	StudyID
	Body newRater
}) (*body[invitationAnswer], error) {
	if err := s.staff(ctx, "problem.staff.study", ""); err != nil {
		return nil, err
	}
	a, err := s.accounts(ctx)
	if err != nil {
		return nil, err
	}
	st, err := s.Store.Study(ctx, in.Study)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	name := strings.TrimSpace(in.Body.Name)
	e, err := a.Named(ctx, name)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return nil, s.problem(ctx, err)
	case e.Role != account.Rater || !e.Invited:
		return nil, s.problem(ctx, account.ErrTaken)
	default:
		name = e.Name
	}
	next := st.Plan
	if !slices.Contains(next.Raters, name) {
		next.Raters = append(slices.Clone(next.Raters), name)
	}
	if err := s.plan(ctx, st, next, in.Body.Reason, true); err != nil {
		return nil, err
	}
	if e == nil {
		if e, err = a.Add(ctx, account.New{Name: name, Role: account.Rater}); err != nil {
			return nil, s.problem(ctx, err)
		}
		s.noteAccount(ctx, "add", e)
	}
	if !slices.Contains(st.Plan.Raters, name) {
		if err := s.plan(ctx, st, next, in.Body.Reason, false); err != nil {
			return nil, err
		}
	}
	return s.invitation(ctx, a, e)
}

func (s *Server) lockStudy(ctx context.Context, in *StudyID) (*body[studyAnswer], error) {
	if err := s.staff(ctx, "problem.staff.study", ""); err != nil {
		return nil, err
	}
	st, err := s.Store.Study(ctx, in.Study)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if st.LockedAt != nil {
		return nil, s.problem(ctx, record.Invalid("record.invalid.study.locked"))
	}
	if err := st.Plan.Ready(); err != nil {
		return nil, s.problem(ctx, err)
	}
	films := slices.Clone(st.Plan.Films)
	for _, f := range films {
		r, err := s.Store.Recording(ctx, f)
		if errors.Is(err, store.ErrNotFound) { // deleted while the plan was open
			st.Plan.Films = slices.DeleteFunc(slices.Clone(st.Plan.Films), func(x string) bool { return x == f })
			continue
		}
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		if r.DurationS == nil {
			return nil, s.problem(ctx, record.Invalid("record.invalid.study.length"))
		}
	}
	if err := st.Plan.Ready(); err != nil {
		return nil, s.problem(ctx, err)
	}
	now := record.Micros(s.Now())
	st.LockedAt, st.Plan.Version = &now, s.Version
	was := st.Hash
	st.Hash = st.Plan.Sum()
	if err := s.Store.SaveStudy(ctx, st, was, s.note(ctx, "locked", st.Hash)); err != nil {
		return nil, s.problem(ctx, err)
	}
	s.Auth.Note(ctx, "lock", "study "+st.ID, "")
	return s.study(ctx, in.Study)
}

// studyReport is refused to a rater who is not finished: the figures tell which films
// are hard.
func (s *Server) studyReport(ctx context.Context, id string) (*work.StudyReport, error) {
	if err := s.staff(ctx, "problem.staff.study", ""); err != nil {
		return nil, err
	}
	st, err := s.Store.Study(ctx, id)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if st.LockedAt == nil {
		return nil, huma.Error409Conflict(words.From(ctx).Say("problem.server.unlocked"))
	}
	rep, err := s.Work.StudyReport(ctx, st)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if who := account.From(ctx); who.ID != account.Local.ID && slices.Contains(st.Plan.Raters, who.Name) && rep.Finished[who.Name] < rep.Looks {
		return nil, huma.Error409Conflict(words.From(ctx).Say("problem.server.blind"))
	}
	return rep, nil
}
