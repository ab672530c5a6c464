// Package keyringtest gives tests a key that opens key files.
package keyringtest

import (
	"sync"
	"testing"

	"facialis/internal/service/keyring"

	"filippo.io/age"
)

var identity = sync.OnceValues(age.GenerateX25519Identity)

// Key is the same identity throughout a test's process.
func Key(t testing.TB) string {
	t.Helper()
	id, err := identity()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

// Source is an environment that holds it.
func Source(t testing.TB) keyring.Source {
	t.Helper()
	key := Key(t)
	return keyring.Source{Getenv: func(name string) string {
		if name == keyring.KeyVariable {
			return key
		}
		return ""
	}}
}
