package cli

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"
)

// A message reaches a mail server whole, and nothing of it becomes a header.
func TestSend(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	got := make(chan string, 1)
	go func() {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		fmt.Fprint(c, "220 test\r\n")
		r := bufio.NewReader(c)
		var all strings.Builder
		for inside := false; ; {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			all.WriteString(line)
			switch verb := strings.ToUpper(strings.TrimSpace(line)); {
			case inside && line == ".\r\n":
				inside = false
				fmt.Fprint(c, "250 ok\r\n")
			case inside:
			case verb == "DATA":
				inside = true
				fmt.Fprint(c, "354 go on\r\n")
			case verb == "QUIT":
				fmt.Fprint(c, "221 bye\r\n")
				got <- all.String()
				return
			default:
				fmt.Fprint(c, "250 ok\r\n")
			}
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	text := "Grüße\n\nhttps://clinic.example/invitation#" + strings.Repeat("x", 80) + "\n"
	if err := send(ctx, ln.Addr().String(), "Facialis <app@clinic.example>", "doc@clinic.example", "Neues Paßwort", text); err != nil {
		t.Fatal(err)
	}
	said := <-got
	if !strings.Contains(said, "MAIL FROM:<app@clinic.example>") || !strings.Contains(said, "RCPT TO:<doc@clinic.example>") {
		t.Errorf("%s", said)
	}
	_, message, _ := strings.Cut(said, "DATA\r\n")
	m, err := mail.ReadMessage(strings.NewReader(strings.TrimSuffix(message, ".\r\nQUIT\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil || strings.ReplaceAll(string(body), "\r\n", "\n") != text {
		t.Errorf("%q %v", body, err)
	}
	if err := send(ctx, ln.Addr().String(), "app@clinic.example", "a@b.example\r\nBcc: c@d.example", "x", "y"); err == nil {
		t.Error("an address of two lines is taken")
	}
}

// Nothing of a message goes over the network to a server without TLS, or to one
// whose certificate is nobody's.
func TestMailIsNotSentReadable(t *testing.T) {
	for name, offers := range map[string]string{"no TLS": "250 test", "a wrong certificate": "250-test\r\n250 STARTTLS"} {
		t.Run(name, func(t *testing.T) {
			ours, theirs := net.Pipe() // its other end is not this computer's address
			heard := make(chan string, 1)
			go func() {
				defer theirs.Close()
				var all strings.Builder
				defer func() { heard <- all.String() }()
				fmt.Fprint(theirs, "220 test\r\n")
				r := bufio.NewReader(theirs)
				for {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					all.WriteString(line)
					switch verb := strings.TrimSpace(line); {
					case strings.HasPrefix(verb, "EHLO"):
						fmt.Fprint(theirs, offers+"\r\n")
					case verb == "STARTTLS":
						fmt.Fprint(theirs, "220 go on\r\n")
						c := tls.Server(theirs, &tls.Config{Certificates: []tls.Certificate{selfSigned(t)}})
						r = bufio.NewReader(c)
					default:
						fmt.Fprint(theirs, "250 ok\r\n")
					}
				}
			}()
			ours.SetDeadline(time.Now().Add(30 * time.Second))
			err := deliver(ours, "mail.example", "587", "app@clinic.example", "doc@clinic.example", "Subject", "secret link")
			ours.Close()
			if err == nil {
				t.Error("sent")
			}
			if said := <-heard; strings.Contains(said, "MAIL FROM") || strings.Contains(said, "secret") {
				t.Errorf("the server heard %q", said)
			}
		})
	}
}

// selfSigned is a certificate that nobody vouches for.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	what := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"mail.example"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, what, what, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
