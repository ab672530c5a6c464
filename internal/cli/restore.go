package cli

import (
	"fmt"
	"time"

	"facialis/internal/service/backup"
	"facialis/internal/service/folder"
	"facialis/words"
)

// restoreCmd puts a backup back.
type restoreCmd struct {
	From string `arg:"" placeholder:"BACKUP"`
	Keys string `placeholder:"FILE"`
	Data string `placeholder:"DIR"`
}

// Run makes a data folder of a backup.
func (c *restoreCmd) Run(env *Env) error {
	dir, err := dataFolder(c.Data)
	if err != nil {
		return err
	}
	m, err := backup.Restore(env.Ctx, c.From, c.Keys, dir)
	if err != nil {
		return backupProblem(err)
	}
	if _, err := folder.Private(dir); err != nil {
		return err
	}
	fmt.Fprintln(env.Stdout, words.Default().Say("cli.restore.done", words.Args{"Folder": dir, "Files": words.Default().Count("cli.count.files", len(m.Files)), "At": m.MadeAt.Local().Format(time.DateTime)}))
	return nil
}
