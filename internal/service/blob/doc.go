// Package blob keeps bytes under keys: films, what was computed from them, and
// films on their way in. A key is made by the program ("films/<id>/original"),
// never by a client.
//
// There are two stores. [Dir] keeps files under one folder that no key can lead out
// of (os.Root). [S3] keeps objects on a server, for many machines at once; what
// another program has to read or write as a file passes through a folder of the
// machine's own meanwhile, the spool. Both hold to the same suite (package blobtest),
// and both can seal what they keep (package sealed).
package blob
