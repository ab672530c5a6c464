//go:build unix

package folder

import "syscall"

// keepPrivate has every new file of this process, and of the programs that it
// starts, belong to its owner only.
func keepPrivate() { syscall.Umask(int(othersMayUse)) }
