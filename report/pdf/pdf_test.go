package pdf_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"facialis/report/pdf"
)

const page = `<!doctype html><html lang="en"><title>A page</title><h1>A page</h1><p>Printed.</p>
<script>document.body.innerHTML = "x".repeat(100000)</script></html>`

func TestPrint(t *testing.T) {
	if _, err := pdf.Find(); err != nil {
		t.Skip(err)
	}
	data, err := pdf.Print(t.Context(), []byte(page))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte("/Type /Page\n")) && !bytes.Contains(data, []byte("/Type /Pages")) {
		t.Errorf("no page in %d bytes", len(data))
	}
	if n := bytes.Count(data, []byte("/Type /Page\n")); n > 1 {
		t.Errorf("%d pages: the script ran", n)
	}
}

func TestWithoutChromium(t *testing.T) {
	t.Setenv(pdf.Env, "none")
	if _, err := pdf.Print(t.Context(), []byte(page)); !errors.Is(err, pdf.ErrNoChromium) {
		t.Errorf("error %v", err)
	}
}

// A program that is no Chromium, and one that does not come back, end in one
// line and leave nothing behind.
func TestBroken(t *testing.T) {
	for name, c := range map[string]struct{ script, want string }{
		"fails": {"#!/bin/sh\necho 'first line' >&2\necho 'no usable sandbox' >&2\nexit 1\n", "nothing printed by Chromium: no usable sandbox"},
		"lies":  {"#!/bin/sh\nexit 0\n", "nothing printed by Chromium: "},
		"hangs": {"#!/bin/sh\nexec sleep 600\n", "printing the page: context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			tmp := t.TempDir()
			t.Setenv("TMPDIR", tmp)
			program := filepath.Join(t.TempDir(), "chromium")
			if err := os.WriteFile(program, []byte(c.script), 0o700); err != nil {
				t.Fatal(err)
			}
			t.Setenv(pdf.Env, program)
			ctx, cancel := context.WithCancel(t.Context())
			if name == "hangs" {
				cancel()
			}
			defer cancel()
			_, err := pdf.Print(ctx, []byte(page))
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if left, _ := os.ReadDir(tmp); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}
