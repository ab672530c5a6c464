package store

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"

	"facialis/internal/service/keyring"
	"facialis/internal/service/sealed"

	"golang.org/x/crypto/chacha20poly1305"
)

// vault seals and opens rows; nil: the database is not encrypted.
type vault struct {
	keys  *keyring.Ring
	boxes sync.Map // sealed.ID to cipher.AEAD
}

// keyOf is the key for a row about a person. A key is made for a new person only:
// a line of the audit log about somebody who was deleted takes the key of nobody.
func (v *vault) keyOf(person, table string) (sealed.Key, error) {
	if person == "" || table == "person" {
		return v.keys.Of(person)
	}
	k, ok := v.keys.Made(person)
	switch {
	case ok:
		return k, nil
	case table == "audit":
		return v.keys.Of("")
	}
	return k, ErrKeyGone
}

// What the keys of the database are derived for.
const (
	rowsPurpose  = "facialis database rows/1"
	indexPurpose = "facialis database index/1"
)

func (v *vault) box(k sealed.Key) (cipher.AEAD, error) {
	if b, ok := v.boxes.Load(k.ID); ok {
		return b.(cipher.AEAD), nil
	}
	key, err := hkdf.Key(sha256.New, k.Secret[:], nil, rowsPurpose, chacha20poly1305.KeySize)
	if err != nil {
		return nil, fmt.Errorf("deriving the key of a row: %w", err)
	}
	b, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("using the key of a row: %w", err)
	}
	v.boxes.Store(k.ID, b)
	return b, nil
}

// place is what is authenticated with a sealed text: where it belongs.
func place(table, row string) []byte { return []byte(table + "\x00" + sealedColumn + "\x00" + row) }

var sealedText = base64.RawStdEncoding

// gone begins the text of a row that could not be opened when the database was
// decrypted, since its key had been destroyed.
const gone = "gone:"

// idBytes begin a sealed text: they name the key.
const idBytes = len(sealed.ID{})

func (v *vault) seal(k sealed.Key, table, row string, values map[string]driver.Value) (string, error) {
	b, err := v.box(k)
	if err != nil {
		return "", err
	}
	text := encodeRow(values)
	out := make([]byte, idBytes+chacha20poly1305.NonceSizeX, idBytes+chacha20poly1305.NonceSizeX+len(text)+b.Overhead())
	copy(out, k.ID[:])
	nonce := out[idBytes:]
	rand.Read(nonce) // never fails
	return sealedText.EncodeToString(b.Seal(out, nonce, text, place(table, row))), nil
}

func (v *vault) open(table, row, text string) (map[string]driver.Value, error) {
	if strings.HasPrefix(text, gone) {
		return nil, ErrKeyGone
	}
	data, err := sealedText.DecodeString(text)
	if err != nil || len(data) < idBytes+chacha20poly1305.NonceSizeX {
		return nil, ErrChanged
	}
	k, ok := v.keys.Find(sealed.ID(data[:idBytes]))
	if !ok {
		return nil, ErrKeyGone
	}
	b, err := v.box(k)
	if err != nil {
		return nil, err
	}
	nonce, sealed := data[idBytes:idBytes+chacha20poly1305.NonceSizeX], data[idBytes+chacha20poly1305.NonceSizeX:]
	plain, err := b.Open(sealed[:0], nonce, sealed, place(table, row))
	if err != nil {
		return nil, ErrChanged
	}
	return decodeRow(plain)
}
