-- +goose Up
-- In an encrypted data folder: what a row says about a person, sealed by their key.
-- The columns it stands for are empty then. '' is a row that is not encrypted.
ALTER TABLE person ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE recording ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE upload ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE correction ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE answers ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE entry ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE bin ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE former_account ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE passkey ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE name_since ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN sealed TEXT NOT NULL DEFAULT '';

-- Phones that a pairing code let in. token is a hash.
CREATE TABLE phone (
  id TEXT PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  paired_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  sealed TEXT NOT NULL DEFAULT ''
);

-- +goose Down
DROP TABLE phone;
ALTER TABLE audit DROP COLUMN sealed;
ALTER TABLE name_since DROP COLUMN sealed;
ALTER TABLE passkey DROP COLUMN sealed;
ALTER TABLE session DROP COLUMN sealed;
ALTER TABLE former_account DROP COLUMN sealed;
ALTER TABLE account DROP COLUMN sealed;
ALTER TABLE bin DROP COLUMN sealed;
ALTER TABLE entry DROP COLUMN sealed;
ALTER TABLE answers DROP COLUMN sealed;
ALTER TABLE correction DROP COLUMN sealed;
ALTER TABLE upload DROP COLUMN sealed;
ALTER TABLE recording DROP COLUMN sealed;
ALTER TABLE person DROP COLUMN sealed;
