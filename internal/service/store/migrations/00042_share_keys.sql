-- +goose Up
-- Key pairs for files that others send: what is sealed for the public key is opened by the
-- secret one.
CREATE TABLE share_key (
  id TEXT PRIMARY KEY,
  public TEXT NOT NULL,
  secret TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  sealed TEXT NOT NULL DEFAULT ''
);

-- +goose Down
DROP TABLE share_key;
