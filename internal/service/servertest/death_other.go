//go:build !linux

package servertest

import (
	"os/exec"
	"syscall"
)

// endWithUs is for Linux only: elsewhere a test that is killed leaves its server.
func endWithUs(cmd *exec.Cmd, _ syscall.Signal) { cmd.SysProcAttr.Setpgid = true }
