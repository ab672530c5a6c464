package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"html"
	"net"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"facialis/internal/service/folder"
	"facialis/internal/service/phone"
	"facialis/internal/service/server"
	"facialis/words"
)

// serveCmd runs the app.
type serveCmd struct {
	together
	NoWork     bool
	PlayDirect bool

	Data     string `placeholder:"DIR"`
	Listen   string `default:"127.0.0.1:8765" placeholder:"ADDR"`
	Demo     bool
	Accounts bool
	Purpose  string `default:"compare" enum:"compare,measure"`

	Origin      string `placeholder:"URL"`
	TLSCert     string `name:"tls-cert" placeholder:"FILE"`
	TLSKey      string `name:"tls-key" placeholder:"FILE"`
	BehindProxy bool

	SecondFactor bool `default:"true" negatable:""`

	MailServer string `placeholder:"HOST:PORT"`
	MailFrom   string `placeholder:"ADDRESS"`

	OIDCIssuer     string   `name:"oidc-issuer" placeholder:"URL"`
	OIDCClient     string   `name:"oidc-client" placeholder:"ID"`
	OIDCClaim      string   `name:"oidc-claim" default:"groups" placeholder:"CLAIM"`
	OIDCClinicians []string `name:"oidc-clinicians" placeholder:"GROUP"`
	OIDCAdmins     []string `name:"oidc-admins" placeholder:"GROUP"`
	OIDCRaters     []string `name:"oidc-raters" placeholder:"GROUP"`

	Phone          bool
	ForgetBrowsers bool

	MoveLost bool

	Backup     string `placeholder:"DIR"`
	BackupHour int    `default:"3" placeholder:"HOUR"`
	BackupKeep int    `default:"7" placeholder:"N"`

	NoOpen  bool
	Verbose bool
}

// Help says what the command does.
func (c *serveCmd) Help() string {
	return words.Default().Say("cli.detail.serve")
}

// stopWithin is how long a stop may take.
const stopWithin = 20 * time.Second

// Run serves until the environment's context ends.
func (c *serveCmd) Run(env *Env) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	dir, err := c.dataFolder()
	if err != nil {
		return err
	}
	log := c.log(env)
	lan, err := c.phoneAddress()
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return usage("cli.usage.address", words.Args{"Address": c.Listen, "Reason": errors.Unwrap(err)})
	}
	defer ln.Close()
	f, err := c.openData(env, dir)
	if err != nil {
		return dataProblem(err, dir, stopOrOther)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	dir = f.Path
	worker, err := c.worker(env.Ctx, f, log)
	if err != nil {
		return err
	}
	url, origin, secure := c.reached(ln.Addr())
	config := server.Config{Store: f.Store, Blobs: f.Blobs, Work: worker, Log: log, Limits: server.DefaultLimits(), Version: Version, Demo: c.Demo,
		Origin: c.Origin, Local: c.local(), Secure: secure, PlayDirect: c.PlayDirect}
	var auth *server.TokenAuth
	if c.Accounts {
		config.Accounts, err = c.accounts(f.Store, origin, secure, log)
	} else if auth, err = c.tokenAuth(env.Ctx, f.Store, dir, ln.Addr(), log); err == nil {
		config.Auth = auth
	}
	if err != nil {
		return err
	}
	helper, err := c.pair(env, dir, lan, ln.Addr(), auth, &config)
	if err != nil {
		return err
	}
	if helper != nil {
		defer helper.ln.Close()
		url = helper.here
	}
	if auth != nil {
		url += "#token=" + auth.Token
	}
	if err := c.prepare(env, &config); err != nil {
		return err
	}
	handler := server.New(config).Handler()
	srv := server.NewHTTP(handler, log)
	if err := c.certificate(srv); err != nil {
		return err
	}
	if err := c.advise(env, &config); err != nil {
		return err
	}
	if err := worker.Start(env.Ctx); err != nil {
		return err
	}
	if helper != nil {
		srv.TLSConfig = helper.authority.For(lan, "localhost", "127.0.0.1")
		beside := server.NewHTTP(phone.Install(helper.authority, helper.app, handler), log)
		go beside.Serve(helper.ln)
		defer beside.Close()
	}
	nightly := c.nightly(env, dir, log)
	ended := listen(srv, ln)
	fmt.Fprintln(env.Stdout, words.Default().Say("cli.serve.runs", words.Args{"Address": url, "Folder": c.where(f)}))
	if helper != nil {
		if err := helper.show(env, auth); err != nil {
			return err
		}
	}
	if !c.NoOpen {
		c.open(dir, url)
	}
	select {
	case err = <-ended:
	case <-env.Ctx.Done():
	}
	if err == nil {
		defer nightly()
	}
	return stop(srv, worker, err)
}

// workers is how many recordings this server analyzes at once.
func (c *serveCmd) workers() int {
	if c.NoWork {
		return -1
	}
	return c.Workers
}

// openData opens the data folder, or what many machines share.
func (c *serveCmd) openData(env *Env, dir string) (*folder.Folder, error) {
	if c.shared() {
		return openShared(env.Ctx, c.place())
	}
	return openFolder(env, dir)
}

// tokenVariable is the variable of the environment that sets the token, for
// programs that start the app themselves.
const tokenVariable = "FACIALIS_TOKEN"

// startToken is what lets whoever started the app in, and nobody else on the
// computer.
func startToken() string {
	if t := os.Getenv(tokenVariable); t != "" {
		return t
	}
	return rand.Text()
}

// open shows the app in the browser. The address may hold the token, and anybody
// on the computer sees the arguments of programs: so the browser is given a file
// that only its owner reads, which sends it on.
func (c *serveCmd) open(dir, url string) {
	if !strings.Contains(url, "#") {
		openBrowser(url)
		return
	}
	path, err := filepath.Abs(filepath.Join(dir, "open.html"))
	if err != nil {
		return
	}
	const page = `<!doctype html><meta charset="utf-8"><title>facialis</title><meta http-equiv="refresh" content="0; url=%s">` + "\n"
	os.Remove(path) // a file that is there may be readable to others
	if os.WriteFile(path, fmt.Appendf(nil, page, html.EscapeString(url)), 0o600) == nil {
		openBrowser((&neturl.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String())
	}
}

// openBrowser shows the app where there is a screen; failing is no matter.
func openBrowser(url string) {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		cmd = exec.Command("open", url)
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	default:
		if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
			return
		}
		cmd = exec.Command("xdg-open", url)
	}
	if cmd.Start() == nil {
		go cmd.Wait()
	}
}
