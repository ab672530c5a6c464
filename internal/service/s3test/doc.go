// Package s3test runs an S3 server for tests (versitygw): on loopback, with a
// folder of its own, and gone with the test's process.
package s3test
