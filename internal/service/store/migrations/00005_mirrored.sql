-- +goose Up
-- Whether a film is mirrored may not be known: then it is null.
ALTER TABLE recording ADD COLUMN mirrored_or_null BOOLEAN;
UPDATE recording SET mirrored_or_null = mirrored;
ALTER TABLE recording DROP COLUMN mirrored;
ALTER TABLE recording RENAME COLUMN mirrored_or_null TO mirrored;

-- +goose Down
ALTER TABLE recording ADD COLUMN mirrored_known BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE recording SET mirrored_known = COALESCE(mirrored, FALSE);
ALTER TABLE recording DROP COLUMN mirrored;
ALTER TABLE recording RENAME COLUMN mirrored_known TO mirrored;
