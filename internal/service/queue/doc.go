// Package queue runs long work one piece after the other: River over the same
// SQLite file as everything else, so that a job is written in the transaction of
// the row that it is about.
//
// One process works on a data folder (the folder's lock sees to that). So jobs
// that stand as running when the queue starts belong to a process that died:
// they are made available again at once. A job whose process dies three times
// is given up; the worker finds the recording without a job and says so.
package queue
