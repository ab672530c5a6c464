-- +goose Up
-- What was deleted and can still be brought back: its rows as JSON. The files of
-- its recordings stay where they are until it is deleted for good.
CREATE TABLE bin (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  person_id TEXT NOT NULL,
  name TEXT NOT NULL,
  deleted_at BIGINT NOT NULL,
  body TEXT NOT NULL,
  CHECK (kind IN ('person', 'recording'))
);
CREATE INDEX bin_by_time ON bin (deleted_at, id);
CREATE INDEX bin_by_person ON bin (person_id);

CREATE TABLE binned (
  recording_id TEXT PRIMARY KEY,
  bin_id TEXT NOT NULL REFERENCES bin (id) ON DELETE CASCADE
);
CREATE INDEX binned_by_bin ON binned (bin_id);

-- +goose Down
DROP TABLE binned;
DROP TABLE bin;
