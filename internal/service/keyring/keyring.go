package keyring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"facialis/internal/service/sealed"

	"filippo.io/age"
)

// File is the name of the key file in a data folder.
const File = "facialis.keys"

// The environment that the identity comes from.
const (
	KeyVariable  = "FACIALIS_KEY"      // an identity of age: AGE-SECRET-KEY-1…
	FileVariable = "FACIALIS_KEY_FILE" // a file with one, as age-keygen writes it
)

// What can be wrong.
var (
	ErrNoKey    = errors.New("the data folder is encrypted: set " + KeyVariable + " or " + FileVariable)
	ErrWrongKey = errors.New("the key or passphrase does not open the key file")
	ErrNoFile   = errors.New("the data folder is encrypted and its key file " + File + " is missing; put it back from a backup")
	ErrBeside   = errors.New("another process keeps the key file, and only it makes or destroys keys")
	ErrDamaged  = errors.New("the key file " + File + " is damaged; put it back from a backup")
)

const form = "facialis.keys/1"

// file is the key file.
type file struct {
	Form     string `json:"form"`
	Identity []byte `json:"identity"` // sealed by the passphrase; nil: it is kept elsewhere
	Keys     []byte `json:"keys"`     // the body, sealed to the identity
}

// body is what is sealed.
type body struct {
	House  sealed.Key            `json:"house"`
	People map[string]sealed.Key `json:"people"`
}

// Source is where the identity comes from.
type Source struct {
	Getenv func(string) string
	Ask    func() (string, error) // asks for the passphrase; nil: nobody can be asked
}

// Environment is a source that asks nobody.
var Environment = Source{Getenv: os.Getenv}

// identity is what the environment names; nil where it names nothing.
func (s Source) identity() (*age.X25519Identity, error) {
	text := s.Getenv(KeyVariable)
	if name := s.Getenv(FileVariable); text == "" && name != "" {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the file that %s names: %w", FileVariable, err)
		}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				text = line
				break
			}
		}
		if text == "" {
			return nil, fmt.Errorf("the file that %s names holds no key", FileVariable)
		}
	}
	if text == "" {
		return nil, nil
	}
	id, err := age.ParseX25519Identity(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("%s or %s does not hold a key of age (AGE-SECRET-KEY-1…)", KeyVariable, FileVariable)
	}
	return id, nil
}

// NewIdentity writes a new identity into a file that is not there yet, as
// age-keygen does.
func NewIdentity(path string) error {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return fmt.Errorf("making a key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("writing the new key: %w", err)
	}
	_, err = fmt.Fprintf(f, "# public key: %s\n%s\n", id.Recipient(), id)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing the new key: %w", err)
	}
	return nil
}

// Ring is an open key file.
type Ring struct {
	mu     sync.Mutex
	path   string
	id     *age.X25519Identity
	sealed []byte // the identity, sealed by the passphrase
	body   body
	people map[sealed.ID]sealed.Key // by the key's id, and the house's
	beside bool                     // another process keeps the file
}

// There reports whether a key file is at path.
func There(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// workFactor is the cost of a guess at the passphrase, a power of two: age's own
// choice, about a second. Tests lower it.
var testOnlyWorkFactor = 18

// Create makes a key file. The identity is the source's; where the environment
// names none, a new one is made and sealed by the passphrase that Ask gives.
func Create(path string, src Source) (*Ring, error) {
	if There(path) {
		return nil, fmt.Errorf("the key file %s is there already", path)
	}
	id, err := src.identity()
	if err != nil {
		return nil, err
	}
	r := &Ring{path: path, id: id, body: body{House: sealed.NewKey(), People: map[string]sealed.Key{}}}
	if id == nil {
		if src.Ask == nil {
			return nil, ErrNoKey
		}
		if err := r.protect(src.Ask); err != nil {
			return nil, err
		}
	}
	r.number()
	return r, r.write()
}

// protect makes an identity and seals it by a passphrase.
func (r *Ring) protect(ask func() (string, error)) error {
	pass, err := ask()
	if err != nil {
		return err
	}
	if r.id, err = age.GenerateX25519Identity(); err != nil {
		return fmt.Errorf("making a key: %w", err)
	}
	to, err := age.NewScryptRecipient(pass)
	if err != nil {
		return fmt.Errorf("using the passphrase: %w", err)
	}
	to.SetWorkFactor(testOnlyWorkFactor)
	r.sealed, err = encrypt([]byte(r.id.String()), to)
	return err
}

// Open opens a key file.
func Open(path string, src Source) (*Ring, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoFile
	}
	if err != nil {
		return nil, fmt.Errorf("reading the key file: %w", err)
	}
	var f file
	if err := json.Unmarshal(data, &f); err != nil || f.Form != form {
		return nil, ErrDamaged
	}
	r := &Ring{path: path, sealed: f.Identity}
	if r.id, err = src.identity(); err != nil {
		return nil, err
	}
	if r.id == nil {
		if r.id, err = unprotect(f.Identity, src.Ask); err != nil {
			return nil, err
		}
	}
	text, err := decrypt(f.Keys, r.id)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &r.body); err != nil || r.body.People == nil {
		return nil, ErrDamaged
	}
	r.number()
	return r, nil
}

// unprotect opens the identity in a key file by the passphrase.
func unprotect(sealed []byte, ask func() (string, error)) (*age.X25519Identity, error) {
	if ask == nil || sealed == nil {
		return nil, ErrNoKey
	}
	pass, err := ask()
	if err != nil {
		return nil, err
	}
	by, err := age.NewScryptIdentity(pass)
	if err != nil {
		return nil, ErrWrongKey
	}
	text, err := decrypt(sealed, by)
	if err != nil {
		return nil, err
	}
	id, err := age.ParseX25519Identity(string(text))
	if err != nil {
		return nil, ErrDamaged
	}
	return id, nil
}

// Passphrase reports whether the key file is opened by a passphrase.
func Passphrase(path string) bool {
	data, err := os.ReadFile(path)
	var f file
	return err == nil && json.Unmarshal(data, &f) == nil && f.Identity != nil
}

func encrypt(text []byte, to age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("sealing the keys: %w", err)
	}
	return out.Bytes(), nil
}

func decrypt(data []byte, by age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(data), by)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) || errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, ErrWrongKey
	}
	if err != nil {
		return nil, ErrDamaged
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, ErrDamaged
	}
	return text, nil
}

// number orders the keys by their ids.
func (r *Ring) number() {
	r.people = map[sealed.ID]sealed.Key{r.body.House.ID: r.body.House}
	for _, k := range r.body.People {
		r.people[k.ID] = k
	}
}

// Find is the key with that id.
func (r *Ring) Find(id sealed.ID) (sealed.Key, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.people[id]
	return k, ok
}

// Of is the key of a person, which is made and safely on disk where there is
// none; of nobody ("") it is that of the house.
func (r *Ring) Of(person string) (sealed.Key, error) {
	if person == "" {
		return r.body.House, nil
	}
	if err := r.Make([]string{person}); err != nil {
		return sealed.Key{}, err
	}
	k, _ := r.Made(person)
	return k, nil
}

// Made is the key of a person where there is one.
func (r *Ring) Made(person string) (sealed.Key, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.body.People[person]
	return k, ok
}

// Make makes the keys of people who have none, safely on disk, in one go.
func (r *Ring) Make(people []string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var made []string
	for _, p := range people {
		if _, ok := r.body.People[p]; p != "" && !ok {
			r.body.People[p] = sealed.NewKey()
			made = append(made, p)
		}
	}
	if len(made) == 0 {
		return nil
	}
	err := ErrBeside
	if !r.beside {
		err = r.write()
	}
	for _, p := range made {
		if err != nil {
			delete(r.body.People, p)
			continue
		}
		k := r.body.People[p]
		r.people[k.ID] = k
	}
	return err
}

// Beside says that another process keeps the key file: this one reads it and
// makes and destroys no key.
func (r *Ring) Beside() *Ring {
	r.beside = true
	return r
}

// Len is the number of people with a key.
func (r *Ring) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.body.People)
}

// Destroy removes the key of a person. What it seals cannot be opened again by
// anybody who has no older copy of the key file.
func (r *Ring) Destroy(person string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.body.People[person]
	if !ok {
		return nil
	}
	if r.beside {
		return ErrBeside
	}
	delete(r.body.People, person)
	if err := r.write(); err != nil {
		r.body.People[person] = k
		return err
	}
	delete(r.people, k.ID)
	return nil
}

// write writes the file whole and safely on disk, or leaves what was there.
func (r *Ring) write() (err error) {
	text, err := json.Marshal(r.body)
	if err != nil {
		return fmt.Errorf("writing the key file: %w", err)
	}
	f := file{Form: form, Identity: r.sealed}
	if f.Keys, err = encrypt(text, r.id.Recipient()); err != nil {
		return err
	}
	data, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("writing the key file: %w", err)
	}
	return Put(r.path, data)
}

// Put stores a key file whole and safely on disk, or leaves what was there.
func Put(path string, data []byte) error {
	tmp := path + ".new"
	out, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("writing the key file: %w", err)
	}
	_, err = out.Write(data)
	err = errors.Join(err, out.Sync(), out.Close())
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err == nil {
		var dir *os.File
		if dir, err = os.Open(filepath.Dir(path)); err == nil {
			err = errors.Join(dir.Sync(), dir.Close())
		}
	}
	if err != nil {
		return fmt.Errorf("writing the key file: %w", err)
	}
	return nil
}
