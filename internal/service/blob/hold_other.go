//go:build !unix

package blob

import (
	"os"
	"sync"
	"time"
)

var held sync.Mutex

// Hold keeps what asks for it in this process apart; this system keeps no other
// process out.
func (d *Dir) Hold(wait time.Duration) (release func(), err error) {
	const again = 50 * time.Millisecond
	for end := time.Now().Add(wait); !held.TryLock(); time.Sleep(again) {
		if time.Now().After(end) {
			return nil, ErrHeld
		}
	}
	return held.Unlock, nil
}

// holdFile opens a file, which it makes if it is to; this system locks none, so
// that no other's is taken for free.
func holdFile(path string, create bool) (*os.File, error) {
	if !create {
		return nil, os.ErrExist
	}
	return os.Create(path)
}
