-- +goose Up
-- What has been spent of the attempts to sign in, so that a restart forgives
-- nothing. slot is a keyed hash: no name and no address stands here.
CREATE TABLE attempt (
  bucket TEXT NOT NULL,
  slot BIGINT NOT NULL,
  paid BIGINT NOT NULL,
  PRIMARY KEY (bucket, slot)
);

-- The one secret of the server, from which its keys are drawn.
CREATE TABLE secret (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  value TEXT NOT NULL
);

-- +goose Down
DROP TABLE secret;
DROP TABLE attempt;
