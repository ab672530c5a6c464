package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"facialis/agreement"
	"facialis/internal/service/record"
)

// AddMarks adds marks that came from another program.
func (s *Store) AddMarks(ctx context.Context, rec string, m *record.MarkSet) error {
	r, err := s.Recording(ctx, rec)
	if err != nil {
		return fmt.Errorf("adding marks: %w", err)
	}
	return s.Tx(ctx, func(tx *sql.Tx) error { return s.AddMarksTx(ctx, tx, r.PersonID, rec, m) })
}

// AddMarksTx is [Store.AddMarks] within a transaction, for a recording of that person.
func (s *Store) AddMarksTx(ctx context.Context, tx *sql.Tx, person, rec string, m *record.MarkSet) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("adding marks: %w", err)
	}
	c, err := s.Hide(person, "mark_set", m.ID, Columns{"rater": m.Rater, "made_by": m.By, "body": string(body)})
	if err != nil {
		return fmt.Errorf("adding marks: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO mark_set (id, recording_id, rater, at, made_by, body, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		m.ID, rec, c["rater"], micros(m.At), c["made_by"], c["body"], c["sealed"]); err != nil {
		return fmt.Errorf("adding marks: %w", err)
	}
	return nil
}

func (s *Store) scanMarks(row scanner) (record.MarkSet, error) {
	var m record.MarkSet
	var id, body, text string
	if err := row.Scan(&id, &body, &text); err != nil {
		return m, err
	}
	if err := s.Open("mark_set", id, text, Columns{"body": &body}); err != nil {
		return m, err
	}
	return m, json.Unmarshal([]byte(body), &m)
}

// Marks are the marks of a recording from other programs, the oldest first.
func (s *Store) Marks(ctx context.Context, rec string) ([]record.MarkSet, error) {
	return list(ctx, s.r, s.scanMarks, `SELECT id, body, sealed FROM mark_set WHERE recording_id = $1 ORDER BY id`, rec)
}

// DeleteMarks deletes one set of marks of a recording.
func (s *Store) DeleteMarks(ctx context.Context, rec, id string) error {
	res, err := s.w.ExecContext(ctx, `DELETE FROM mark_set WHERE recording_id = $1 AND id = $2`, rec, id)
	return changed("marks", res, err)
}

const studyColumns = `id, created_at, created_by, plan, locked_at, hash`

func scanStudy(row scanner) (record.Study, error) {
	var st record.Study
	var created int64
	var locked sql.NullInt64
	var plan string
	if err := row.Scan(&st.ID, &created, &st.CreatedBy, &plan, &locked, &st.Hash); err != nil {
		return st, err
	}
	st.CreatedAt, st.LockedAt = at(created), atPtr(locked)
	return st, json.Unmarshal([]byte(plan), &st.Plan)
}

// Studies are all studies, the latest first.
func (s *Store) Studies(ctx context.Context) ([]record.Study, error) {
	return list(ctx, s.r, scanStudy, `SELECT `+studyColumns+` FROM study ORDER BY id DESC`)
}

// Study is one study.
func (s *Store) Study(ctx context.Context, id string) (*record.Study, error) {
	st, err := scanStudy(s.r.QueryRowContext(ctx, `SELECT `+studyColumns+` FROM study WHERE id = $1`, id))
	return &st, one("a study", err)
}

// SaveStudy writes a study, new or changed, and the line of its log that says so. A
// study that is locked elsewhere in the meantime is not overwritten: was is the hash
// that it had when it was read.
func (s *Store) SaveStudy(ctx context.Context, st *record.Study, was string, note *record.StudyNote) error {
	plan, err := json.Marshal(&st.Plan)
	if err != nil {
		return fmt.Errorf("writing a study: %w", err)
	}
	return s.Tx(ctx, func(tx *sql.Tx) error {
		if note.What == "made" {
			_, err = tx.ExecContext(ctx, `INSERT INTO study (`+studyColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
				st.ID, micros(st.CreatedAt), st.CreatedBy, string(plan), microsPtr(st.LockedAt), st.Hash)
			if err != nil {
				return fmt.Errorf("adding a study: %w", err)
			}
		} else {
			res, err := tx.ExecContext(ctx, `UPDATE study SET plan = $1, locked_at = $2, hash = $3 WHERE id = $4 AND hash = $5`,
				string(plan), microsPtr(st.LockedAt), st.Hash, st.ID, was)
			if err := changed("a study", res, err); err != nil {
				return err
			}
		}
		return addNote(ctx, tx, st.ID, note)
	})
}

func addNote(ctx context.Context, tx *sql.Tx, study string, n *record.StudyNote) error {
	if _, err := tx.ExecContext(ctx, `INSERT INTO study_log (id, study_id, at, made_by, what, detail) VALUES ($1, $2, $3, $4, $5, $6)`,
		n.ID, study, micros(n.At), n.By, n.What, n.Detail); err != nil {
		return fmt.Errorf("writing a study's log: %w", err)
	}
	return nil
}

// DeleteStudy deletes a study that was never locked.
func (s *Store) DeleteStudy(ctx context.Context, id string) error {
	res, err := s.w.ExecContext(ctx, `DELETE FROM study WHERE id = $1 AND locked_at IS NULL`, id)
	return changed("a study", res, err)
}

// StudyLog is a study's log, the oldest line first.
func (s *Store) StudyLog(ctx context.Context, id string) ([]record.StudyNote, error) {
	return list(ctx, s.r, func(row scanner) (record.StudyNote, error) {
		var n record.StudyNote
		var when int64
		err := row.Scan(&n.ID, &when, &n.By, &n.What, &n.Detail)
		n.At = at(when)
		return n, err
	}, `SELECT id, at, made_by, what, detail FROM study_log WHERE study_id = $1 ORDER BY id`, id)
}

// Ratings are a study's ratings; only those of one rater where rater is not empty.
func (s *Store) Ratings(ctx context.Context, study, rater string) ([]record.StudyRating, error) {
	return list(ctx, s.r, func(row scanner) (record.StudyRating, error) {
		_, r, err := s.scanRating(row)
		return r, err
	}, `SELECT study_id, rater, n, recording_id, done_at, body, sealed FROM study_rating WHERE study_id = $1 AND ($2 = '' OR rater = $3) ORDER BY rater, n`, study, rater, rater)
}

// FilmRating is a rating with the study that it belongs to.
type FilmRating struct {
	Study string
	record.StudyRating
}

// RatingsOf are the ratings of a recording in all studies.
func (s *Store) RatingsOf(ctx context.Context, rec string) ([]FilmRating, error) {
	return list(ctx, s.r, func(row scanner) (FilmRating, error) {
		study, r, err := s.scanRating(row)
		return FilmRating{study, r}, err
	}, `SELECT study_id, rater, n, recording_id, done_at, body, sealed FROM study_rating WHERE recording_id = $1 ORDER BY study_id, rater, n`, rec)
}

func (s *Store) scanRating(row scanner) (string, record.StudyRating, error) {
	var r record.StudyRating
	var done sql.NullInt64
	var study, body, text string
	if err := row.Scan(&study, &r.Rater, &r.N, &r.RecordingID, &done, &body, &text); err != nil {
		return "", r, err
	}
	if err := s.Open("study_rating", ratingRow(study, &r), text, Columns{"body": &body}); err != nil {
		return "", r, err
	}
	who, n := r.Rater, r.N
	err := json.Unmarshal([]byte(body), &r)
	r.Rater, r.N, r.DoneAt = who, n, atPtr(done)
	return study, r, err
}

// EraseRatings deletes the ratings of recordings that are deleted for good, within a
// transaction. The lines of the studies' logs stay: they hold no answer.
func EraseRatings(ctx context.Context, tx *sql.Tx, recs []string) error {
	for _, r := range recs {
		if _, err := tx.ExecContext(ctx, `DELETE FROM study_rating WHERE recording_id = $1`, r); err != nil {
			return fmt.Errorf("erasing ratings: %w", err)
		}
	}
	return nil
}

// NoteFilms writes into the log of every locked study with one of the recordings what
// became of them, within a transaction.
func (s *Store) NoteFilms(ctx context.Context, tx *sql.Tx, recs []string, what string, at time.Time) error {
	rows, err := tx.QueryContext(ctx, `SELECT `+studyColumns+` FROM study WHERE locked_at IS NOT NULL ORDER BY id`)
	if err != nil {
		return fmt.Errorf("reading studies: %w", err)
	}
	defer rows.Close()
	notes := map[string]*record.StudyNote{}
	for rows.Next() {
		st, err := scanStudy(rows)
		if err != nil {
			return fmt.Errorf("reading studies: %w", err)
		}
		var films []string
		for _, f := range st.Plan.Films {
			if slices.Contains(recs, f) {
				films = append(films, f)
			}
		}
		if len(films) == 0 {
			continue
		}
		detail, err := json.Marshal(map[string]any{"films": films})
		if err != nil {
			return fmt.Errorf("writing a study's log: %w", err)
		}
		notes[st.ID] = &record.StudyNote{ID: record.NewID(), At: record.Micros(at), By: agreement.Program, What: what, Detail: string(detail)}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("reading studies: %w", err)
	}
	for id, n := range notes {
		if err := addNote(ctx, tx, id, n); err != nil {
			return err
		}
	}
	return nil
}

// ratingRow is the primary key of a rating.
func ratingRow(study string, r *record.StudyRating) string {
	return fmt.Sprintf("%s/%s/%d", study, r.Rater, r.N)
}

// SaveRating writes a rating that is not finished yet. A finished one stays as it is and
// gives [ErrNotFound]. note is written with it where it is not nil.
func (s *Store) SaveRating(ctx context.Context, study string, r *record.StudyRating, note *record.StudyNote) error {
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("writing a rating: %w", err)
	}
	film, err := s.Recording(ctx, r.RecordingID)
	if err != nil {
		return fmt.Errorf("writing a rating: %w", err)
	}
	c, err := s.Hide(film.PersonID, "study_rating", ratingRow(study, r), Columns{"body": string(body)})
	if err != nil {
		return fmt.Errorf("writing a rating: %w", err)
	}
	return s.Tx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `INSERT INTO study_rating (study_id, rater, n, recording_id, done_at, body, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (study_id, rater, n) DO UPDATE SET done_at = excluded.done_at, body = excluded.body, sealed = excluded.sealed WHERE study_rating.done_at IS NULL`,
			study, r.Rater, r.N, r.RecordingID, microsPtr(r.DoneAt), c["body"], c["sealed"])
		if err := changed("a rating", res, err); err != nil || note == nil {
			return err
		}
		return addNote(ctx, tx, study, note)
	})
}
