package blob

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
)

// spool is a process's own folder on this computer for what other programs read
// or write meanwhile.
type spool struct {
	dir  string
	lock *os.File
}

// openSpool makes a spool below a folder, and removes those of processes that
// died.
func openSpool(folder string) (*spool, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("making the spool: %w", err)
	}
	all, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("reading the spool: %w", err)
	}
	for _, e := range all {
		old := filepath.Join(folder, e.Name())
		if lock, err := holdFile(filepath.Join(old, "lock"), false); err == nil {
			os.RemoveAll(old)
			lock.Close()
		}
	}
	s := &spool{dir: filepath.Join(folder, rand.Text())}
	if err := os.Mkdir(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the spool: %w", err)
	}
	if s.lock, err = holdFile(filepath.Join(s.dir, "lock"), true); err != nil {
		return nil, fmt.Errorf("making the spool: %w", err)
	}
	return s, nil
}

// path is where the file of a key is, apart from what the spool itself keeps.
func (s *spool) path(key string) string {
	return filepath.Join(s.dir, "keys", filepath.FromSlash(key))
}

func (s *spool) remove(key string) error { return os.RemoveAll(s.path(key)) }

func (s *spool) close() error {
	err := os.RemoveAll(s.dir)
	s.lock.Close()
	return err
}
