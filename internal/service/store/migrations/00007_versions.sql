-- +goose Up
-- Other states of an entry that came beside the one that holds (JSON), and short
-- sums of every state that ever came, so that one that comes twice is known.
ALTER TABLE entry ADD COLUMN others TEXT NOT NULL DEFAULT '[]';
ALTER TABLE entry ADD COLUMN seen TEXT NOT NULL DEFAULT '[]';

-- +goose Down
ALTER TABLE entry DROP COLUMN seen;
ALTER TABLE entry DROP COLUMN others;
