package servertest

import (
	"os/exec"
	"syscall"
)

// endWithUs has the server get a signal when the test's process dies, in whatever way.
func endWithUs(cmd *exec.Cmd, signal syscall.Signal) {
	cmd.SysProcAttr.Setpgid, cmd.SysProcAttr.Pdeathsig = true, signal
}
