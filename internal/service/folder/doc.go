// Package folder opens a data folder: the database, the films, and the lock that
// keeps a second process out. It makes an encrypted folder of a plain one and back.
// [OpenShared] opens what many machines work on together instead, a PostgreSQL
// database and a store of films, where nothing is locked.
package folder
