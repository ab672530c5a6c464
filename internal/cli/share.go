package cli

import (
	"errors"
	"fmt"
	"os"
	"time"

	"facialis/internal/service/archive"
	"facialis/internal/service/folder"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
	"facialis/words"
)

// shareCmd makes one encrypted file about a person.
type shareCmd struct {
	Data string `placeholder:"DIR"`
	pair
	Person   string   `placeholder:"CODE"`
	To       []string `placeholder:"KEY"`
	Masked   bool
	Research bool
	Out      string `short:"o" placeholder:"FILE"`
	What     string `arg:"" optional:"" enum:",key" default:""`
}

// Help says what the command does.
func (*shareCmd) Help() string { return words.Default().Say("cli.detail.share") }

// Run writes the file, whole or not at all.
func (c *shareCmd) Run(env *Env) (err error) {
	if c.What == "" && (c.Person == "" || c.Out == "") {
		return usage("cli.usage.share.needs")
	}
	f, err := c.open(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if c.What == "key" {
		return c.key(env, f.Store)
	}
	w, err := work.New(env.Ctx, f.Store, f.Blobs, work.Options{Version: Version})
	if err != nil {
		return err
	}
	p, err := c.find(env, f.Store)
	if err != nil {
		return err
	}
	how := archive.Sealing{To: c.To}
	if len(c.To) == 0 {
		if how.Passphrase, err = askPassword(env); err != nil {
			return err
		}
	}
	if err := how.Check(); err != nil {
		return withExit(ExitUsage, err)
	}
	e, err := archive.PrepareOf(env.Ctx, w, p, time.Now(), archive.Options{Masked: c.Masked, Research: c.Research})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	part := c.Out + ".part"
	out, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return withExit(ExitUsage, fmt.Errorf("making the shared file: %w", err))
	}
	err = errors.Join(e.Seal(env.Ctx, out, how), out.Close())
	if err == nil {
		err = os.Rename(part, c.Out)
	}
	if err != nil {
		if errors.Is(err, record.ErrInvalid) {
			err = withExit(ExitUsage, err)
		}
		return errors.Join(err, os.Remove(part))
	}
	fmt.Fprintln(env.Stdout, words.Default().Say("cli.share.done", words.Args{"File": c.Out}))
	return nil
}

// open opens the data folder, or what several machines share, which may go on working.
func (c *shareCmd) open(env *Env) (*folder.Folder, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.shared() {
		if c.Data != "" {
			return nil, usage("cli.usage.together.data")
		}
		return openShared(env.Ctx, c.place())
	}
	dir, err := dataFolder(c.Data)
	if err != nil {
		return nil, err
	}
	f, err := openFolder(env, dir)
	return f, dataProblem(err, dir, stopFirst)
}

// key prints the public key for which others can seal files, and makes it where there is
// none yet.
func (c *shareCmd) key(env *Env, st *store.Store) error {
	all, err := st.ShareKeys(env.Ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		public, secret, err := archive.NewKey()
		if err != nil {
			return err
		}
		if err := st.AddShareKey(env.Ctx, &store.ShareKey{Public: public, Secret: secret, MadeAt: record.Micros(time.Now())}); err != nil {
			return err
		}
		all = append(all, store.ShareKey{Public: public})
	}
	_, err = fmt.Fprintln(env.Stdout, all[0].Public)
	return err
}

// find is the person with that code or id.
func (c *shareCmd) find(env *Env, st *store.Store) (*record.Person, error) {
	if record.IsID(c.Person) {
		p, err := st.Person(env.Ctx, c.Person)
		if err == nil || !errors.Is(err, store.ErrNotFound) {
			return p, err
		}
	}
	all, err := st.PeopleByCode(env.Ctx, c.Person)
	if err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, usage("cli.usage.share.person", words.Args{"Code": c.Person, "N": len(all)})
	}
	return &all[0], nil
}
