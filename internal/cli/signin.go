package cli

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/netip"
	"net/smtp"
	"net/url"
	"os"
	"strings"
	"time"

	"facialis/internal/service/account"
)

// Words that no argument may hold, since others on the computer see arguments.
const (
	mailUserVariable     = "FACIALIS_MAIL_USER"
	mailPasswordVariable = "FACIALIS_MAIL_PASSWORD"
	oidcSecretVariable   = "FACIALIS_OIDC_SECRET"
)

// checkSignIn refuses what does not go together about how people sign in.
func (c *serveCmd) checkSignIn() error {
	extra := c.MailServer != "" || c.MailFrom != "" || c.OIDCIssuer != "" || c.OIDCClient != ""
	switch {
	case extra && !c.Accounts:
		return usage("cli.usage.signin.accounts")
	case extra && c.Origin == "" && !c.local():
		return usage("cli.usage.signin.origin")
	case (c.MailServer == "") != (c.MailFrom == ""):
		return usage("cli.usage.mail")
	case (c.OIDCIssuer == "") != (c.OIDCClient == ""), c.OIDCIssuer != "" && len(c.OIDCClinicians)+len(c.OIDCAdmins)+len(c.OIDCRaters) == 0:
		return usage("cli.usage.oidc")
	}
	if u, err := url.Parse(c.OIDCIssuer); c.OIDCIssuer != "" && (err != nil || u.Scheme != "https" && !(u.Scheme == "http" && account.Loopback(u.Host))) {
		return usage("cli.usage.oidc.https")
	}
	if c.MailServer != "" {
		_, _, err := net.SplitHostPort(c.MailServer)
		_, err2 := mail.ParseAddress(c.MailFrom)
		if errors.Join(err, err2) != nil {
			return usage("cli.usage.mail")
		}
	}
	return nil
}

// external is the clinic's own sign-in service, nil for none.
func (c *serveCmd) external() *account.External {
	if c.OIDCIssuer == "" {
		return nil
	}
	return &account.External{Issuer: c.OIDCIssuer, Client: c.OIDCClient, Secret: os.Getenv(oidcSecretVariable), Claim: c.OIDCClaim, Clinicians: c.OIDCClinicians, Admins: c.OIDCAdmins, Raters: c.OIDCRaters}
}

// mail sends a message by the mail server, nil where there is none.
func (c *serveCmd) mail() account.Mail {
	if c.MailServer == "" {
		return nil
	}
	return func(ctx context.Context, to, subject, text string) error {
		return send(ctx, c.MailServer, c.MailFrom, to, subject, text)
	}
}

// errPlainMail says that a message would go over the network readable.
var errPlainMail = errors.New("the mail server offers no TLS: a link for a new password is not sent readable")

// send hands a message to a mail server, over TLS but to this computer itself, which
// may do without.
func send(ctx context.Context, server, from, to, subject, text string) error {
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		return fmt.Errorf("sending mail: %w", err)
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", server)
	if err != nil {
		return fmt.Errorf("sending mail: %w", err)
	}
	defer conn.Close()
	if end, ok := ctx.Deadline(); ok {
		conn.SetDeadline(end)
	}
	return deliver(conn, host, port, from, to, subject, text)
}

// deliver speaks with a mail server over a connection.
func deliver(conn net.Conn, host, port, from, to, subject, text string) error {
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return fmt.Errorf("sending mail: %w", err)
	}
	message, err := letter(sender, to, subject, text)
	if err != nil {
		return fmt.Errorf("sending mail: %w", err)
	}
	at, _ := netip.ParseAddrPort(conn.RemoteAddr().String())
	secure := at.Addr().Unmap().IsLoopback()
	conf := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if port == "465" { // TLS from the first byte: RFC 8314
		conn, secure = tls.Client(conn, conf), true
	}
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		return fmt.Errorf("sending mail: %w", err)
	}
	defer client.Close()
	if ok, _ := client.Extension("STARTTLS"); ok {
		if err := client.StartTLS(conf); err != nil {
			return fmt.Errorf("sending mail: %w", err)
		}
		secure = true
	}
	if !secure {
		return fmt.Errorf("sending mail: %w", errPlainMail)
	}
	if user := os.Getenv(mailUserVariable); user != "" {
		// PlainAuth refuses to send the password without TLS.
		if err := client.Auth(smtp.PlainAuth("", user, os.Getenv(mailPasswordVariable), host)); err != nil {
			return fmt.Errorf("sending mail: %w", err)
		}
	}
	err = client.Mail(sender.Address)
	if err == nil {
		err = client.Rcpt(to)
	}
	if err == nil {
		out, e := client.Data()
		if err = e; err == nil {
			_, e1 := out.Write(message)
			err = errors.Join(e1, out.Close())
		}
	}
	if err == nil {
		err = client.Quit()
	}
	if err != nil {
		return fmt.Errorf("sending mail: %w", err)
	}
	return nil
}

// letter is a message as RFC 5322 has it.
func letter(from *mail.Address, to, subject, text string) ([]byte, error) {
	if strings.ContainsAny(to+subject, "\r\n") {
		return nil, errors.New("a header of several lines")
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nAuto-Submitted: auto-generated\r\n\r\n",
		from, to, mime.QEncoding.Encode("utf-8", subject), time.Now().Format(time.RFC1123Z))
	w := quotedprintable.NewWriter(&b)
	_, err := w.Write([]byte(text))
	return b.Bytes(), errors.Join(err, w.Close())
}
