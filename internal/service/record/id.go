package record

import (
	"crypto/rand"
	"regexp"
	"time"
)

// digits are Crockford's base 32: no I, L, O, U.
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewID is a new identifier in the form of a ULID: 26 characters, the first ten
// the time in milliseconds, so that ids sort by age, the rest random.
func NewID() string { return idAt(time.Now()) }

func idAt(t time.Time) string {
	var b [26]byte
	ms := uint64(t.UnixMilli())
	for i := 9; i >= 0; i-- {
		b[i] = digits[ms&31]
		ms >>= 5
	}
	var r [16]byte
	rand.Read(r[:]) // never fails
	for i, x := range r {
		b[10+i] = digits[x&31]
	}
	return string(b[:])
}

var idForm = regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{26}$`)

// IsID reports whether s has the form of an id, so that it may stand in a path.
func IsID(s string) bool { return idForm.MatchString(s) }
