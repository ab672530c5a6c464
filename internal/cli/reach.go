package cli

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"facialis/internal/service/account"
	"facialis/internal/service/server"
	"facialis/words"
)

// check refuses what does not go together about how the app is reached.
func (c *serveCmd) check() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return usage("cli.usage.listen", words.Args{"Address": fmt.Sprintf("%q", c.Listen)})
	}
	if c.Phone && (c.TLSCert != "" || c.Origin != "" || c.BehindProxy) {
		return usage("cli.usage.phone")
	}
	if !c.Accounts && !c.Phone && !c.local() {
		return usage("cli.usage.listen.accounts", words.Args{"Address": c.Listen})
	}
	if c.BackupHour < 0 || c.BackupHour > 23 || c.BackupKeep < 1 {
		return usage("cli.usage.nightly")
	}
	if err := c.together.check(); err != nil {
		return err
	}
	if c.Workers < 0 || c.NoWork && !c.shared() {
		return usage("cli.usage.workers")
	}
	if c.shared() && (c.Data != "" || c.Backup != "") {
		return usage("cli.usage.together.data")
	}
	if err := c.checkSignIn(); err != nil {
		return err
	}
	if !c.Accounts && c.BehindProxy {
		return usage("cli.usage.proxy.accounts")
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return usage("cli.usage.tls")
	}
	if c.Origin != "" {
		u, err := url.Parse(c.Origin)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
			return usage("cli.usage.origin", words.Args{"Origin": fmt.Sprintf("%q", c.Origin)})
		}
		if c.TLSCert != "" && u.Scheme != "https" {
			return usage("cli.usage.origin.tls")
		}
		c.Origin = u.Scheme + "://" + strings.ToLower(u.Host)
	}
	if c.BehindProxy && !strings.HasPrefix(c.Origin, "https://") {
		return usage("cli.usage.proxy.origin")
	}
	return nil
}

// local reports whether only this computer can reach the address.
func (c *serveCmd) local() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	return err == nil && account.Loopback(host)
}

// reached says where the app is reached: the address to print, the origin that
// passkeys are bound to ("" for none: a browser knows none for a bare number),
// and whether all of the way is encrypted.
func (c *serveCmd) reached(at net.Addr) (address, origin string, secure bool) {
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	address, origin = scheme+"://"+at.String(), c.Origin
	if c.Origin != "" {
		address = c.Origin
	} else if c.Accounts && c.local() {
		_, port, _ := net.SplitHostPort(at.String())
		origin = scheme + "://localhost:" + port
		address = origin
	}
	return address + "/", origin, c.TLSCert != "" || strings.HasPrefix(c.Origin, "https://")
}

// certificate makes the server speak TLS where there is a certificate.
func (c *serveCmd) certificate(srv *http.Server) error {
	if c.TLSCert == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return usage("cli.usage.certificate", words.Args{"Reason": err})
	}
	srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	return nil
}

// advise says what is still to be done for accounts to be of use.
func (c *serveCmd) advise(env *Env, config *server.Config) error {
	if !c.Accounts {
		return nil
	}
	if !c.local() && c.TLSCert == "" && !c.BehindProxy {
		fmt.Fprintln(env.Stderr, words.Default().Say("cli.note.tls"))
	}
	any, err := config.Accounts.Any(env.Ctx)
	if err == nil && !any {
		key := "cli.note.noAccounts"
		if c.BehindProxy {
			key = "cli.note.noAccounts.proxy"
		}
		fmt.Fprintln(env.notes(), words.Default().Say(key))
	}
	return err
}
