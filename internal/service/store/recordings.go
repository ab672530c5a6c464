package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"facialis/event"
	"facialis/internal/service/record"
)

const recordingColumns = `id, person_id, label, recorded_at, created_at, bytes, type, sha256, mirrored, face, protocol, tasks,
duration_s, width, height, frame_rate, state, problem, attempts, analysis, usable, rate_per_min, spasms, spells, corrected, consent`

func scanRecording(row scanner) (record.Recording, error) {
	var r record.Recording
	var recorded sql.NullInt64
	var created int64
	var face, protocol, problem, consent sql.Null[string]
	var duration, rate, perMin sql.Null[float64]
	var width, height, spasms, spells sql.Null[int]
	var usable sql.Null[bool]
	var tasks string
	err := row.Scan(&r.ID, &r.PersonID, &r.Label, &recorded, &created, &r.Bytes, &r.Type, &r.SHA256, &r.Mirrored, &face, &protocol, &tasks,
		&duration, &width, &height, &rate, &r.State, &problem, &r.Attempts, &r.Analysis, &usable, &perMin, &spasms, &spells, &r.Corrected, &consent)
	if err != nil {
		return r, err
	}
	r.RecordedAt, r.CreatedAt = atPtr(recorded), at(created)
	r.Face, r.Protocol, r.Problem = ptr(face), ptr(protocol), ptr(problem)
	r.DurationS, r.FrameRate, r.RatePerMin = ptr(duration), ptr(rate), ptr(perMin)
	r.Width, r.Height, r.Spasms, r.Spells, r.Usable = ptr(width), ptr(height), ptr(spasms), ptr(spells), ptr(usable)
	if consent.Valid {
		if err := json.Unmarshal([]byte(consent.V), &r.Consent); err != nil {
			return r, err
		}
	}
	return r, json.Unmarshal([]byte(tasks), &r.Tasks)
}

func tasksJSON(t []event.Task) (string, error) {
	if t == nil {
		t = []event.Task{}
	}
	b, err := json.Marshal(t)
	return string(b), err
}

// consentJSON is what the store keeps of a consent; nil where none was asked.
func consentJSON(c *record.Consent) (*string, error) {
	if c == nil {
		return nil, nil
	}
	b, err := json.Marshal(c)
	s := string(b)
	return &s, err
}

// AddRecording adds a recording within a transaction.
func AddRecording(ctx context.Context, tx *sql.Tx, r *record.Recording) error {
	tasks, err := tasksJSON(r.Tasks)
	if err != nil {
		return fmt.Errorf("adding a recording: %w", err)
	}
	consent, err := consentJSON(r.Consent)
	if err != nil {
		return fmt.Errorf("adding a recording: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO recording (`+recordingColumns+`)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)`,
		r.ID, r.PersonID, r.Label, microsPtr(r.RecordedAt), micros(r.CreatedAt), r.Bytes, r.Type, r.SHA256, r.Mirrored, r.Face, r.Protocol, tasks,
		r.DurationS, r.Width, r.Height, r.FrameRate, r.State, r.Problem, r.Attempts, r.Analysis, r.Usable, r.RatePerMin, r.Spasms, r.Spells, r.Corrected, consent)
	if err != nil {
		return fmt.Errorf("adding a recording: %w", err)
	}
	return nil
}

// Recordings are a person's recordings, the latest first.
func (s *Store) Recordings(ctx context.Context, person string) ([]record.Recording, error) {
	return list(ctx, s.r, scanRecording, `SELECT `+recordingColumns+` FROM recording WHERE person_id = $1
ORDER BY COALESCE(recorded_at, created_at) DESC, id DESC`, person)
}

// Unfinished are the recordings whose analysis is not over.
func (s *Store) Unfinished(ctx context.Context) ([]record.Recording, error) {
	return list(ctx, s.r, scanRecording, `SELECT `+recordingColumns+` FROM recording WHERE state IN ('queued', 'analysing') ORDER BY id`)
}

// Recording is one recording.
func (s *Store) Recording(ctx context.Context, id string) (*record.Recording, error) {
	r, err := scanRecording(s.r.QueryRowContext(ctx, `SELECT `+recordingColumns+` FROM recording WHERE id = $1`, id))
	return &r, one("a recording", err)
}

// CountRecordings is the number of recordings of everybody.
func (s *Store) CountRecordings(ctx context.Context) (int, error) {
	var n int
	err := s.r.QueryRowContext(ctx, `SELECT COUNT(*) FROM recording`).Scan(&n)
	return n, one("the recordings", err)
}

// SaveFilm writes what people say of a recording.
func (s *Store) SaveFilm(ctx context.Context, id string, f *record.Film) error {
	tasks, err := tasksJSON(f.Tasks)
	if err != nil {
		return fmt.Errorf("writing a recording: %w", err)
	}
	consent, err := consentJSON(f.Consent)
	if err != nil {
		return fmt.Errorf("writing a recording: %w", err)
	}
	res, err := s.w.ExecContext(ctx, `UPDATE recording SET label = $1, recorded_at = $2, mirrored = $3, face = $4, protocol = $5, tasks = $6, consent = $7 WHERE id = $8`,
		f.Label, microsPtr(f.RecordedAt), f.Mirrored, f.Face, f.Protocol, tasks, consent, id)
	return changed("a recording", res, err)
}

// SetState writes how far an analysis is, and why it failed.
func (s *Store) SetState(ctx context.Context, id string, state record.State, problem *string, attempts int) error {
	return s.Tx(ctx, func(tx *sql.Tx) error { return SetState(ctx, tx, id, state, problem, attempts) })
}

// SetState writes how far an analysis is within a transaction.
func SetState(ctx context.Context, tx *sql.Tx, id string, state record.State, problem *string, attempts int) error {
	res, err := tx.ExecContext(ctx, `UPDATE recording SET state = $1, problem = $2, attempts = $3 WHERE id = $4`, state, problem, attempts, id)
	return changed("a recording", res, err)
}

// SetResult writes what an analysis found and that it is done. The former
// analysis' key goes into the trash. What then does is part of the same
// transaction; it may be nil.
func (s *Store) SetResult(ctx context.Context, r *record.Recording, then func(*sql.Tx) error, discard ...string) error {
	return s.Tx(ctx, func(tx *sql.Tx) error {
		if err := Discard(ctx, tx, discard...); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE recording SET state = 'done', problem = NULL, analysis = $1, usable = $2, rate_per_min = $3, spasms = $4,
spells = $5, duration_s = $6, width = $7, height = $8, frame_rate = $9, corrected = $10 WHERE id = $11`,
			r.Analysis, r.Usable, r.RatePerMin, r.Spasms, r.Spells, r.DurationS, r.Width, r.Height, r.FrameRate, r.Corrected, r.ID)
		if err := changed("a recording", res, err); err != nil || then == nil {
			return err
		}
		return then(tx)
	})
}

// SetFile writes what a recording's file is, where it was not known when the
// recording was added.
func (s *Store) SetFile(ctx context.Context, r *record.Recording) error {
	res, err := s.w.ExecContext(ctx, `UPDATE recording SET bytes = $1, sha256 = $2, duration_s = $3, width = $4, height = $5, frame_rate = $6 WHERE id = $7`,
		r.Bytes, r.SHA256, r.DurationS, r.Width, r.Height, r.FrameRate, r.ID)
	return changed("a recording", res, err)
}

// SetFigures writes the figures that follow the corrected events.
func (s *Store) SetFigures(ctx context.Context, r *record.Recording) error {
	res, err := s.w.ExecContext(ctx, `UPDATE recording SET rate_per_min = $1, spasms = $2, spells = $3, corrected = $4 WHERE id = $5`,
		r.RatePerMin, r.Spasms, r.Spells, r.Corrected, r.ID)
	return changed("a recording", res, err)
}

// Corrections are all corrections of a recording in the order in which they were
// made.
func (s *Store) Corrections(ctx context.Context, rec string) ([]record.Correction, error) {
	return list(ctx, s.r, func(row scanner) (record.Correction, error) {
		var c record.Correction
		var id, by, body string
		var when int64
		if err := row.Scan(&id, &when, &by, &body); err != nil {
			return c, err
		}
		err := json.Unmarshal([]byte(body), &c)
		c.ID, c.At, c.By = id, at(when), by
		return c, err
	}, `SELECT id, at, made_by, body FROM correction WHERE recording_id = $1 ORDER BY seq`, rec)
}

// HasCorrection reports whether a correction's id is taken.
func (s *Store) HasCorrection(ctx context.Context, id string) (bool, error) {
	var n int
	err := s.r.QueryRowContext(ctx, `SELECT COUNT(*) FROM correction WHERE id = $1`, id).Scan(&n)
	return n > 0, one("a correction", err)
}

// AddCorrection adds a line to a recording's corrections.
func (s *Store) AddCorrection(ctx context.Context, rec string, c *record.Correction) error {
	return s.Tx(ctx, func(tx *sql.Tx) error { return AddCorrection(ctx, tx, rec, c) })
}

// AddCorrection adds a line to a recording's corrections within a transaction.
func AddCorrection(ctx context.Context, tx *sql.Tx, rec string, c *record.Correction) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("adding a correction: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO correction (id, recording_id, seq, at, made_by, body)
VALUES ($1, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM correction WHERE recording_id = $3), $4, $5, $6)`,
		c.ID, rec, rec, micros(c.At), c.By, string(body)); err != nil {
		return fmt.Errorf("adding a correction: %w", err)
	}
	return nil
}
