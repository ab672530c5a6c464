// Package folder opens a data folder: the database, the films, and the lock that
// keeps a second process out.
package folder
