//go:build !unix

package folder

import (
	"fmt"
	"os"
)

// acquire opens the lock file; this system keeps no second process out.
func acquire(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the data folder's lock: %w", err)
	}
	return f, nil
}
