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
)

// check refuses what does not go together about how the app is reached.
func (c *serveCmd) check() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return usagef("--listen must look like 127.0.0.1:8765, not %q", c.Listen)
	}
	if !c.Accounts && !c.local() {
		return usagef("others could reach %s: listening there needs --accounts", c.Listen)
	}
	if !c.Accounts && c.BehindProxy {
		return usagef("others could come through the proxy: --behind-proxy needs --accounts")
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return usagef("--tls-cert and --tls-key go together")
	}
	if c.Origin != "" {
		u, err := url.Parse(c.Origin)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
			return usagef("--origin must look like https://clinic.example, not %q", c.Origin)
		}
		if c.TLSCert != "" && u.Scheme != "https" {
			return usagef("--origin must begin with https:// where there is a certificate")
		}
		c.Origin = u.Scheme + "://" + strings.ToLower(u.Host)
	}
	if c.BehindProxy && !strings.HasPrefix(c.Origin, "https://") {
		return usagef("--behind-proxy needs --origin https://…, the address that the proxy has")
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
		return usagef("the certificate or its key cannot be used: %w", err)
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
		fmt.Fprintln(env.Stderr, "warning: without --tls-cert and --tls-key, passwords and films cross the network for all to read")
	}
	any, err := config.Accounts.Any(env.Ctx)
	if err == nil && !any {
		how := "make the first in a browser on this computer, or with: facialis account add NAME --role admin"
		if c.BehindProxy {
			how = "make the first with: facialis account add NAME --role admin"
		}
		fmt.Fprintln(env.Stderr, "note: there are no accounts yet;", how)
	}
	return err
}
