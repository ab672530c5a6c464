package jail

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"facialis/internal/libdir"
)

// program is the jail's file name, in the folder of the models.
const program = "facialis-jail"

// Command is c's program, jailed, on the film. The caller closes the film once
// the command has been started. Further descriptors go behind the film, from 4
// on.
func Command(ctx context.Context, film *os.File, c Cell, more ...*os.File) (*exec.Cmd, error) {
	dir, err := libdir.Find("film programs", func(dir string) bool { return libdir.IsFile(filepath.Join(dir, program)) })
	if err != nil {
		return nil, err
	}
	c.Film = film != nil
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("writing what the program may do: %w", err)
	}
	cmd := exec.CommandContext(ctx, filepath.Join(dir, program), string(text))
	cmd.ExtraFiles = append([]*os.File{film}, more...)
	cmd.Env = []string{"GOMAXPROCS=1", "GOTRACEBACK=none"}
	cmd.Dir = "/"
	return cmd, nil
}
