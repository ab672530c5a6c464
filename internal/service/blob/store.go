package blob

import (
	"io"
	"time"

	"facialis/internal/service/keyring"
)

// Store keeps bytes under keys. [Dir] is one in a folder, [S3] one on a server.
type Store interface {
	// Put stores what write writes under key, whole and safely, or leaves what was
	// there.
	Put(key string, write func(io.Writer) error) error
	// Open opens what is stored under key.
	Open(key string) (File, error)
	// Size is the number of bytes under key, 0 with ErrNotFound when there is
	// nothing. Of what is added to it is what has arrived.
	Size(key string) (int64, error)
	// Append adds bytes at the end of what is stored under key, which it makes, and
	// returns how many are there now, all of them safely stored. at is where they
	// belong: if so many are not there it is ErrGap. What arrived before an error of r
	// stays. What was added to is opened only after Finish.
	Append(key string, at int64, r io.Reader) (size int64, err error)
	// Finish says that everything was added to what is stored under key.
	Finish(key string) error
	// Move gives what is stored under one key, and everything under it, another.
	Move(from, to string) error
	// Remove removes key and everything under it; nothing there is no error.
	Remove(key string) error
	// List names what lies directly under key, without its own name.
	List(key string) ([]string, error)
	// Sweep removes what writing that did not come to its end left directly under key.
	Sweep(key string) error
	// Measure adds up the bytes of whatever is under key by a name, and says when it
	// was last changed.
	Measure(key, name string) (bytes int64, changed time.Time, err error)

	// Plain gives the path of a file with what is stored under key, for another
	// program that reads it, until done is called.
	Plain(key string) (path string, done func(), err error)
	// Path is the name of a file or folder of this computer that another program may
	// write into, to be stored by Take or removed by Remove.
	Path(key string) (string, error)
	// Make makes the folder at the path of key.
	Make(key string) error
	// Take stores under key what another program wrote into the file at the path of
	// from, which is gone afterwards.
	Take(from, key string) error

	// Where says where something is stored, for people.
	Where(key string) string
	// Free is how many bytes this computer's disk still takes.
	Free() (int64, error)
	// Hold keeps everything else that asks for it from removing, while a backup reads.
	Hold(wait time.Duration) (release func(), err error)
	// Link is an address from which a client that has it reads what is stored under
	// key for so long, as the given media type; "" where there is no such thing.
	Link(key, media string, within time.Duration) (string, error)

	// Encrypt has everything sealed that is written from now on.
	Encrypt(keys *keyring.Ring) error
	// Encrypted reports whether the store is.
	Encrypted() bool
	// As is the same store, which seals what is written by the key of a person.
	As(person string) Store
	// Destroy destroys the key of a person.
	Destroy(person string) error

	Close() error
}

var (
	_ Store = (*Dir)(nil)
	_ Store = (*S3)(nil)
)

// Where is the path of what is stored under key.
func (d *Dir) Where(key string) string {
	p, err := d.Path(key)
	if err != nil {
		return d.path
	}
	return p
}

// Link is always "": the files of a folder have no address of their own.
func (d *Dir) Link(string, string, time.Duration) (string, error) { return "", nil }
