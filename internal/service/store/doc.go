// Package store keeps people, recordings, corrections, answers and diaries in a
// database. It is the only package that speaks SQL, but for the queue and for
// internal/service/account, which keep tables of their own in the same file.
//
// The SQL keeps to what SQLite and PostgreSQL both understand: ids are TEXT,
// times BIGINT microseconds UTC, JSON is TEXT, parameters are $1, $2. One
// connection writes; others read beside it (WAL). Everything that belongs
// together is written in one transaction, a new recording's job too.
//
// What is deleted is overwritten (secure_delete), and the journal is emptied
// after it.
package store
