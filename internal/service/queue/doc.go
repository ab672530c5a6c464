// Package queue runs long work one piece after the other: River over the same
// database as everything else, so that a job is written in the transaction of
// the row that it is about.
//
// On SQLite one process works on a data folder (the folder's lock sees to that).
// So jobs that stand as running when the queue starts belong to a process that
// died: they are made available again at once.
//
// On PostgreSQL any number of processes take jobs, each job one of them. A process
// says every few seconds which jobs it does; a job of which nothing is heard for
// the length of a lease goes to another, and [Queue.Holds] keeps the first from
// writing its result. Canceling reaches a job in whatever process it runs.
//
// A job whose process dies three times is given up; the worker finds the recording
// without a job and says so.
package queue
