package jail

import (
	"unsafe"

	"facialis/words"

	"golang.org/x/sys/unix"
)

// fullLandlock is the version from which Landlock closes everything that the
// jail asks of it: files, TCP, signals to other programs.
const fullLandlock = 6

// Lacks says, a line each, what of the jail this kernel cannot do; nil where it
// can do all.
func Lacks() []string {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		version = 0
	}
	kills := uint32(unix.SECCOMP_RET_KILL_PROCESS)
	_, _, errno = unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&kills)))
	return lacking(int(version), errno == 0)
}

// lacking is what a kernel lacks with this version of Landlock, 0 for none, and
// with or without seccomp.
func lacking(landlock int, seccomp bool) []string {
	var lacks []string
	switch {
	case landlock <= 0:
		lacks = append(lacks, say("jail.noLandlock"))
	case landlock < fullLandlock:
		lacks = append(lacks, say("jail.oldLandlock", words.Args{"Version": landlock, "Full": fullLandlock}))
	}
	if !seccomp {
		lacks = append(lacks, say("jail.noSeccomp"))
	}
	return lacks
}
