package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"facialis/internal/service/folder"
	"facialis/internal/service/keyring"
	"facialis/words"

	"golang.org/x/term"
)

// openFolder opens a data folder, an encrypted one by the key in the environment
// or by the passphrase that is asked for.
func openFolder(env *Env, dir string) (*folder.Folder, error) {
	return folder.OpenWith(env.Ctx, dir, keySource(env, askPassphrase))
}

func keySource(env *Env, ask func(*Env) (string, error)) keyring.Source {
	return keyring.Source{Getenv: os.Getenv, Ask: func() (string, error) { return ask(env) }}
}

// longestPassphrase bounds a line that is read as one, bytes.
const longestPassphrase = 4096

// askPassphrase asks once for the passphrase on a terminal, without showing it;
// elsewhere it is the first line of standard input.
func askPassphrase(env *Env) (string, error) {
	if f, ok := env.Stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(env.Stderr, words.Default().Say("cli.ask.passphrase")+" ")
		p, err := readUnseen(env.Ctx, int(f.Fd()))
		fmt.Fprintln(env.Stderr)
		return string(p), err
	}
	line, err := firstLine(env.Stdin)
	if line == "" {
		return "", keyring.ErrNoKey
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the passphrase: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// firstLine reads up to the end of a line and no byte more: what follows may be the
// answer to another question.
func firstLine(in io.Reader) (string, error) {
	var line []byte
	one := make([]byte, 1)
	for len(line) < longestPassphrase {
		n, err := in.Read(one)
		line = append(line, one[:n]...)
		if err != nil || n > 0 && one[0] == '\n' {
			return string(line), err
		}
	}
	return string(line), nil
}

// encryptCmd encrypts a data folder.
type encryptCmd struct {
	Data   string `arg:"" placeholder:"DATA"`
	NewKey string `placeholder:"FILE"`
}

// Help says what the command does.
func (*encryptCmd) Help() string { return words.Default().Say("cli.detail.encrypt") }

// Run encrypts every file of the folder, or goes on where it was broken off.
func (c *encryptCmd) Run(env *Env) error {
	is, err := there(c.Data)
	if err != nil {
		return err
	}
	ask := askPassphrase
	if is == folder.Off {
		ask = askPassword // twice
	}
	src := keySource(env, ask)
	if c.NewKey != "" && is == folder.Off {
		if err := keyring.NewIdentity(c.NewKey); err != nil {
			return withExit(ExitUsage, err)
		}
	}
	if c.NewKey != "" {
		src.Getenv = func(name string) string {
			if name == keyring.FileVariable {
				return c.NewKey
			}
			return ""
		}
	}
	if err := converted(env, "cli.encrypt.done", c.Data, src, folder.Encrypt); err != nil {
		return err
	}
	fmt.Fprintln(env.Stderr, words.Default().Say("cli.note.encrypted"))
	return nil
}

// decryptCmd undoes encryptCmd.
type decryptCmd struct {
	Data string `arg:"" placeholder:"DATA"`
}

// Run decrypts every file of the folder, or goes on where it was broken off.
func (c *decryptCmd) Run(env *Env) error {
	if _, err := there(c.Data); err != nil {
		return err
	}
	return converted(env, "cli.decrypt.done", c.Data, keySource(env, askPassphrase), folder.Decrypt)
}

// there looks at a data folder that has to be there.
func there(dir string) (folder.Encryption, error) {
	if _, err := os.Stat(dir + "/" + folder.BlobFolder); err != nil {
		return folder.Off, usage("cli.usage.noFilms", words.Args{"Folder": dir})
	}
	return folder.EncryptionOf(dir)
}

// converted encrypts or decrypts and says what was done.
func converted(env *Env, done, dir string, src keyring.Source, convert func(context.Context, string, keyring.Source) (int, []string, error)) error {
	files, others, err := convert(env.Ctx, dir, src)
	switch {
	case folder.KeyProblem(err), errors.Is(err, folder.ErrInUse):
		return dataProblem(err, dir, stopFirst)
	case err != nil:
		return backupProblem(err)
	}
	fmt.Fprintln(env.Stdout, words.Default().Say(done, words.Args{"Folder": dir, "Files": files}))
	if n := len(others); n > 0 {
		fmt.Fprintln(env.Stderr, words.Default().Count("cli.note.others", n, words.Args{"First": others[0]}))
	}
	return nil
}
