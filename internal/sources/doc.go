// Package sources tells whether a result kept on disk was made by the program as
// it is now.
//
// A benchmark that took an hour is worth keeping, and worth nothing once the code
// that made it has changed. [Version] reads the words of Go sources, without
// comments, white space and tests, into one short name: a result is kept under
// that name, and where the name is the same the result still holds.
package sources
