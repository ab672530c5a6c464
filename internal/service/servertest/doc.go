// Package servertest runs another program's server for tests: it starts the program in
// a process group of its own, waits until it answers, kills it as a power cut would, and
// sees to it that none outlives the test's process. Packages pgtest and s3test say which
// programs.
package servertest
