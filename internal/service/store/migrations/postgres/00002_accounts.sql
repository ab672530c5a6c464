-- +goose Up
-- An account's folded name is the name as two people would take it for the
-- same. epoch is counted up when every session of the account is to end.
CREATE TABLE account (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  folded TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  person_id TEXT REFERENCES person (id) ON DELETE CASCADE,
  password TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  CHECK (role IN ('patient', 'clinician', 'admin')),
  CHECK ((role = 'patient') = (person_id IS NOT NULL))
);
CREATE INDEX account_by_person ON account (person_id);

-- Names of clinicians and administrators whose accounts are gone, so that the
-- audit log can still say who it was.
CREATE TABLE former_account (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  removed_at BIGINT NOT NULL
);

-- token is a hash: who reads the table cannot take a session over.
CREATE TABLE session (
  token TEXT PRIMARY KEY,
  account_id TEXT REFERENCES account (id) ON DELETE CASCADE,
  epoch BIGINT NOT NULL,
  data TEXT NOT NULL,
  began_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_account ON session (account_id);
CREATE INDEX session_by_end ON session (expires_at);

CREATE TABLE passkey (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  credential TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX passkey_by_account ON passkey (account_id);

-- Lines are added and never changed or taken out, which the triggers hold even
-- against the program itself. Ids outlive what they name.
CREATE TABLE audit (
  id TEXT PRIMARY KEY,
  at BIGINT NOT NULL,
  account_id TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  person_id TEXT,
  detail TEXT NOT NULL
);
CREATE INDEX audit_by_time ON audit (at, id);
CREATE INDEX audit_by_person ON audit (person_id, at, id);
-- +goose StatementBegin
CREATE FUNCTION audit_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is only added to';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_added();
CREATE TRIGGER audit_stays BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added();

-- Texts are put in order by their bytes, whatever the database's language is.
ALTER TABLE person ALTER COLUMN search TYPE TEXT COLLATE "C";
ALTER TABLE account ALTER COLUMN folded TYPE TEXT COLLATE "C";
ALTER TABLE trash ALTER COLUMN key TYPE TEXT COLLATE "C";

-- +goose Down
DROP TABLE audit;
DROP FUNCTION audit_only_added;
DROP TABLE passkey;
DROP TABLE session;
DROP TABLE former_account;
DROP TABLE account;
