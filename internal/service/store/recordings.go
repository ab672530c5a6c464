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
duration_s, width, height, frame_rate, state, problem, attempts, analysis, usable, rate_per_min, spasms, spells, corrected, consent, turn_deg, from_s, to_s, night, sealed`

func (s *Store) scanRecording(row scanner) (record.Recording, error) {
	var r record.Recording
	var recorded sql.NullInt64
	var created int64
	var face, protocol, problem, consent, night sql.Null[string]
	var duration, rate, perMin, from, to sql.Null[float64]
	var width, height, spasms, spells, turn sql.Null[int]
	var usable sql.Null[bool]
	var tasks, text string
	err := row.Scan(&r.ID, &r.PersonID, &r.Label, &recorded, &created, &r.Bytes, &r.Type, &r.SHA256, &r.Mirrored, &face, &protocol, &tasks,
		&duration, &width, &height, &rate, &r.State, &problem, &r.Attempts, &r.Analysis, &usable, &perMin, &spasms, &spells, &r.Corrected, &consent, &turn, &from, &to, &night, &text)
	if err == nil {
		err = s.Open("recording", r.ID, text, Columns{"label": &r.Label, "sha256": &r.SHA256, "face": &face, "protocol": &protocol, "tasks": &tasks, "consent": &consent, "night": &night,
			"duration_s": &duration, "width": &width, "height": &height, "frame_rate": &rate, "problem": &problem, "rate_per_min": &perMin, "spasms": &spasms, "spells": &spells})
	}
	if err != nil {
		return r, err
	}
	r.RecordedAt, r.CreatedAt = atPtr(recorded), at(created)
	r.Face, r.Protocol, r.Problem = ptr(face), ptr(protocol), ptr(problem)
	r.DurationS, r.FrameRate, r.RatePerMin = ptr(duration), ptr(rate), ptr(perMin)
	r.Width, r.Height, r.Spasms, r.Spells, r.Usable = ptr(width), ptr(height), ptr(spasms), ptr(spells), ptr(usable)
	r.TurnDeg, r.FromS, r.ToS = ptr(turn), ptr(from), ptr(to)
	if consent.Valid {
		if err := json.Unmarshal([]byte(consent.V), &r.Consent); err != nil {
			return r, err
		}
	}
	if night.Valid {
		if err := json.Unmarshal([]byte(night.V), &r.Night); err != nil {
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

// maybeJSON is what the store keeps of a value as JSON; nil where there is none.
func maybeJSON[T any](v *T) (*string, error) {
	if v == nil {
		return nil, nil
	}
	b, err := json.Marshal(v)
	s := string(b)
	return &s, err
}

// AddRecording adds a recording within a transaction.
func (s *Store) AddRecording(ctx context.Context, tx *sql.Tx, r *record.Recording) error {
	tasks, err := tasksJSON(r.Tasks)
	if err != nil {
		return fmt.Errorf("adding a recording: %w", err)
	}
	consent, err := maybeJSON(r.Consent)
	if err != nil {
		return fmt.Errorf("adding a recording: %w", err)
	}
	night, err := maybeJSON(r.Night)
	if err != nil {
		return fmt.Errorf("adding a recording: %w", err)
	}
	c, err := s.Hide(r.PersonID, "recording", r.ID, Columns{"label": r.Label, "sha256": r.SHA256, "face": r.Face, "protocol": r.Protocol, "tasks": tasks, "consent": consent, "night": night,
		"duration_s": r.DurationS, "width": r.Width, "height": r.Height, "frame_rate": r.FrameRate, "problem": r.Problem, "rate_per_min": r.RatePerMin, "spasms": r.Spasms, "spells": r.Spells})
	if err != nil {
		return fmt.Errorf("adding a recording: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO recording (`+recordingColumns+`)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31)`,
		r.ID, r.PersonID, c["label"], microsPtr(r.RecordedAt), micros(r.CreatedAt), r.Bytes, r.Type, c["sha256"], r.Mirrored, c["face"], c["protocol"], c["tasks"],
		c["duration_s"], c["width"], c["height"], c["frame_rate"], r.State, c["problem"], r.Attempts, r.Analysis, r.Usable, c["rate_per_min"], c["spasms"], c["spells"], r.Corrected, c["consent"], r.TurnDeg, r.FromS, r.ToS, c["night"], c["sealed"])
	if err != nil {
		return fmt.Errorf("adding a recording: %w", err)
	}
	return nil
}

// Recordings are a person's recordings, the latest first.
func (s *Store) Recordings(ctx context.Context, person string) ([]record.Recording, error) {
	return list(ctx, s.r, s.scanRecording, `SELECT `+recordingColumns+` FROM recording WHERE person_id = $1
ORDER BY COALESCE(recorded_at, created_at) DESC, id DESC`, person)
}

// Unfinished are the recordings whose analysis is not over.
func (s *Store) Unfinished(ctx context.Context) ([]record.Recording, error) {
	return list(ctx, s.r, s.scanRecording, `SELECT `+recordingColumns+` FROM recording WHERE state IN ('queued', 'analysing') ORDER BY id`)
}

// Recording is one recording.
func (s *Store) Recording(ctx context.Context, id string) (*record.Recording, error) {
	r, err := s.scanRecording(s.r.QueryRowContext(ctx, `SELECT `+recordingColumns+` FROM recording WHERE id = $1`, id))
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
	consent, err := maybeJSON(f.Consent)
	if err != nil {
		return fmt.Errorf("writing a recording: %w", err)
	}
	night, err := maybeJSON(f.Night)
	if err != nil {
		return fmt.Errorf("writing a recording: %w", err)
	}
	return s.Tx(ctx, func(tx *sql.Tx) error {
		c, err := s.Change(ctx, tx, "recording", id, Columns{"label": f.Label, "face": f.Face, "protocol": f.Protocol, "tasks": tasks, "consent": consent, "night": night})
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE recording SET label = $1, recorded_at = $2, mirrored = $3, face = $4, protocol = $5, tasks = $6, consent = $7, turn_deg = $8, from_s = $9, to_s = $10, night = $11, sealed = $12 WHERE id = $13`,
			c["label"], microsPtr(f.RecordedAt), f.Mirrored, c["face"], c["protocol"], c["tasks"], c["consent"], f.TurnDeg, f.FromS, f.ToS, c["night"], c["sealed"], id)
		return changed("a recording", res, err)
	})
}

// SetState writes how far an analysis is, and why it failed.
func (s *Store) SetState(ctx context.Context, id string, state record.State, problem *string, attempts int) error {
	return s.Tx(ctx, func(tx *sql.Tx) error { return s.SetStateTx(ctx, tx, id, state, problem, attempts) })
}

// SetStateTx writes how far an analysis is within a transaction.
func (s *Store) SetStateTx(ctx context.Context, tx *sql.Tx, id string, state record.State, problem *string, attempts int) error {
	c, err := s.Change(ctx, tx, "recording", id, Columns{"problem": problem})
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `UPDATE recording SET state = $1, problem = $2, attempts = $3, sealed = $4 WHERE id = $5`, state, c["problem"], attempts, c["sealed"], id)
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
		c, err := s.Change(ctx, tx, "recording", r.ID, Columns{"problem": nil, "rate_per_min": r.RatePerMin, "spasms": r.Spasms, "spells": r.Spells,
			"duration_s": r.DurationS, "width": r.Width, "height": r.Height, "frame_rate": r.FrameRate})
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE recording SET state = 'done', problem = NULL, analysis = $1, usable = $2, rate_per_min = $3, spasms = $4,
spells = $5, duration_s = $6, width = $7, height = $8, frame_rate = $9, corrected = $10, sealed = $11 WHERE id = $12`,
			r.Analysis, r.Usable, c["rate_per_min"], c["spasms"], c["spells"], c["duration_s"], c["width"], c["height"], c["frame_rate"], r.Corrected, c["sealed"], r.ID)
		if err := changed("a recording", res, err); err != nil || then == nil {
			return err
		}
		return then(tx)
	})
}

// SetFile writes what a recording's file is, where it was not known when the
// recording was added.
func (s *Store) SetFile(ctx context.Context, r *record.Recording) error {
	return s.Tx(ctx, func(tx *sql.Tx) error {
		c, err := s.Change(ctx, tx, "recording", r.ID, Columns{"sha256": r.SHA256, "duration_s": r.DurationS, "width": r.Width, "height": r.Height, "frame_rate": r.FrameRate})
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE recording SET bytes = $1, type = $2, sha256 = $3, duration_s = $4, width = $5, height = $6, frame_rate = $7, sealed = $8 WHERE id = $9`,
			r.Bytes, r.Type, c["sha256"], c["duration_s"], c["width"], c["height"], c["frame_rate"], c["sealed"], r.ID)
		return changed("a recording", res, err)
	})
}

// SetFigures writes the figures that follow the corrected events.
func (s *Store) SetFigures(ctx context.Context, r *record.Recording) error {
	return s.Tx(ctx, func(tx *sql.Tx) error {
		c, err := s.Change(ctx, tx, "recording", r.ID, Columns{"rate_per_min": r.RatePerMin, "spasms": r.Spasms, "spells": r.Spells})
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE recording SET rate_per_min = $1, spasms = $2, spells = $3, corrected = $4, sealed = $5 WHERE id = $6`,
			c["rate_per_min"], c["spasms"], c["spells"], r.Corrected, c["sealed"], r.ID)
		return changed("a recording", res, err)
	})
}

// Corrections are all corrections of a recording in the order in which they were
// made.
func (s *Store) Corrections(ctx context.Context, rec string) ([]record.Correction, error) {
	return list(ctx, s.r, func(row scanner) (record.Correction, error) {
		var c record.Correction
		var id, by, body, text string
		var when int64
		if err := row.Scan(&id, &when, &by, &body, &text); err != nil {
			return c, err
		}
		if err := s.Open("correction", id, text, Columns{"made_by": &by, "body": &body}); err != nil {
			return c, err
		}
		err := json.Unmarshal([]byte(body), &c)
		c.ID, c.At, c.By = id, at(when), by
		return c, err
	}, `SELECT id, at, made_by, body, sealed FROM correction WHERE recording_id = $1 ORDER BY seq`, rec)
}

// HasCorrection reports whether a correction's id is taken.
func (s *Store) HasCorrection(ctx context.Context, id string) (bool, error) {
	var n int
	err := s.r.QueryRowContext(ctx, `SELECT COUNT(*) FROM correction WHERE id = $1`, id).Scan(&n)
	return n > 0, one("a correction", err)
}

// AddCorrection adds a line to a recording's corrections.
func (s *Store) AddCorrection(ctx context.Context, rec string, c *record.Correction) error {
	return s.Tx(ctx, func(tx *sql.Tx) error { return s.AddCorrectionTx(ctx, tx, rec, c) })
}

// AddCorrectionTx adds a line to a recording's corrections within a transaction.
func (s *Store) AddCorrectionTx(ctx context.Context, tx *sql.Tx, rec string, c *record.Correction) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("adding a correction: %w", err)
	}
	var person string
	if err := tx.QueryRowContext(ctx, `SELECT person_id FROM recording WHERE id = $1`, rec).Scan(&person); err != nil {
		return one("a recording", err)
	}
	h, err := s.Hide(person, "correction", c.ID, Columns{"made_by": c.By, "body": string(body)})
	if err != nil {
		return fmt.Errorf("adding a correction: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO correction (id, recording_id, seq, at, made_by, body, sealed)
VALUES ($1, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM correction WHERE recording_id = $3), $4, $5, $6, $7)`,
		c.ID, rec, rec, micros(c.At), h["made_by"], h["body"], h["sealed"]); err != nil {
		return fmt.Errorf("adding a correction: %w", err)
	}
	return nil
}
