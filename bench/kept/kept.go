// Package kept puts what took long to measure into a file and takes it out again. It
// says nothing of whether a file still holds: its name or what is in it has to tell the
// version, see package internal/sources.
package kept

import (
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Load reads what is kept in a file. One that is not there, or that was cut short, holds
// the zero value.
func Load[T any](file string) (v T, err error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return v, nil
	}
	if err != nil {
		return v, fmt.Errorf("reading a result: %w", err)
	}
	defer f.Close()
	var whole T
	if gob.NewDecoder(f).Decode(&whole) != nil {
		return v, nil
	}
	return whole, nil
}

// Save keeps v in a file, which appears under its name only when it is whole.
func Save[T any](file string, v T) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	f, err := os.Create(file + ".part")
	if err != nil {
		return fmt.Errorf("keeping a result: %w", err)
	}
	err = gob.NewEncoder(f).Encode(v)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(file+".part", file)
	}
	if err != nil {
		return fmt.Errorf("keeping a result: %w", err)
	}
	return nil
}
