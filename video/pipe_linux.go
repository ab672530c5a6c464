package video

import (
	"os"
	"syscall"
)

// growPipe asks the kernel for a larger pipe (1 MiB, the usual limit for
// ordinary users): fewer switches between the decoder and this program. A
// refusal does no harm.
func growPipe(f *os.File) {
	const setPipeSize = 1031 // F_SETPIPE_SZ
	if c, err := f.SyscallConn(); err == nil {
		_ = c.Control(func(fd uintptr) {
			_, _, _ = syscall.Syscall(syscall.SYS_FCNTL, fd, setPipeSize, 1<<20)
		})
	}
}
