package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"facialis/internal/service/account"
	"facialis/internal/service/phone"
	"facialis/internal/service/server"
	"facialis/internal/service/store"
	"facialis/words"
)

// phoneHelper is what stands beside the app's own address for phones.
type phoneHelper struct {
	authority *phone.Authority
	ln        net.Listener // plain HTTP: phones install the certificate, this computer opens the app
	app       string       // the app's address for phones
	install   string       // the address of the page for installing
	here      string       // the app's address for this computer
}

// phoneAddress prepares the command for phones: it listens in the local network.
func (c *serveCmd) phoneAddress() (string, error) {
	if !c.Phone {
		return "", nil
	}
	lan, err := phone.Address()
	if err != nil {
		return "", usage("cli.usage.phone.network", words.Args{"Reason": err})
	}
	host, port, _ := net.SplitHostPort(c.Listen) // checked
	if account.Loopback(host) {
		c.Listen = net.JoinHostPort("", port) // IPv4 and IPv6
	}
	return lan, nil
}

// phoneHelper listens one port above the app's own.
func (c *serveCmd) phoneHelper(env *Env, dir, lan string, at net.Addr) (*phoneHelper, error) {
	a, err := phone.Open(filepath.Join(dir, "phone"), time.Now())
	if err != nil {
		return nil, err
	}
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	var conf net.ListenConfig
	ln, err := conf.Listen(env.Ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(n+1)))
	if err != nil { // taken: any other
		if ln, err = conf.Listen(env.Ctx, "tcp", net.JoinHostPort(host, "0")); err != nil {
			return nil, usage("cli.usage.address", words.Args{"Address": host, "Reason": err})
		}
	}
	_, beside, _ := net.SplitHostPort(ln.Addr().String())
	return &phoneHelper{authority: a, ln: ln, app: "https://" + net.JoinHostPort(lan, port), install: "http://" + net.JoinHostPort(lan, beside),
		here: "http://localhost:" + beside + "/"}, nil
}

// show prints what a phone needs.
func (h *phoneHelper) show(env *Env, auth *server.TokenAuth) error {
	link := h.install + "/"
	if auth != nil {
		link = auth.Phone.Link(auth.Phone.Code(time.Now()))
	}
	picture, err := phone.Terminal(link)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "%s\n%s\n", picture, words.Default().Say("cli.serve.phone", words.Args{"Install": link, "Fingerprint": h.authority.Fingerprint()}))
	return err
}

// browserKey is the key of the browsers that were let in without an account. A
// file in the data folder stands for all of them: without it, none is known.
func (c *serveCmd) browserKey(ctx context.Context, st *store.Store, dir string) ([]byte, error) {
	path := filepath.Join(dir, "browsers")
	book := account.NewBook(st, nil)
	age, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || c.ForgetBrowsers {
		age = []byte(rand.Text())
		err = errors.Join(os.WriteFile(path, age, 0o600), book.EndPhones(ctx))
	}
	if err != nil {
		return nil, err
	}
	return book.Key(ctx, "this computer "+string(age))
}
