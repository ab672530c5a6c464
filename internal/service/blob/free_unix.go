//go:build unix

package blob

import (
	"fmt"
	"syscall"
)

// Free is how many bytes the folder's disk still takes.
func (d *Dir) Free() (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(d.path, &st); err != nil {
		return 0, fmt.Errorf("asking for room on the disk: %w", err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}
