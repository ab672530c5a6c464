// Package sealed encrypts a file so that any part of it can be read by itself
// and any changed byte is noticed.
//
// A file begins with a header of 48 bytes: a magic, the id of the key (16
// bytes) and a random id of the file (16 bytes). Records follow, each of at most
// 64 kB: four bytes with its length and whether it is the last one, a random
// nonce of 24 bytes, and the text sealed by XChaCha20-Poly1305. The key of the
// file is derived from the person's key and the whole header (HKDF with
// SHA-256). What is authenticated with each record is its number, where its text
// begins in the file, and its length. So records cannot be changed, left out,
// put in another order or taken from another file, and the last one vouches for
// the size of the whole.
//
// A file that arrives in pieces ([Append]) has no last record until [Finish]
// writes one. What a process that died left of a record is cut off by the next
// Append.
//
// Two things are not noticed: a whole file put in the place of another one of the
// same person, and an older state of the same file.
package sealed
