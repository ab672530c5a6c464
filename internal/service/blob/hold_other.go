//go:build !unix

package blob

import (
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
