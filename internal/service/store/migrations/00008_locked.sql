-- +goose Up
-- What an account needs beside its name and role. subject is who the account is
-- for a sign-in service of somebody else: "issuer subject". totp is the secret of
-- one-time codes, totp_step the last step of time whose code was used.
ALTER TABLE account ADD COLUMN must_change BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE account ADD COLUMN totp TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN subject TEXT;
CREATE UNIQUE INDEX account_by_subject ON account (subject);

-- What a session shows of itself to its owner, and how they signed in.
ALTER TABLE session ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN factor TEXT NOT NULL DEFAULT 'password';
ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN agent TEXT NOT NULL DEFAULT '';

-- A link with which a password is chosen, once. token is a hash.
CREATE TABLE invitation (
  token TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  epoch BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX invitation_by_account ON invitation (account_id);

ALTER TABLE audit ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN before TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN after TEXT NOT NULL DEFAULT '';

-- Since when a person or an account has a name, so that the audit log can say
-- what it was at the time. A person's names go with the person.
CREATE TABLE name_since (
  id TEXT NOT NULL,
  since BIGINT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (id, since)
);
INSERT INTO name_since (id, since, name) SELECT id, 0, COALESCE(NULLIF(name, ''), code) FROM person;
INSERT INTO name_since (id, since, name) SELECT id, 0, name FROM account;
INSERT INTO name_since (id, since, name) SELECT id, 0, name FROM former_account;

-- +goose Down
DROP TABLE name_since;
DROP TABLE invitation;
ALTER TABLE audit DROP COLUMN after;
ALTER TABLE audit DROP COLUMN before;
ALTER TABLE audit DROP COLUMN address;
ALTER TABLE session DROP COLUMN agent;
ALTER TABLE session DROP COLUMN address;
ALTER TABLE session DROP COLUMN factor;
ALTER TABLE session DROP COLUMN id;
DROP INDEX account_by_subject;
ALTER TABLE account DROP COLUMN subject;
ALTER TABLE account DROP COLUMN email;
ALTER TABLE account DROP COLUMN totp_step;
ALTER TABLE account DROP COLUMN totp;
ALTER TABLE account DROP COLUMN must_change;
