package folder

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"facialis/internal/service/keyring"
)

// Bits of a file's mode.
const (
	ownerOnly    fs.FileMode = 0o700 // a new folder: only its owner reads, writes and enters it
	othersMayUse fs.FileMode = 0o077 // what group and others may do
)

// Private makes the data folder where it is not there, takes from everybody but
// the owner the right to read what the program keeps in it, and has this process
// make private files from now on. It returns how many files and folders others
// could read before.
func Private(path string) (tightened int, err error) {
	keepPrivate()
	if err := os.MkdirAll(path, ownerOnly); err != nil {
		return 0, fmt.Errorf("making the data folder: %w", err)
	}
	kept, err := filepath.Glob(filepath.Join(escape(path), databaseFile+"*")) // its journals and copies too
	if err != nil {
		return 0, fmt.Errorf("looking into the data folder: %w", err)
	}
	kept = append(kept, path, filepath.Join(path, lockFile), filepath.Join(path, keyring.File))
	for _, name := range kept {
		info, err := os.Stat(name)
		if os.IsNotExist(err) {
			continue // a journal that the database has just removed
		}
		if err != nil {
			return tightened, fmt.Errorf("looking into the data folder: %w", err)
		}
		if err := tighten(name, info, &tightened); err != nil {
			return tightened, err
		}
	}
	err = filepath.WalkDir(filepath.Join(path, blobFolder), func(name string, e fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // a new folder, or another process has just removed it
		}
		if err != nil {
			return err
		}
		info, err := e.Info()
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return tighten(name, info, &tightened)
	})
	if err != nil {
		return tightened, fmt.Errorf("making the data folder private: %w", err)
	}
	return tightened, nil
}

// tighten leaves a file or folder to its owner. A folder that everybody writes
// to and that protects names from each other, such as /tmp, is not ours.
func tighten(name string, info fs.FileInfo, tightened *int) error {
	mode := info.Mode()
	if mode&othersMayUse == 0 || mode&(fs.ModeSticky|fs.ModeSymlink) != 0 {
		return nil
	}
	if err := os.Chmod(name, mode&^othersMayUse); err != nil {
		return fmt.Errorf("making the data folder private: %w", err)
	}
	*tightened++
	return nil
}

// escape takes the meaning of patterns from a path.
func escape(path string) string {
	var out []rune
	for _, r := range path {
		switch r {
		case '*', '?', '[', '\\':
			if filepath.Separator != r {
				out = append(out, '[', r, ']')
				continue
			}
		}
		out = append(out, r)
	}
	return string(out)
}
