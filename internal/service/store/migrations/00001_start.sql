-- +goose Up
CREATE TABLE person (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  code TEXT NOT NULL,
  search TEXT NOT NULL,
  birth_year BIGINT,
  sex TEXT,
  affected_side TEXT,
  note TEXT NOT NULL,
  drawn BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX person_by_name ON person (search, id);

CREATE TABLE recording (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  recorded_at BIGINT,
  created_at BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  type TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  mirrored BOOLEAN NOT NULL,
  face TEXT,
  protocol TEXT,
  tasks TEXT NOT NULL,
  duration_s DOUBLE PRECISION,
  width BIGINT,
  height BIGINT,
  frame_rate DOUBLE PRECISION,
  state TEXT NOT NULL,
  problem TEXT,
  attempts BIGINT NOT NULL,
  analysis TEXT NOT NULL,
  usable BOOLEAN,
  rate_per_min DOUBLE PRECISION,
  spasms BIGINT,
  corrected BOOLEAN NOT NULL
);
CREATE INDEX recording_by_person ON recording (person_id, created_at);
CREATE INDEX recording_by_state ON recording (state);

CREATE TABLE upload (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL,
  size BIGINT NOT NULL,
  film TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  recording_id TEXT REFERENCES recording (id) ON DELETE CASCADE,
  UNIQUE (person_id, client_id)
);
CREATE INDEX upload_by_recording ON upload (recording_id);

CREATE TABLE correction (
  id TEXT PRIMARY KEY,
  recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (recording_id, seq)
);

CREATE TABLE answers (
  person_id TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
  given TEXT NOT NULL,
  skipped TEXT NOT NULL,
  authored BIGINT
);

CREATE TABLE entry (
  person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  tz_offset_min BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  data TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, id)
);
CREATE INDEX entry_by_time ON entry (person_id, at);
CREATE INDEX entry_by_change ON entry (person_id, changed_at);

-- Keys of blobs that are to be removed: written with the rows' deletion, taken
-- out when the files are gone.
CREATE TABLE trash (
  key TEXT PRIMARY KEY
);

-- +goose Down
DROP TABLE trash;
DROP TABLE entry;
DROP TABLE answers;
DROP TABLE correction;
DROP TABLE upload;
DROP TABLE recording;
DROP TABLE person;
