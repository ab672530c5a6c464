package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"facialis/words"
)

// ErrNoChromium says that no Chromium was found.
var ErrNoChromium = errors.New("no Chromium was found; install it, or print the page from a browser")

// ErrNoSandbox says that Chromium cannot shut itself in on this system, so that
// nothing is printed.
var ErrNoSandbox error = noSandbox{}

type noSandbox struct{}

func (noSandbox) Error() string { return words.Default().Say("report.pdf.noSandbox") }

// Env names the variable that says where Chromium is; "none" stands for nowhere.
const Env = "FACIALIS_CHROMIUM"

// Timeout is how long printing may take once its turn has come, when the caller's
// context has no end.
const Timeout = 60 * time.Second

// atATime is how many pages are printed at a time; each takes about ten
// processes. The others wait for their turn.
const atATime = 2

var turns = make(chan struct{}, atATime)

// programs are the names under which Chromium is installed.
var programs = []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"}

// Find is the path of Chromium, or ErrNoChromium.
func Find() (string, error) {
	names := programs
	if own := os.Getenv(Env); own != "" {
		names = []string{own}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNoChromium
}

// Paper is a size of paper that a page is printed on.
type Paper string

// The sizes of paper.
const (
	A4     Paper = "A4"
	Letter Paper = "letter"
)

// On is the page laid out for a paper: what Print and any browser print follow it.
func On(html []byte, paper Paper) []byte {
	style := []byte("<style>@page { size: " + string(paper) + " portrait; }</style>")
	if i := bytes.Index(html, []byte("</head>")); i >= 0 {
		return slices.Concat(html[:i], style, html[i:])
	}
	return slices.Concat(style, html)
}

// Print turns a page into a PDF.
func Print(ctx context.Context, html []byte) ([]byte, error) {
	program, err := Find()
	if err != nil {
		return nil, err
	}
	select {
	case turns <- struct{}{}:
		defer func() { <-turns }()
	case <-ctx.Done():
		return nil, fmt.Errorf("printing the page: %w", ctx.Err())
	}
	dir, err := os.MkdirTemp("", "facialis-pdf-")
	if err != nil {
		return nil, fmt.Errorf("making a folder to print in: %w", err)
	}
	defer os.RemoveAll(dir)
	page, out := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(page, locked(html), 0o600); err != nil {
		return nil, fmt.Errorf("writing the page to print: %w", err)
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, Timeout)
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, program, args(dir, page, out)...)
	// Nothing of this program's own environment: it may hold secrets.
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=" + dir, "TMPDIR=" + dir, "XDG_CONFIG_HOME=" + dir, "XDG_CACHE_HOME=" + dir, "XDG_RUNTIME_DIR=" + dir,
		"DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere", "DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nowhere"}
	cmd.Dir = dir
	cmd.WaitDelay = 5 * time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := lower(cmd, dir, page); err != nil {
		return nil, fmt.Errorf("printing the page: %w", err)
	}
	if err = cmd.Start(); err == nil {
		limit(cmd.Process.Pid)
		err = cmd.Wait()
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("printing the page: %w", ctx.Err())
	}
	if err != nil && strings.Contains(said.String(), "usable sandbox") {
		return nil, ErrNoSandbox
	}
	data, readErr := os.ReadFile(out)
	if err != nil || readErr != nil || !bytes.HasPrefix(data, []byte("%PDF-")) {
		return nil, fmt.Errorf("nothing printed by Chromium: %s", lastLine(said.String(), errors.Join(err, readErr)))
	}
	return data, nil
}

// policy lets a page hold its own styles and pictures and nothing else.
const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'">`

// locked is the page with the policy as the first thing in its head.
func locked(html []byte) []byte {
	if i := bytes.Index(html, []byte("<head>")); i >= 0 {
		return slices.Concat(html[:i+6], []byte(policy), html[i+6:])
	}
	if i := bytes.Index(html, []byte("<title")); i >= 0 {
		return slices.Concat(html[:i], []byte(policy), html[i:])
	}
	return html
}

// args is the command line: nothing of the user's own browser is touched, and
// no name is looked up.
func args(dir, page, out string) []string {
	a := []string{"--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-crash-reporter",
		"--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
		"--user-data-dir=" + filepath.Join(dir, "profile"), "--no-pdf-header-footer", "--generate-pdf-document-outline",
		"--print-to-pdf=" + out}
	return append(a, (&url.URL{Scheme: "file", Path: filepath.ToSlash(page)}).String())
}

// lastLine is the last thing that Chromium said, or else the error, in one line.
func lastLine(said string, err error) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		return last[:min(len(last), 300)]
	}
	return strings.ReplaceAll(fmt.Sprint(err), "\n", "; ")
}
