package folder

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"facialis/internal/service/blob"
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
	Blobs *blob.Dir

	Tightened int // files and folders that others on this computer could read before

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
func Open(ctx context.Context, path string) (*Folder, error) {
	tightened, err := Private(path)
	if err != nil {
		return nil, err
	}
	f := &Folder{Path: path, Tightened: tightened}
	if f.lock, err = acquire(filepath.Join(path, lockFile)); err != nil {
		return nil, err
	}
	if f.Store, err = store.Open(ctx, filepath.Join(path, databaseFile)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if f.Blobs, err = blob.Open(filepath.Join(path, blobFolder)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// OpenStore opens only the database of a data folder, also beside a process that
// works on the folder; the database keeps the two apart.
func OpenStore(ctx context.Context, path string) (*store.Store, error) {
	if _, err := Private(path); err != nil {
		return nil, err
	}
	return store.Open(ctx, filepath.Join(path, databaseFile))
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
