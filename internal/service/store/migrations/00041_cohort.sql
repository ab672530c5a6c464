-- +goose Up
-- The table over everybody: people by code, and each one's recordings by date.
CREATE INDEX person_by_code ON person (code, id);
CREATE INDEX recording_by_date ON recording (person_id, (COALESCE(recorded_at, created_at)), id);

-- +goose Down
DROP INDEX recording_by_date;
DROP INDEX person_by_code;
