package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"facialis/internal/service/record"
)

const uploadColumns = `id, person_id, client_id, size, film, created_at, recording_id, sealed`

func (s *Store) scanUpload(row scanner) (record.Upload, error) {
	var u record.Upload
	var film, text string
	var created int64
	var rec sql.Null[string]
	if err := row.Scan(&u.ID, &u.PersonID, &u.ClientID, &u.Size, &film, &created, &rec, &text); err != nil {
		return u, err
	}
	if err := s.Open("upload", u.ID, text, Columns{"client_id": &u.ClientID, "film": &film}); err != nil {
		return u, err
	}
	u.CreatedAt, u.RecordingID = at(created), ptr(rec)
	return u, json.Unmarshal([]byte(film), &u.Film)
}

// AddUpload adds an upload. The person's client ids are unique.
func (s *Store) AddUpload(ctx context.Context, u *record.Upload) error {
	film, err := json.Marshal(u.Film)
	if err != nil {
		return fmt.Errorf("adding an upload: %w", err)
	}
	c, err := s.Hide(u.PersonID, "upload", u.ID, Columns{"client_id": u.ClientID, "film": string(film)})
	if err != nil {
		return fmt.Errorf("adding an upload: %w", err)
	}
	if _, err := s.w.ExecContext(ctx, `INSERT INTO upload (`+uploadColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		u.ID, u.PersonID, c["client_id"], u.Size, c["film"], micros(u.CreatedAt), u.RecordingID, c["sealed"]); err != nil {
		return fmt.Errorf("adding an upload: %w", err)
	}
	return nil
}

// Upload is one upload.
func (s *Store) Upload(ctx context.Context, id string) (*record.Upload, error) {
	u, err := s.scanUpload(s.r.QueryRowContext(ctx, `SELECT `+uploadColumns+` FROM upload WHERE id = $1`, id))
	return &u, one("an upload", err)
}

// UploadByClient is the upload that a client named so, nil when there is none.
func (s *Store) UploadByClient(ctx context.Context, person, client string) (*record.Upload, error) {
	index, err := s.Index("upload", "client_id", client)
	if err != nil {
		return nil, err
	}
	u, err := s.scanUpload(s.r.QueryRowContext(ctx, `SELECT `+uploadColumns+` FROM upload WHERE person_id = $1 AND client_id = $2`, person, index))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &u, one("an upload", err)
}

// PersonUploads are a person's uploads.
func (s *Store) PersonUploads(ctx context.Context, person string) ([]record.Upload, error) {
	return list(ctx, s.r, s.scanUpload, `SELECT `+uploadColumns+` FROM upload WHERE person_id = $1 ORDER BY id`, person)
}

// StaleUploads are uploads that became nothing and began before a time.
func (s *Store) StaleUploads(ctx context.Context, before time.Time) ([]record.Upload, error) {
	return list(ctx, s.r, s.scanUpload, `SELECT `+uploadColumns+` FROM upload WHERE recording_id IS NULL AND created_at < $1`, micros(before))
}

// PendingBytes is the size of all films on their way in.
func (s *Store) PendingBytes(ctx context.Context) (int64, error) {
	var n int64
	err := s.r.QueryRowContext(ctx, `SELECT COALESCE(SUM(size), 0) FROM upload WHERE recording_id IS NULL`).Scan(&n)
	return n, one("the uploads", err)
}

// PersonBytes is the size of a person's films on their way in, how many those are,
// and the size of the films that are here, deleted ones that can be brought back
// left out.
func (s *Store) PersonBytes(ctx context.Context, person string) (pending, uploads, stored int64, err error) {
	err = s.r.QueryRowContext(ctx, `SELECT COALESCE((SELECT SUM(size) FROM upload WHERE person_id = $1 AND recording_id IS NULL), 0),
  (SELECT COUNT(*) FROM upload WHERE person_id = $2 AND recording_id IS NULL),
  COALESCE((SELECT SUM(bytes) FROM recording WHERE person_id = $3), 0)`, person, person, person).Scan(&pending, &uploads, &stored)
	return pending, uploads, stored, one("the uploads", err)
}

// FinishUpload makes the recording of an upload, and whatever also does in the
// same transaction: its job. An upload "" is a recording that was not uploaded.
func (s *Store) FinishUpload(ctx context.Context, upload string, r *record.Recording, also func(*sql.Tx) error) error {
	return s.Tx(ctx, func(tx *sql.Tx) error {
		if err := s.AddRecording(ctx, tx, r); err != nil {
			return err
		}
		if upload != "" {
			res, err := tx.ExecContext(ctx, `UPDATE upload SET recording_id = $1 WHERE id = $2 AND recording_id IS NULL`, r.ID, upload)
			if err := changed("an upload", res, err); err != nil {
				return err
			}
		}
		return also(tx)
	})
}
