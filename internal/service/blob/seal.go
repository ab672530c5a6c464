package blob

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"facialis/internal/service/keyring"
	"facialis/internal/service/sealed"
)

// What can be wrong with the encryption of a file.
var (
	ErrSealed = errors.New("the file is encrypted and the data folder is not")
	ErrPlain  = errors.New("the data folder is encrypted and the file is not")
)

// plainFolder is where files lie that other programs read, for so long.
const plainFolder = "plain"

// Encrypt has everything sealed that is written from now on, and removes what
// a process that died left for other programs to read.
func (d *Dir) Encrypt(keys *keyring.Ring) error {
	d.keys = keys
	return d.Remove(plainFolder)
}

// Encrypted reports whether the store is.
func (d *Dir) Encrypted() bool { return d.keys != nil }

// As is the same store, which seals what is written by the key of a person;
// without it, it is the key of what belongs to nobody.
func (d *Dir) As(person string) Store { return d.as(person) }

func (d *Dir) as(person string) *Dir {
	as := *d
	as.person = person
	return &as
}

// Destroy destroys the key of a person: nothing that was written by it is opened
// again.
func (d *Dir) Destroy(person string) error {
	if d.keys == nil {
		return nil
	}
	return d.keys.Destroy(person)
}

// seal writes what write writes, sealed where the store is encrypted.
func (d *Dir) seal(w io.Writer, write func(io.Writer) error) error {
	return seal(w, d.keys, d.person, write)
}

func seal(w io.Writer, keys *keyring.Ring, person string, write func(io.Writer) error) error {
	if keys == nil {
		return write(w)
	}
	k, err := keys.Of(person)
	if err != nil {
		return err
	}
	s, err := sealed.NewWriter(w, k)
	if err != nil {
		return fmt.Errorf("encrypting: %w", err)
	}
	if err := write(s); err != nil {
		return err
	}
	return s.Close()
}

// sealedFile is an open file that is encrypted.
type sealedFile struct {
	*sealed.Reader
	io.Closer
}

// unseal gives a file as it was written.
func (d *Dir) unseal(f *os.File) (File, error) {
	switch is := sealed.Is(f); {
	case d.keys == nil && is:
		return nil, ErrSealed
	case d.keys == nil:
		return f, nil
	case !is:
		return nil, ErrPlain
	}
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	r, err := sealed.NewReader(f, st.Size(), d.keys.Find)
	return sealedFile{r, f}, err
}

// Plain gives the path of a file with what is stored under key, for another
// program that reads it: the file itself, or a copy of it where it is encrypted.
// done removes the copy; what a process that dies leaves, the next start removes.
func (d *Dir) Plain(key string) (name string, done func(), err error) {
	if d.keys == nil {
		name, err = d.Path(key)
		return name, func() {}, err
	}
	in, err := d.Open(key)
	if err != nil {
		return "", nil, err
	}
	defer in.Close()
	if err := d.Make(plainFolder); err != nil {
		return "", nil, err
	}
	to := path.Join(plainFolder, rand.Text())
	out, err := d.root.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", nil, wrap("decrypting", key, err)
	}
	done = func() { d.root.Remove(to) }
	const block = 1 << 20 // bytes
	_, err = io.CopyBuffer(struct{ io.Writer }{out}, struct{ io.Reader }{in}, make([]byte, block))
	if err = errors.Join(err, out.Close()); err != nil {
		done()
		return "", nil, wrap("decrypting", key, err)
	}
	name, err = d.Path(to)
	return name, done, err
}

// Take stores under key what another program wrote into the file at from, also a
// key, which is gone afterwards.
func (d *Dir) Take(from, key string) error {
	if d.keys == nil {
		return d.Move(from, key)
	}
	if err := check(from); err != nil {
		return err
	}
	f, err := d.root.Open(from)
	if err != nil {
		return wrap("storing", from, err)
	}
	defer f.Close()
	if err := d.Put(key, func(w io.Writer) error { _, err := io.Copy(w, f); return err }); err != nil {
		return err
	}
	return d.Remove(from)
}

// Convert encrypts the file under key with the keys of to, or decrypts it where
// to is nil, unless that was done before; it reports whether it did. Only of a part, as an upload that still
// arrives, may the end be missing. It is a person's, "" for nobody's.
func (d *Dir) Convert(key, person string, to *keyring.Ring, part bool) (done bool, err error) {
	f, err := d.root.Open(key)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, wrap("converting", key, err)
	}
	defer f.Close()
	if sealed.Is(f) == (to != nil) {
		return false, nil
	}
	var in io.Reader = f
	if to == nil {
		st, err := f.Stat()
		if err != nil {
			return false, wrap("converting", key, err)
		}
		open := sealed.NewReader
		if part {
			open = sealed.NewPart
		}
		if in, err = open(f, st.Size(), d.keys.Find); err != nil {
			return false, wrap("converting", key, err)
		}
	}
	into := d.as(person)
	into.keys = to
	err = into.Put(key, func(w io.Writer) error { _, err := io.Copy(w, struct{ io.Reader }{in}); return err })
	return err == nil, err
}

// OpenAny opens what is stored under key, encrypted or not.
func (d *Dir) OpenAny(key string) (File, error) {
	f, err := d.Open(key)
	if errors.Is(err, ErrPlain) {
		plain := *d
		plain.keys = nil
		return plain.Open(key)
	}
	return f, err
}

// Valid reports whether something may be stored under key.
func Valid(key string) bool { return check(key) == nil }
