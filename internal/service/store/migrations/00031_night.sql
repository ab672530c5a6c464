-- +goose Up
-- Of a film of a night: who may look at it and what is kept of it, as JSON.
ALTER TABLE recording ADD COLUMN night TEXT;

-- +goose Down
ALTER TABLE recording DROP COLUMN night;
