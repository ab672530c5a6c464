package motion

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// kept is a file without a name that is mapped into memory and holds columns.
type kept struct {
	mu   sync.Mutex
	file []byte
	used int
}

// newKept makes a file of size bytes. All of it is reserved on the disk: what is
// not there would be an error only where a column is written.
func newKept(size int) (*kept, error) {
	f, err := os.CreateTemp("", "facialis-trace-")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := os.Remove(f.Name()); err != nil {
		return nil, err
	}
	if err := unix.Fallocate(int(f.Fd()), 0, 0, int64(size)); err != nil {
		return nil, err
	}
	b, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	return &kept{file: b}, nil
}

// room is the next so many bytes of the file, nil where it is full.
func (k *kept) room(bytes int) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.used+bytes > len(k.file) {
		return nil
	}
	b := k.file[k.used : k.used+bytes]
	k.used += bytes
	return b
}

// Free lets go of the pages that were looked at. What was written is in the file.
func (k *kept) Free() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.file != nil {
		_ = unix.Madvise(k.file, unix.MADV_DONTNEED) // where it fails they stay in memory
	}
}

// Close gives the file back, and the columns with it.
func (k *kept) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.file == nil {
		return nil
	}
	b := k.file
	k.file = nil
	return unix.Munmap(b)
}
