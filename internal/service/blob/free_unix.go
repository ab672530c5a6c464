//go:build unix

package blob

import (
	"fmt"
	"syscall"
)

// Free is how many bytes the folder's disk still takes.
func (d *Dir) Free() (int64, error) { return free(d.path) }

func free(dir string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("asking for room on the disk: %w", err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}
