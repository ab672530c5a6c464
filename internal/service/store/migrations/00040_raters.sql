-- +goose NO TRANSACTION
-- +goose Up
-- An account may be a rater's, who belongs to no person and sees only the films of the
-- studies that they rate for. SQLite cannot change a table's checks: the table is
-- written again. Ended on its way, all of it is done again.
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS account_with_raters;
CREATE TABLE account_with_raters (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  folded TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  person_id TEXT REFERENCES person (id) ON DELETE CASCADE,
  password TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  must_change BOOLEAN NOT NULL DEFAULT FALSE,
  totp TEXT NOT NULL DEFAULT '',
  totp_step BIGINT NOT NULL DEFAULT 0,
  email TEXT NOT NULL DEFAULT '',
  subject TEXT,
  sealed TEXT NOT NULL DEFAULT '',
  CHECK (role IN ('patient', 'clinician', 'admin', 'rater')),
  CHECK ((role = 'patient') = (person_id IS NOT NULL))
);
INSERT INTO account_with_raters (id, name, folded, role, person_id, password, epoch, created_at, must_change, totp, totp_step, email, subject, sealed)
SELECT id, name, folded, role, person_id, password, epoch, created_at, must_change, totp, totp_step, email, subject, sealed FROM account;
DROP TABLE account;
ALTER TABLE account_with_raters RENAME TO account;
CREATE INDEX account_by_person ON account (person_id);
CREATE UNIQUE INDEX account_by_subject ON account (subject);
COMMIT;
PRAGMA foreign_keys = ON;

-- +goose Down
DELETE FROM account WHERE role = 'rater';
