// Package backup copies a data folder, also one that a server works on, and puts
// the copy back.
//
// A backup is a folder, or a tar file, with the database as it was at one moment
// (VACUUM INTO), every film with its results, and manifest.json, which lists each
// file with its SHA-256. Films are hard links where the disk is the same, since
// no file of a film is ever written in place. What is still on its way in is left
// out; whoever sends it sends it again. While a backup is made, nothing that it is
// about to read is removed (blob.Dir.Hold).
//
// Either way the new folder or file has a temporary name until it is whole and on
// disk: a process that is killed, or a disk that is full, leaves nothing that
// looks like a backup or a data folder.
package backup
