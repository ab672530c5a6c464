// Package keyring keeps the keys that seal what is stored of each person: a key
// for each person and one for what belongs to nobody. They are kept in one file
// beside the database, encrypted by age (filippo.io/age) to one identity.
//
// The identity comes from FACIALIS_KEY, from the file that FACIALIS_KEY_FILE
// names, or is kept in the key file itself, sealed by a passphrase that is asked
// for at start. To destroy a person's key is to write the file again without it
// ([Ring.Destroy]).
package keyring
