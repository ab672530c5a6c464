package archive

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"

	"facialis/internal/service/record"
	"facialis/words"
)

// ShareExtension is the ending of a file for a colleague.
const ShareExtension = ".facialis"

// LeastPassphrase is the shortest passphrase that a shared file is sealed by, characters.
// Age's scrypt makes guessing slow; words that somebody can say on the phone should be
// long all the same.
const LeastPassphrase = 12

// ageMagic begins every file of age's format.
const ageMagic = "age-encryption.org/"

// ErrPassphrase is wrapped by errors about a passphrase that does not open a file.
var ErrPassphrase = errors.New("the passphrase does not open this file")

// Seal encrypts what is written to it by a passphrase, in age's format. Close ends the
// file; it does not close w.
func Seal(w io.Writer, passphrase string) (io.WriteCloser, error) {
	return (&Sealing{Passphrase: passphrase}).seal(w)
}

// MaxRecipients is how many keys a file is sealed for at most.
const MaxRecipients = 20

// NewKey makes a key pair: the public key is given to whoever is to send files, the secret
// one stays.
func NewKey() (public, secret string, err error) {
	k, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", fmt.Errorf("making a key: %w", err)
	}
	return k.Recipient().String(), k.String(), nil
}

// Sealing is how a shared file is sealed: by a passphrase, or for one to [MaxRecipients]
// public keys (age1…), each of whose holders opens it with their own secret key.
type Sealing struct {
	Passphrase string
	To         []string
}

// Check says what is wrong with it before anything is gathered.
func (s *Sealing) Check() error {
	switch {
	case len(s.To) > 0 && s.Passphrase != "":
		return record.Invalid("archive.share.both")
	case len(s.To) > MaxRecipients:
		return record.Invalid("archive.share.keys", words.Args{"Most": MaxRecipients})
	case len(s.To) == 0 && len([]rune(s.Passphrase)) < LeastPassphrase:
		return record.Invalid("archive.share.short")
	}
	_, err := s.holders()
	return err
}

// holders are the holders of the public keys.
func (s *Sealing) holders() ([]age.Recipient, error) {
	var all []age.Recipient
	for _, t := range s.To {
		r, err := age.ParseX25519Recipient(strings.TrimSpace(t))
		if err != nil {
			return nil, record.Invalid("archive.share.key")
		}
		all = append(all, r)
	}
	return all, nil
}

func (s *Sealing) seal(w io.Writer) (io.WriteCloser, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	to, err := s.holders()
	if err != nil {
		return nil, err
	}
	if len(to) == 0 {
		r, err := age.NewScryptRecipient(s.Passphrase)
		if err != nil {
			return nil, fmt.Errorf("sealing a file: %w", err)
		}
		to = append(to, r)
	}
	return age.Encrypt(w, to...)
}

// Seal writes the export sealed.
func (e *Export) Seal(ctx context.Context, w io.Writer, how Sealing) error {
	in, err := how.seal(w)
	if err != nil {
		return err
	}
	if err := e.Write(ctx, in); err != nil {
		return err
	}
	return in.Close()
}

// IsSealed reports whether a file begins as a sealed one; the reader still gives all of
// it.
func IsSealed(r io.Reader) (io.Reader, bool, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(len(ageMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, err
	}
	return b, bytes.Equal(head, []byte(ageMagic)), nil
}

// ErrOtherKey is wrapped by errors about a file that is sealed for keys that are not here.
var ErrOtherKey = errors.New("the file is sealed for another key")

// scryptHead begins a file that is sealed by a passphrase.
const scryptHead = ageMagic + "v1\n-> scrypt "

// UnsealBy reads what was sealed, by a passphrase or for one of the secret keys
// (AGE-SECRET-KEY-1…): whichever the file asks for.
func UnsealBy(r io.Reader, passphrase string, secrets []string) (io.Reader, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(len(scryptHead))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading a shared file: %w", err)
	}
	if bytes.Equal(head, []byte(scryptHead)) {
		return Unseal(b, passphrase)
	}
	var all []age.Identity
	for _, s := range secrets {
		id, err := age.ParseX25519Identity(s)
		if err != nil {
			return nil, errors.New("a key for shared files cannot be read") // its text is secret
		}
		all = append(all, id)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: %w", ErrOtherKey, record.ErrInvalid)
	}
	in, err := age.Decrypt(b, all...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOtherKey, record.ErrInvalid)
	}
	return in, nil
}

// Unseal reads what was sealed by a passphrase. Bytes that were changed are an error
// before they are handed on.
func Unseal(r io.Reader, passphrase string) (io.Reader, error) {
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPassphrase, record.ErrInvalid)
	}
	in, err := age.Decrypt(r, id)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPassphrase, record.ErrInvalid)
	}
	return in, nil
}
