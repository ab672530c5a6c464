package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"facialis/internal/service/record"

	"github.com/ccojocar/zxcvbn-go"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/secure/precis"
)

// Lengths of a password in characters. NIST SP 800-63B-4 (3.1.1.2) asks for at
// least 15 where a password is all there is, 8 beside a second factor, and for
// no rules about what it is made of; 12 lies between, for people who type it on a
// telephone, and the attempts are limited.
const (
	minPassword = 12
	maxPassword = 128
)

// work is how dear a guess is.
type work struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
}

// today is the first of the equal choices that OWASP's Password Storage Cheat
// Sheet gives for Argon2id: 46 MiB, one pass, one thread.
var today = work{memory: 47104, time: 1, threads: 1}

// heaviest bounds what a stored string may ask for.
var heaviest = work{memory: 1 << 20, time: 64, threads: 16}

const (
	saltBytes = 16
	keyBytes  = 32
)

var b64 = base64.RawStdEncoding.Strict()

// hash turns a prepared password into a PHC string with a new salt.
func (w work) hash(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails
	key := argon2.IDKey([]byte(password), salt, w.time, w.memory, w.threads, keyBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, w.memory, w.time, w.threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

var errPHC = errors.New("not a password's string")

// parsePHC reads what hash writes.
func parsePHC(s string) (w work, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return w, nil, nil, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &w.memory, &w.time, &w.threads); err != nil {
		return w, nil, nil, errPHC
	}
	if parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", w.memory, w.time, w.threads) ||
		w.time < 1 || w.time > heaviest.time || w.threads < 1 || w.threads > heaviest.threads || w.memory < 8*uint32(w.threads) || w.memory > heaviest.memory {
		return w, nil, nil, errPHC
	}
	if salt, err = b64.DecodeString(parts[4]); err != nil || len(salt) < 8 || len(salt) > 64 {
		return w, nil, nil, errPHC
	}
	if key, err = b64.DecodeString(parts[5]); err != nil || len(key) < 16 || len(key) > 128 {
		return w, nil, nil, errPHC
	}
	return w, salt, key, nil
}

// matches holds a prepared password to a PHC string, in constant time. old says
// that the string asks for other work than today's.
func matches(password, phc string) (ok, old bool) {
	w, salt, key, err := parsePHC(phc)
	if err != nil {
		today.hash(password) // the same work
		return false, false
	}
	got := argon2.IDKey([]byte(password), salt, w.time, w.memory, w.threads, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1, w != today
}

// prepare brings a password into the one form in which it is compared.
func prepare(password string) (string, error) {
	if len(password) > 4*maxPassword || !utf8.ValidString(password) {
		return "", fmt.Errorf("a password has at most %d characters: %w", maxPassword, record.ErrInvalid)
	}
	p, err := precis.OpaqueString.String(password)
	if err != nil {
		return "", fmt.Errorf("a password holds no control characters and is not empty: %w", record.ErrInvalid)
	}
	return p, nil
}

// newPassword is prepare for a password that is long enough and hard to guess.
func newPassword(password, name string) (string, error) {
	p, err := prepare(password)
	if err != nil {
		return "", err
	}
	n := utf8.RuneCountInString(p)
	switch {
	case n < minPassword:
		return "", fmt.Errorf("a password has at least %d characters: %w", minPassword, record.ErrInvalid)
	case n > maxPassword:
		return "", fmt.Errorf("a password has at most %d characters: %w", maxPassword, record.ErrInvalid)
	case guessable(p, name):
		return "", fmt.Errorf("this password is easy to guess: it is common, or made of common passwords, names, dates or keys in a row; take four words that do not belong together: %w", record.ErrInvalid)
	}
	return p, nil
}

// newPassword is prepare for a password that somebody chooses, and that is not in
// the list of breached ones.
func (b *Book) newPassword(password, name string) (string, error) {
	p, err := newPassword(password, name)
	if err != nil {
		return "", err
	}
	stolen, err := b.Breached.Has(p)
	if err == nil && stolen {
		err = fmt.Errorf("this password was stolen somewhere and is in lists that are tried; take another: %w", record.ErrInvalid)
	}
	return p, err
}

// leastScore is the strength that a password needs of zxcvbn's 0 to 4: "safely
// unguessable", 10^8 guesses or more (Wheeler, USENIX Security 2016).
const leastScore = 3

// leastDifferent is how many different characters a password has at least.
const leastDifferent = 5

// measured is how much of a password zxcvbn measures, in bytes: its time grows
// with the square of the length.
const measured = 60

// guessable reports whether a guesser with lists of common passwords, words and
// names, with dates, rows of keys, repetitions and this account's name finds a
// password soon.
func guessable(password, name string) bool {
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	if len(different) < leastDifferent { // zxcvbn misses "abababab" and its like
		return true
	}
	known := append(strings.Fields(strings.ToLower(name)), strings.ToLower(name), "facialis", "spasm", "hemifacial", "spasmus")
	head := password
	for i := range password {
		if i > measured {
			head = password[:i]
			break
		}
	}
	return zxcvbn.PasswordStrength(head, known).Score < leastScore
}

// checkName gives a name as it is shown and as it is compared.
func checkName(name string) (shown, folded string, err error) {
	shown = strings.Join(strings.Fields(name), " ")
	if len(name) > 400 || shown == "" || utf8.RuneCountInString(shown) > 100 || !utf8.ValidString(name) {
		return "", "", fmt.Errorf("an account's name has 1 to 100 characters: %w", record.ErrInvalid)
	}
	if folded, err = precis.Nickname.CompareKey(shown); err != nil || folded == "" {
		return "", "", fmt.Errorf("an account's name holds letters, figures, marks and spaces: %w", record.ErrInvalid)
	}
	return shown, folded, nil
}
