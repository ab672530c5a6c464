package scratch

import (
	"sync"

	"golang.org/x/sys/unix"
)

// Columns is a file without a name that is mapped into memory and holds columns of
// numbers: they are read and written like any others, and are in memory only while
// they are looked at.
type Columns struct {
	mu   sync.Mutex
	file []byte
	used int
}

// NewColumns makes a file of so many bytes. All of it is reserved on the disk: what
// is not there would end the program, and only where a column is written.
func NewColumns(size int) (*Columns, error) {
	f, err := New("facialis-columns-")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := unix.Fallocate(int(f.Fd()), 0, 0, int64(size)); err != nil {
		return nil, err
	}
	b, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	return &Columns{file: b}, nil
}

// room is the next so many bytes of the file, nil where it is full.
func (k *Columns) room(bytes int) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.used+bytes > len(k.file) {
		return nil
	}
	b := k.file[k.used : k.used+bytes]
	k.used += bytes
	return b
}

// Free gives back the memory of what was looked at. What was written is in the file.
func (k *Columns) Free() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.file != nil {
		_ = unix.Madvise(k.file, unix.MADV_DONTNEED) // where it fails they stay in memory
	}
}

// Close gives the file back, and the columns with it.
func (k *Columns) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.file == nil {
		return nil
	}
	b := k.file
	k.file = nil
	return unix.Munmap(b)
}
