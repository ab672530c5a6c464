package jail

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fullLandlock is the version from which Landlock closes everything that the
// jail asks of it: files, TCP, signals to other programs.
const fullLandlock = 6

// Lacks says, a line each, what of the jail this kernel cannot do; nil where it
// can do all.
func Lacks() []string {
	var lacks []string
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	switch {
	case errno != 0:
		lacks = append(lacks, "the kernel has no Landlock: a decoder could open any file that this user can")
	case version < fullLandlock:
		lacks = append(lacks, fmt.Sprintf("the kernel's Landlock is version %d, below %d: it closes only a part", version, fullLandlock))
	}
	kills := uint32(unix.SECCOMP_RET_KILL_PROCESS)
	if _, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&kills))); errno != 0 {
		lacks = append(lacks, "the kernel has no seccomp: a decoder could reach the network")
	}
	return lacks
}
