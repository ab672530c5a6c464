//go:build unix

package blob

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// Hold keeps everything else that asks for it, in whatever process, from doing
// so until it is released: a backup holds, so that nothing which it is about to
// read is removed. It waits so long for who holds now, then it is [ErrHeld].
// The system lets go when the process ends.
func (d *Dir) Hold(wait time.Duration) (release func(), err error) {
	f, err := os.OpenFile(d.path+holdEnding, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("holding the folder for films: %w", err)
	}
	const again = 50 * time.Millisecond
	for end := time.Now().Add(wait); ; time.Sleep(again) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			f.Close()
			return nil, fmt.Errorf("holding the folder for films: %w", err)
		}
		if time.Now().After(end) {
			f.Close()
			return nil, ErrHeld
		}
	}
}

// holdFile locks a file, which it makes if it is to; who has it is not waited for.
func holdFile(path string, create bool) (*os.File, error) {
	flags := os.O_RDWR
	if create {
		flags |= os.O_CREATE
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
