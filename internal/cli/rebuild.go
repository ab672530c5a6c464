package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"facialis/internal/service/folder"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
	"facialis/words"
)

// rebuildCmd makes the database anew from what lies beside the films.
type rebuildCmd struct {
	Data string `placeholder:"DIR"`
}

// Run brings back into the database what is described in the data folder. A
// database that is damaged is set aside first.
func (c *rebuildCmd) Run(env *Env) (err error) {
	dir, err := dataFolder(c.Data)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, folder.BlobFolder)); err != nil {
		return usage("cli.usage.noFilms", words.Args{"Folder": dir})
	}
	f, err := openFolder(env, dir)
	switch {
	case folder.KeyProblem(err):
		return withExit(ExitUsage, err)
	case errors.Is(err, folder.ErrInUse):
		return withExit(ExitUsage, fmt.Errorf("%w (%s); stop it first", err, dir))
	case err != nil:
		aside, moved := setAside(env.Ctx, dir)
		if moved != nil {
			return errors.Join(err, moved)
		}
		fmt.Fprintln(env.Stderr, words.English().Say("cli.note.aside", words.Args{"File": aside}))
		if f, err = openFolder(env, dir); err != nil {
			return err
		}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := work.New(env.Ctx, f.Store, f.Blobs, work.Options{Version: Version})
	if err != nil {
		return err
	}
	r, err := w.Rebuild(env.Ctx)
	if err != nil {
		return err
	}
	l := words.English()
	fmt.Fprintln(env.Stdout, l.Say("cli.rebuild.done", words.Args{"People": l.Count("cli.count.people", r.People), "Entries": l.Count("cli.count.entries", r.Entries),
		"Recordings": l.Count("cli.count.recordings", r.Recordings), "Deleted": l.Count("cli.count.deleted", r.Deleted)}))
	if n := len(r.Bare); n > 0 {
		fmt.Fprintln(env.Stderr, words.English().Count("cli.note.bare", n))
	}
	return nil
}

// setAside gives a database that cannot be opened, and its journals, another name;
// one that is sound stays.
func setAside(ctx context.Context, dir string) (name string, err error) {
	path := filepath.Join(dir, folder.DatabaseFile)
	if err := store.Sound(ctx, path); err == nil {
		return "", errors.New(words.English().Say("cli.rebuild.sound"))
	}
	stamp := ".damaged-" + time.Now().UTC().Format("20060102T150405Z")
	for _, ending := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(path+ending, path+stamp+ending); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	return folder.DatabaseFile + stamp, nil
}
