package blob

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"facialis/internal/service/keyring"
	"facialis/internal/service/sealed"
)

// ErrNotFound is wrapped by errors about a key that holds nothing.
var ErrNotFound = errors.New("nothing is stored there")

// ErrGap says that bytes do not follow what is stored: somebody else added some, or
// some are missing.
var ErrGap = errors.New("the bytes do not follow what is stored")

// ErrHeld says that a backup reads the store, or something is being removed.
var ErrHeld = errors.New("a backup is being made")

// holdEnding makes the name of the file beside the store that is locked by who
// holds.
const holdEnding = ".hold"

// Dir is a store of files under one folder.
type Dir struct {
	root   *os.Root
	path   string
	temp   *atomic.Int64
	keys   *keyring.Ring // nil: files are kept as they are
	person string        // whose key seals what is written
}

// File is an open file.
type File interface {
	io.ReadSeekCloser
	io.ReaderAt
}

// Open opens the store in a folder, which it makes.
func Open(dir string) (*Dir, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder for films: %w", err)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("finding the folder for films: %w", err)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("opening the folder for films: %w", err)
	}
	return &Dir{root: root, path: abs, temp: &atomic.Int64{}}, nil
}

// Close closes the folder.
func (d *Dir) Close() error { return d.root.Close() }

var part = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$`)

// check refuses keys that are not a few plain names with slashes between.
func check(key string) error {
	for _, p := range strings.Split(key, "/") {
		if !part.MatchString(p) {
			return fmt.Errorf("the key %q cannot be", key[:min(len(key), 60)])
		}
	}
	return nil
}

func wrap(doing, key string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s %s: %w", doing, key, ErrNotFound)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", doing, key, err)
	}
	return nil
}

// Put stores what write writes under key, whole and safely on disk, or leaves
// what was there.
func (d *Dir) Put(key string, write func(io.Writer) error) (err error) {
	if err := check(key); err != nil {
		return err
	}
	tmp := path.Join(path.Dir(key), fmt.Sprintf(".part-%d-%d", os.Getpid(), d.temp.Add(1)))
	if err := d.root.MkdirAll(path.Dir(key), 0o700); err != nil {
		return wrap("storing", key, err)
	}
	f, err := d.root.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return wrap("storing", key, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			d.root.Remove(tmp)
		}
	}()
	w := bufio.NewWriterSize(f, 1<<18)
	if err = d.seal(w, write); err != nil {
		return err
	}
	if err = errors.Join(w.Flush(), f.Sync(), f.Close()); err != nil {
		return wrap("storing", key, err)
	}
	if err = d.root.Rename(tmp, key); err != nil {
		return wrap("storing", key, err)
	}
	return d.sync(path.Dir(key))
}

// Open opens what is stored under key.
func (d *Dir) Open(key string) (File, error) {
	if err := check(key); err != nil {
		return nil, err
	}
	f, err := d.root.Open(key)
	if err != nil {
		return nil, wrap("opening", key, err)
	}
	opened, err := d.unseal(f)
	if err != nil {
		return nil, wrap("opening", key, errors.Join(err, f.Close()))
	}
	return opened, nil
}

// Size is the number of bytes under key, 0 with ErrNotFound when there is
// nothing.
func (d *Dir) Size(key string) (int64, error) {
	if err := check(key); err != nil {
		return 0, err
	}
	st, err := d.root.Stat(key)
	if err != nil {
		return 0, wrap("looking at", key, err)
	}
	if d.keys == nil || !st.Mode().IsRegular() {
		return st.Size(), nil
	}
	f, err := d.root.Open(key)
	if err != nil {
		return 0, wrap("looking at", key, err)
	}
	defer f.Close()
	n, err := sealed.Size(f, st.Size(), d.keys.Find)
	return n, wrap("looking at", key, err)
}

// Append adds bytes at the end of what is stored under key.
func (d *Dir) Append(key string, at int64, r io.Reader) (size int64, err error) {
	if there, err := d.Size(key); err == nil && there != at || errors.Is(err, ErrNotFound) && at != 0 {
		return there, ErrGap
	}
	f, err := d.change(key)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var copyErr error
	if d.keys == nil {
		if size, err = f.Seek(0, io.SeekEnd); err != nil {
			return 0, wrap("storing", key, err)
		}
		var n int64
		n, copyErr = io.CopyBuffer(struct{ io.Writer }{f}, r, make([]byte, 128<<10))
		size += n
	} else {
		k, err := d.keys.Of(d.person)
		if err != nil {
			return 0, err
		}
		size, copyErr = sealed.Append(f, k, d.keys.Find, r)
	}
	if err := f.Sync(); err != nil {
		return 0, wrap("storing", key, err)
	}
	return size, copyErr
}

// Finish says that everything was added to what is stored under key.
func (d *Dir) Finish(key string) error {
	if d.keys == nil {
		_, err := d.Size(key)
		return err
	}
	k, err := d.keys.Of(d.person)
	if err != nil {
		return err
	}
	f, err := d.change(key)
	if err != nil {
		return err
	}
	defer f.Close()
	return wrap("storing", key, errors.Join(sealed.Finish(f, k, d.keys.Find), f.Sync()))
}

// change opens or makes a file to be changed.
func (d *Dir) change(key string) (*os.File, error) {
	if err := check(key); err != nil {
		return nil, err
	}
	if err := d.root.MkdirAll(path.Dir(key), 0o700); err != nil {
		return nil, wrap("storing", key, err)
	}
	f, err := d.root.OpenFile(key, os.O_CREATE|os.O_RDWR, 0o600)
	return f, wrap("storing", key, err)
}

// Move gives what is stored under one key another.
func (d *Dir) Move(from, to string) error {
	if err := errors.Join(check(from), check(to)); err != nil {
		return err
	}
	if err := d.root.MkdirAll(path.Dir(to), 0o700); err != nil {
		return wrap("moving to", to, err)
	}
	if err := d.root.Rename(from, to); err != nil {
		return wrap("moving", from, err)
	}
	return errors.Join(d.sync(path.Dir(to)), d.sync(path.Dir(from)))
}

// Remove removes key and everything under it; nothing there is no error.
func (d *Dir) Remove(key string) error {
	if err := check(key); err != nil {
		return err
	}
	if err := d.root.RemoveAll(key); err != nil {
		return wrap("removing", key, err)
	}
	return d.sync(path.Dir(key))
}

// List names what lies directly under key, without its own name.
func (d *Dir) List(key string) ([]string, error) {
	if err := check(key); err != nil {
		return nil, err
	}
	f, err := d.root.Open(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, wrap("listing", key, err)
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	return names, wrap("listing", key, err)
}

// Path is the name of a file or folder as it lies on the disk. What another
// program reads of it is given by [Dir.Plain].
func (d *Dir) Path(key string) (string, error) {
	if err := check(key); err != nil {
		return "", err
	}
	return filepath.Join(d.path, filepath.FromSlash(key)), nil
}

// Make makes the folder key, for another program to write into.
func (d *Dir) Make(key string) error {
	if err := check(key); err != nil {
		return err
	}
	return wrap("making", key, d.root.MkdirAll(key, 0o700))
}

// sync has a folder's names safely on disk.
func (d *Dir) sync(dir string) error {
	f, err := d.root.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return wrap("syncing", dir, err)
	}
	defer f.Close()
	return wrap("syncing", dir, f.Sync())
}

// Sweep removes unfinished files (of a Put that did not come to its end)
// directly under key.
func (d *Dir) Sweep(key string) error {
	names, err := d.List(key)
	if err != nil {
		return err
	}
	for _, n := range names {
		if strings.HasPrefix(n, ".part-") {
			if err := d.root.Remove(path.Join(key, n)); err != nil {
				return wrap("removing a part of", key, err)
			}
		}
	}
	return nil
}

// Measure adds up the bytes of a file or folder directly under key, by whatever
// name, and says when it was last changed.
func (d *Dir) Measure(key, name string) (bytes int64, changed time.Time, err error) {
	if err := check(key); err != nil {
		return 0, changed, err
	}
	top := path.Join(key, name)
	err = fs.WalkDir(d.root.FS(), top, func(at string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if at == top {
			changed = info.ModTime()
		}
		if info.Mode().IsRegular() {
			bytes += info.Size()
		}
		return nil
	})
	return bytes, changed, wrap("measuring", key, err)
}
