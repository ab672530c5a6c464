-- +goose Up
-- least is the lowest form of the database (the number of a migration) that a
-- program has to know to work on it.
CREATE TABLE program (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  least BIGINT NOT NULL
);
INSERT INTO program (id, least) VALUES (1, 0);

-- The processes that work on the database: form is the last migration that each
-- knows, seen when it last said so.
CREATE TABLE member (
  id TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  kind TEXT NOT NULL,
  version TEXT NOT NULL,
  form BIGINT NOT NULL,
  since BIGINT NOT NULL,
  seen BIGINT NOT NULL
);

-- +goose Down
DROP TABLE member;
DROP TABLE program;
