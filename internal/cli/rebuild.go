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

// rebuildCmd makes the database again from what lies beside the films.
type rebuildCmd struct {
	Data string `placeholder:"DIR"`
	pair
}

// Run brings back into the database what is described in the data folder. A
// database that is damaged is set aside first.
func (c *rebuildCmd) Run(env *Env) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	var f *folder.Folder
	if c.shared() {
		f, err = c.alone(env)
	} else {
		f, err = c.folder(env)
	}
	if err != nil {
		return err
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
	l := words.Default()
	fmt.Fprintln(env.Stdout, l.Say("cli.rebuild.done", words.Args{"People": l.Count("cli.count.people", r.People), "Entries": l.Count("cli.count.entries", r.Entries),
		"Recordings": l.Count("cli.count.recordings", r.Recordings), "Deleted": l.Count("cli.count.deleted", r.Deleted)}))
	if n := len(r.Bare); n > 0 {
		fmt.Fprintln(env.Stderr, words.Default().Count("cli.note.bare", n))
	}
	return nil
}

// alone opens what many machines share, while none of them works on it.
func (c *rebuildCmd) alone(env *Env) (*folder.Folder, error) {
	f, err := openShared(env.Ctx, c.place())
	if err != nil {
		return nil, err
	}
	others, err := f.Store.Members(env.Ctx)
	if err == nil && len(others) > 0 {
		err = usage("cli.usage.members", words.Args{"N": len(others)})
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// folder opens a data folder, with an empty database where the one there is damaged.
func (c *rebuildCmd) folder(env *Env) (*folder.Folder, error) {
	dir, err := dataFolder(c.Data)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(dir, folder.BlobFolder)); err != nil {
		return nil, usage("cli.usage.noFilms", words.Args{"Folder": dir})
	}
	f, err := openFolder(env, dir)
	switch {
	case folder.KeyProblem(err), errors.Is(err, folder.ErrInUse):
		return nil, dataProblem(err, dir, stopFirst)
	case err != nil:
		aside, moved := setAside(env.Ctx, dir)
		if moved != nil {
			return nil, errors.Join(err, moved)
		}
		fmt.Fprintln(env.Stderr, words.Default().Say("cli.note.aside", words.Args{"File": aside}))
		if f, err = openFolder(env, dir); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// setAside gives a database that cannot be opened, and its journals, another name;
// one that is sound stays.
func setAside(ctx context.Context, dir string) (name string, err error) {
	path := filepath.Join(dir, folder.DatabaseFile)
	if err := store.Sound(ctx, path); err == nil {
		return "", errors.New(words.Default().Say("cli.rebuild.sound"))
	}
	stamp := ".damaged-" + time.Now().UTC().Format("20060102T150405Z")
	for _, ending := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(path+ending, path+stamp+ending); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	return folder.DatabaseFile + stamp, nil
}
