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
		"fails":    {"#!/bin/sh\necho 'first line' >&2\necho 'no room left' >&2\nexit 1\n", "nothing printed by Chromium: no room left"},
		"lies":     {"#!/bin/sh\nexit 0\n", "nothing printed by Chromium: "},
		"shut out": {"#!/bin/sh\necho '[1:1:FATAL:zygote_host_impl_linux.cc] No usable sandbox! If this is a container' >&2\nexit 1\n", "Chromium cannot start its sandbox on this system"},
		"hangs":    {"#!/bin/sh\nexec sleep 600\n", "printing the page: context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			tmp := open(t)
			t.Setenv("TMPDIR", tmp)
			program := filepath.Join(open(t), "chromium")
			if err := os.WriteFile(program, []byte(c.script), 0o755); err != nil {
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

// open is a folder that every user may enter.
func open(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for d := dir; len(d) > len(os.TempDir()); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// stub makes a script the Chromium of this test.
func stub(t *testing.T, script string) {
	t.Helper()
	program := filepath.Join(open(t), "chromium")
	if err := os.WriteFile(program, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv(pdf.Env, program)
}

const printed = `for a in "$@"; do case "$a" in --print-to-pdf=*) printf '%%PDF-1.4\n' > "${a#--print-to-pdf=}"; out="${a#--print-to-pdf=}";; esac; done
`

// Chromium runs with its sandbox, as nobody where this program is root's, in an
// environment that holds nothing of this program's.
func TestPrintsWithoutPrivileges(t *testing.T) {
	t.Setenv("SECRET", "of the parent")
	stub(t, "#!/bin/sh\n"+printed+`{ id -u; id -G; env; echo "$@"; ulimit -f; } >> "$out"`+"\n")
	out, err := pdf.Print(t.Context(), []byte(page))
	if err != nil {
		t.Fatal(err)
	}
	said := string(out)
	if strings.Contains(said, "SECRET") || strings.Contains(said, "no-sandbox") {
		t.Errorf("%s", said)
	}
	if who := strings.Split(said, "\n"); os.Geteuid() == 0 && (who[1] == "0" || strings.Contains(" "+who[2]+" ", " 0 ")) {
		t.Errorf("it prints as user %s of groups %s", who[1], who[2])
	}
}

// However many ask at once, two are printed at a time.
func TestTurns(t *testing.T) {
	count := open(t)
	stub(t, "#!/bin/sh\n"+printed+"touch "+count+"/$$\nls "+count+" | wc -l >> \"$out\"\nsleep 0.2\nrm "+count+"/$$\n")
	most := make(chan string, 12)
	for range 12 {
		go func() {
			out, err := pdf.Print(t.Context(), []byte(page))
			if err != nil {
				most <- err.Error()
				return
			}
			most <- strings.TrimSpace(strings.TrimPrefix(string(out), "%PDF-1.4"))
		}()
	}
	for range 12 {
		if n := <-most; n != "1" && n != "2" {
			t.Errorf("%s at a time", n)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pdf.Print(ctx, []byte(page)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
