package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"facialis/internal/service/account"
	"facialis/internal/service/folder"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/words"

	"golang.org/x/term"
)

// accountCmd keeps the accounts of a data folder.
type accountCmd struct {
	Data     string `placeholder:"DIR"`
	Database string `placeholder:"URL" env:"FACIALIS_DATABASE"`

	Add      accountAdd      `cmd:""`
	List     accountList     `cmd:""`
	Role     accountRole     `cmd:""`
	Password accountPassword `cmd:""`
	Remove   accountRemove   `cmd:""`
}

type accountAdd struct {
	Name   string `arg:""`
	Role   string `required:"" enum:"patient,clinician,admin,rater" placeholder:"ROLE"`
	Person string `placeholder:"ID"`
}

type accountList struct{}

type accountRole struct {
	Name   string `arg:""`
	Role   string `arg:"" enum:"patient,clinician,admin,rater"`
	Person string `placeholder:"ID"`
}

type accountPassword struct {
	Name string `arg:""`
}

type accountRemove struct {
	Name string `arg:""`
}

// open opens the database of the accounts.
func (c *accountCmd) open(env *Env) (*store.Store, error) {
	if c.Database != "" {
		if !store.IsURL(c.Database) {
			return nil, usage("cli.usage.together")
		}
		return store.Connect(env.Ctx, c.Database)
	}
	dir, err := dataFolder(c.Data)
	if err != nil {
		return nil, err
	}
	tightened, err := folder.Private(dir)
	if err != nil {
		return nil, err
	}
	if tightened > 0 {
		fmt.Fprintln(env.notes(), words.Default().Say("cli.note.private"))
	}
	st, err := folder.OpenStore(env.Ctx, dir, keySource(env, askPassphrase))
	if folder.KeyProblem(err) {
		return nil, withExit(ExitUsage, err)
	}
	return st, err
}

// with opens the accounts, does something with them, and writes into the audit
// log that it was done here. It works beside a running server.
func (c *accountCmd) with(env *Env, action string, do func(*account.Book) (*account.Entry, error)) (err error) {
	st, err := c.open(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	book := account.NewBook(st, nil)
	book.Breached = account.Breached(os.Getenv(account.BreachedVariable))
	e, err := do(book)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return usage("cli.usage.account")
	case errors.Is(err, record.ErrInvalid), errors.Is(err, account.ErrTaken), errors.Is(err, account.ErrLastAdmin):
		return withExit(ExitUsage, errors.New(strings.TrimSuffix(err.Error(), ": "+record.ErrInvalid.Error())))
	case err != nil || e == nil:
		return err
	}
	whom := ""
	if e.PersonID != nil {
		whom = *e.PersonID
	}
	return book.Write(env.Ctx, "", action, "account "+e.ID, whom, "command line")
}

func optional(id string) *string {
	if id == "" {
		return nil
	}
	return &id
}

// Run adds an account.
func (a *accountAdd) Run(env *Env, c *commands) error {
	return c.Account.with(env, "add", func(b *account.Book) (*account.Entry, error) {
		password, err := askPassword(env)
		if err != nil {
			return nil, err
		}
		return b.Add(env.Ctx, account.New{Name: a.Name, Role: a.Role, PersonID: optional(a.Person), Password: password, MustChange: true})
	})
}

// Run lists the accounts.
func (*accountList) Run(env *Env, c *commands) error {
	return c.Account.with(env, "", func(b *account.Book) (*account.Entry, error) {
		all, err := b.List(env.Ctx)
		if err != nil {
			return nil, err
		}
		w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
		for _, e := range all {
			whom := ""
			if e.PersonID != nil {
				whom = "person " + *e.PersonID
			}
			fmt.Fprintf(w, "%s\t%s\t%s\n", e.Name, e.Role, whom)
		}
		return nil, w.Flush()
	})
}

// Run changes a role.
func (a *accountRole) Run(env *Env, c *commands) error {
	return c.Account.with(env, "change", func(b *account.Book) (*account.Entry, error) {
		e, err := b.Named(env.Ctx, a.Name)
		if err != nil {
			return nil, err
		}
		return b.Change(env.Ctx, e.ID, account.Change{Role: &a.Role, PersonID: optional(a.Person)})
	})
}

// Run changes a password.
func (a *accountPassword) Run(env *Env, c *commands) error {
	return c.Account.with(env, "change", func(b *account.Book) (*account.Entry, error) {
		e, err := b.Named(env.Ctx, a.Name)
		if err != nil {
			return nil, err
		}
		password, err := askPassword(env)
		if err != nil {
			return nil, err
		}
		return b.Change(env.Ctx, e.ID, account.Change{Password: &password, MustChange: true})
	})
}

// Run removes an account.
func (a *accountRemove) Run(env *Env, c *commands) error {
	return c.Account.with(env, "remove", func(b *account.Book) (*account.Entry, error) {
		e, err := b.Named(env.Ctx, a.Name)
		if err != nil {
			return nil, err
		}
		return e, b.Remove(env.Ctx, e.ID)
	})
}

// askPassword asks for a password twice on a terminal, without showing it;
// elsewhere it is the first line of standard input.
func askPassword(env *Env) (string, error) {
	if f, ok := env.Stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		var typed [2][]byte
		for i, ask := range []string{"Password: ", "Again: "} {
			fmt.Fprint(env.Stderr, ask)
			p, err := readUnseen(env.Ctx, int(f.Fd()))
			fmt.Fprintln(env.Stderr)
			if err != nil {
				return "", fmt.Errorf("reading the password: %w", err)
			}
			typed[i] = p
		}
		if !bytes.Equal(typed[0], typed[1]) {
			return "", usage("cli.usage.passwords")
		}
		return string(typed[0]), nil
	}
	line, err := firstLine(env.Stdin)
	if err != nil && (err != io.EOF || line == "") {
		return "", usage("cli.usage.password")
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// readUnseen reads a line from a terminal without showing it. When the context
// ends first, the terminal is what it was before.
func readUnseen(ctx context.Context, fd int) ([]byte, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	type line struct {
		text []byte
		err  error
	}
	read := make(chan line, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		read <- line{text, err}
	}()
	select {
	case l := <-read:
		return l.text, l.err
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), term.Restore(fd, before))
	}
}
