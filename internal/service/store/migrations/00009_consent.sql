-- +goose Up
-- What the person, or who answers for them, allowed for a film, as JSON. Of films from
-- before it was asked nothing is known.
ALTER TABLE recording ADD COLUMN consent TEXT;

-- +goose Down
ALTER TABLE recording DROP COLUMN consent;
