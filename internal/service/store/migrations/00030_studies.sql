-- +goose Up
-- Marks that came from other programs, one line a file and rater: events as JSON.
CREATE TABLE mark_set (
  id TEXT PRIMARY KEY,
  recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
  rater TEXT NOT NULL,
  at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  body TEXT NOT NULL,
  sealed TEXT NOT NULL DEFAULT ''
);
CREATE INDEX mark_set_by_recording ON mark_set (recording_id, id);

-- A study's plan as JSON; once locked, the plan's hash.
CREATE TABLE study (
  id TEXT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  plan TEXT NOT NULL,
  locked_at BIGINT,
  hash TEXT NOT NULL
);

-- What was done to a study, in order; nothing is taken out.
CREATE TABLE study_log (
  id TEXT PRIMARY KEY,
  study_id TEXT NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  what TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX study_log_by_study ON study_log (study_id, id);

-- One look of a rater at a film. The film may be deleted later; the rating stays.
CREATE TABLE study_rating (
  study_id TEXT NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  rater TEXT NOT NULL,
  n BIGINT NOT NULL,
  recording_id TEXT NOT NULL,
  done_at BIGINT,
  body TEXT NOT NULL,
  sealed TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (study_id, rater, n)
);

-- +goose Down
DROP TABLE study_rating;
DROP TABLE study_log;
DROP TABLE study;
DROP TABLE mark_set;
