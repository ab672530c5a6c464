// Package pgtest runs a PostgreSQL server for tests: on loopback, in a folder of
// its own, as a user without rights, and gone with the test's process.
package pgtest
