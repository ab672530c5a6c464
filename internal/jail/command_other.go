//go:build !linux

package jail

import (
	"context"
	"os"
	"os/exec"
	"strings"
)

// Command is c's program on the film, not jailed: this system has neither
// Landlock nor seccomp.
func Command(ctx context.Context, film *os.File, c Cell, more ...*os.File) (*exec.Cmd, error) {
	args := make([]string, len(c.Args))
	for i, a := range c.Args {
		args[i] = strings.ReplaceAll(a, Film, film.Name())
	}
	cmd := exec.CommandContext(ctx, c.Program, args...)
	cmd.ExtraFiles = append([]*os.File{film}, more...)
	cmd.Env = []string{"LC_ALL=C.UTF-8"}
	return cmd, nil
}
