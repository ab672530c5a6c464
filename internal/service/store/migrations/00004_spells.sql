-- +goose Up
-- How often both eyes closed for long or many times in a row: in a film without
-- a spasm these are the finding. Of films measured before it is not known.
ALTER TABLE recording ADD COLUMN spells BIGINT;

-- +goose Down
ALTER TABLE recording DROP COLUMN spells;
