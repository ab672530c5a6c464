-- +goose Up
-- How a film is turned and which part of it is measured, where somebody said so.
ALTER TABLE recording ADD COLUMN turn_deg INTEGER;
ALTER TABLE recording ADD COLUMN from_s DOUBLE PRECISION;
ALTER TABLE recording ADD COLUMN to_s DOUBLE PRECISION;

-- +goose Down
ALTER TABLE recording DROP COLUMN to_s;
ALTER TABLE recording DROP COLUMN from_s;
ALTER TABLE recording DROP COLUMN turn_deg;
