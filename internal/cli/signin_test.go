package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
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
