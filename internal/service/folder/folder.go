package folder

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"facialis/internal/service/blob"
	"facialis/internal/service/keyring"
	"facialis/internal/service/store"
)

// ErrInUse says that another process works on the folder.
var ErrInUse = errors.New("another facialis works on this data folder")

// The names within a data folder.
const (
	databaseFile = "facialis.db"
	blobFolder   = "blobs"
	lockFile     = "lock"
)

// The same names for who reads a data folder without opening it.
const (
	DatabaseFile = databaseFile
	BlobFolder   = blobFolder
)

// Folder is an open data folder.
type Folder struct {
	Path  string
	Store *store.Store
	Blobs blob.Store

	Tightened int // files and folders that others on this computer could read before

	dir  *blob.Dir // the store, where it is a folder
	lock *os.File
}

// Default is the folder to use unless one is named: facialis in what
// XDG_DATA_HOME names, else in ~/.local/share.
func Default() (string, error) {
	if x := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(x) {
		return filepath.Join(x, "facialis"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("finding the home folder: %w", err)
	}
	return filepath.Join(home, ".local", "share", "facialis"), nil
}

// Open opens a data folder, which it makes where it is not there, and brings its
// database to this version's form. Only its owner can look into it.
//
// An encrypted folder is opened by the key that the environment names.
func Open(ctx context.Context, path string) (*Folder, error) {
	return OpenWith(ctx, path, keyring.Environment)
}

// OpenWith opens a data folder as Open does, an encrypted one by a key from src.
// A key that is missing or wrong is said before anything else is opened.
func OpenWith(ctx context.Context, path string, src keyring.Source) (*Folder, error) {
	f, err := begin(path)
	if err != nil {
		return nil, err
	}
	keys, err := keysOf(path, src)
	if err == nil {
		err = f.open(ctx)
	}
	if err == nil && keys != nil {
		if err = f.use(keys); err == nil {
			err = f.sealed(ctx)
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// begin makes a data folder private and locks it.
func begin(path string) (*Folder, error) {
	tightened, err := Private(path)
	if err != nil {
		return nil, err
	}
	f := &Folder{Path: path, Tightened: tightened}
	f.lock, err = acquire(filepath.Join(path, lockFile))
	return f, err
}

// open opens what is in the folder.
func (f *Folder) open(ctx context.Context) (err error) {
	if f.Store, err = store.Open(ctx, filepath.Join(f.Path, databaseFile)); err != nil {
		return err
	}
	if f.dir, err = blob.Open(filepath.Join(f.Path, blobFolder)); err == nil {
		f.Blobs = f.dir
	}
	return err
}

// OpenStore opens only the database of a data folder, also beside a process that
// works on the folder; the database keeps the two apart. An encrypted one is opened
// by a key from src.
func OpenStore(ctx context.Context, path string, src keyring.Source) (*store.Store, error) {
	if _, err := Private(path); err != nil {
		return nil, err
	}
	keys, err := keysOf(path, src)
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, filepath.Join(path, databaseFile))
	if err == nil && keys != nil {
		st.Seal(keys.Beside())
	}
	return st, err
}

// Close closes everything and lets go of the lock.
func (f *Folder) Close() error {
	var errs []error
	if f.Blobs != nil {
		errs = append(errs, f.Blobs.Close())
	}
	if f.Store != nil {
		errs = append(errs, f.Store.Close())
	}
	if f.lock != nil {
		errs = append(errs, f.lock.Close())
	}
	return errors.Join(errs...)
}
