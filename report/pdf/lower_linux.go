package pdf

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// unprivileged is who prints for the superuser.
const unprivileged = "nobody"

// lower takes from cmd what it does not need: the superuser prints as the user
// nobody, to whom the folder and the page in it are given. All of its processes
// end with it.
func lower(cmd *exec.Cmd, dir, page string) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if os.Geteuid() != 0 {
		return nil
	}
	who, err := user.Lookup(unprivileged)
	if err != nil {
		return fmt.Errorf("looking for a user without privileges: %w", err)
	}
	uid, errU := strconv.ParseUint(who.Uid, 10, 32)
	gid, errG := strconv.ParseUint(who.Gid, 10, 32)
	if errU != nil || errG != nil || uid == 0 {
		return fmt.Errorf("the user %s cannot print", unprivileged)
	}
	for _, path := range []string{page, dir} {
		if err := os.Chown(path, int(uid), int(gid)); err != nil {
			return fmt.Errorf("giving the page to the user %s: %w", unprivileged, err)
		}
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return nil
}

// limit bounds what the program and those that it starts may use. Address space
// is not among it: Chromium reserves far more than it uses.
func limit(pid int) {
	const mb = 1 << 20
	for what, amount := range map[int]uint64{unix.RLIMIT_CPU: 120, unix.RLIMIT_DATA: 4096 * mb, unix.RLIMIT_FSIZE: 512 * mb, unix.RLIMIT_NOFILE: 4096, unix.RLIMIT_CORE: 0} {
		// A process that has ended already needs none.
		_ = unix.Prlimit(pid, what, &unix.Rlimit{Cur: amount, Max: amount}, nil)
	}
}
