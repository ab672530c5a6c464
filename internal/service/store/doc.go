// Package store keeps people, recordings, corrections, answers and diaries in a
// database. It is the only package that speaks SQL, but for the queue and for
// internal/service/account, which keep tables of their own in the same file.
//
// The SQL keeps to what SQLite and PostgreSQL both understand: ids are TEXT,
// times BIGINT microseconds UTC, JSON is TEXT, parameters are $1, $2. One
// transaction writes at a time, on either database, in whatever process it is;
// others read beside it. Everything that belongs together is written in one
// transaction, a new recording's job too.
//
// In an encrypted data folder ([Store.Seal]) what a row says about a person is
// sealed by that person's key before it is written, and opened where it is read:
// see [Store.Hide], [Store.Change] and [Store.Open].
//
// Migrations are written once; where PostgreSQL needs other words, a file of the
// same name in migrations/postgres stands in. A migration that takes something
// away from programs that still run says so (see [ErrTooOld]): first a version
// that no longer needs it is rolled out, then the one that takes it away.
//
// In SQLite what is deleted is overwritten (secure_delete), and the journal is
// emptied after it. PostgreSQL overwrites when it vacuums.
package store
