package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"syscall"
	"time"

	"facialis/internal/service/backup"
	"facialis/internal/service/blob"
	"facialis/internal/service/folder"
	"facialis/words"
)

// backupCmd copies a data folder, also beside a running server.
type backupCmd struct {
	To   string `arg:"" placeholder:"TARGET"`
	Data string `placeholder:"DIR"`
	Copy bool
}

// Run makes a backup.
func (c *backupCmd) Run(env *Env) error {
	dir, err := dataFolder(c.Data)
	if err != nil {
		return err
	}
	if _, err := folder.Private(dir); err != nil {
		return err
	}
	made, err := backup.Make(env.Ctx, dir, c.To, backup.Options{Version: Version, Now: time.Now(), Copy: c.Copy})
	if err != nil {
		return backupProblem(err)
	}
	fmt.Fprintln(env.Stdout, words.Default().Say("cli.backup.made", words.Args{"Target": c.To, "Files": words.Default().Count("cli.count.files", made.Files), "MB": fmt.Sprintf("%.1f", float64(made.Bytes)/1e6)}))
	if made.Keys != "" {
		fmt.Fprintln(env.Stderr, words.Default().Say("cli.note.keys", words.Args{"File": made.Keys}))
	}
	if made.Linked > 0 {
		fmt.Fprintln(env.notes(), words.Default().Say("cli.note.linked"))
	}
	if made.Missing > 0 {
		fmt.Fprintln(env.Stderr, words.Default().Count("cli.note.missing", made.Missing))
	}
	return nil
}

// dataFolder is the data folder that is named, or the usual one.
func dataFolder(named string) (string, error) {
	if named != "" {
		return named, nil
	}
	return folder.Default()
}

// backupProblem gives an error of a backup its exit code and, where the disk is
// full, plain words.
func backupProblem(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return withExit(ExitFailed, errors.New(words.Default().Say("cli.backup.full")))
	case errors.Is(err, backup.ErrThere), errors.Is(err, backup.ErrNoData), errors.Is(err, backup.ErrBroken), errors.Is(err, backup.ErrNoKeys):
		return withExit(ExitUsage, err)
	case errors.Is(err, blob.ErrHeld):
		return withExit(ExitFailed, errors.New(words.Default().Say("cli.backup.held")))
	}
	return err
}

// nightly makes a backup every night while the server runs, where that is asked
// for. What it returns waits for its end.
func (c *serveCmd) nightly(env *Env, dir string, log *slog.Logger) (wait func()) {
	if c.Backup == "" {
		return func() {}
	}
	ended := make(chan struct{})
	n := &backup.Nightly{Data: dir, Dir: c.Backup, Hour: c.BackupHour, Keep: c.BackupKeep, Version: Version,
		Done: func(name string, m *backup.Made, err error) {
			if err != nil {
				log.Error(words.Default().Say("cli.note.nightly"), "to", name, "error", backupProblem(err).Error())
				return
			}
			log.Info("backup", "to", name, "files", m.Files, "bytes", m.Bytes, "linked", m.Linked)
		}}
	go func() {
		defer close(ended)
		n.Run(env.Ctx)
	}()
	return func() { <-ended }
}
