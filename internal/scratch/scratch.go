// Package scratch keeps bytes that are too many for memory in a temporary file.
package scratch

import "os"

// File is a temporary file that has no name where the system allows it, so that
// nothing is left of it when the program ends, however it ends.
type File struct {
	*os.File
	named bool
}

// New makes an empty file. The prefix names it on systems that remove only what
// is closed.
func New(prefix string) (*File, error) {
	f, err := os.CreateTemp("", prefix)
	if err != nil {
		return nil, err
	}
	return &File{f, os.Remove(f.Name()) != nil}, nil
}

// Close removes the file.
func (f *File) Close() error {
	err := f.File.Close()
	if f.named {
		os.Remove(f.Name())
	}
	return err
}
