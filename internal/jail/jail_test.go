//go:build linux

package jail_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"facialis/internal/jail"
)

// TestMain makes this program its own prisoner: as "inside" it tries what a
// decoder that was taken over would try, and says what it managed.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "inside" {
		inside(os.Args[2:])
		return
	}
	os.Exit(m.Run())
}

// attempts are what must fail inside.
var attempts = map[string]func() error{
	"read a system file": func() error { _, err := os.ReadFile("/etc/passwd"); return err },
	"list the root":      func() error { _, err := os.ReadDir("/"); return err },
	"list its processes": func() error { _, err := os.ReadDir("/proc/self/task"); return err },
	"read its parent's memory": func() error {
		_, err := os.Open(fmt.Sprintf("/proc/%d/mem", os.Getppid()))
		return err
	},
	"make a file": func() error { return os.WriteFile("/tmp/facialis-jail-test", nil, 0o600) },
	"reach the network": func() error {
		_, err := net.DialTimeout("tcp", "127.0.0.1:1", time.Second)
		if err != nil && strings.Contains(err.Error(), "refused") {
			return nil // it got as far as the network
		}
		return err
	},
	"make a socket":     func() error { _, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0); return err },
	"start a program":   func() error { return exec.Command("/bin/true").Run() },
	"signal its parent": func() error { return syscall.Kill(os.Getppid(), 0) },
	"trace":             func() error { return syscall.PtraceAttach(os.Getppid()) },
	"mount":             func() error { return syscall.Mount("none", "/mnt", "tmpfs", 0, "") },
	"leave its user":    func() error { return syscall.Setuid(0) },
	"raise its own limit": func() error {
		return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 40, Max: 1 << 40})
	},
	"open many files": func() error {
		for range 200 {
			f, err := os.Open(jail.Film)
			if err != nil {
				return err
			}
			defer f.Close()
		}
		return nil
	},
	"take much memory": func() error {
		_, err := syscall.Mmap(-1, 0, 8<<30, syscall.PROT_READ, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		return err
	},
}

func inside(args []string) {
	said := map[string]string{}
	for name, try := range attempts {
		said[name] = ""
		if err := try(); err != nil {
			said[name] = err.Error()
		}
	}
	film, err := os.ReadFile(jail.Film)
	said["film"] = string(film)
	if err != nil {
		said["film"] = err.Error()
	}
	said["environment"] = strings.Join(slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "LC_ALL=") }), " ")
	if len(args) > 0 {
		if err := os.WriteFile(filepath.Join(args[0], "made"), []byte("made"), 0o600); err != nil {
			said["made"] = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
		os.Exit(1)
	}
}

// prisoner runs this program inside, with a film and a folder of its own.
func prisoner(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	film := filepath.Join(dir, "film")
	if err := os.WriteFile(film, []byte("pictures"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	f, err := os.Open(film)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SECRET", "of the parent")
	cmd, err := jail.Command(context.Background(), f, jail.Cell{Program: self, Args: []string{"inside", folder}, Write: []string{folder}, MemoryMB: 2048, CPUS: 20, Files: 64, WriteMB: 1})
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("inside: %v: %s", err, out)
	}
	said := map[string]string{}
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if b, err := os.ReadFile(filepath.Join(folder, "made")); err != nil || string(b) != "made" {
		t.Errorf("a file could not be made in the folder for it: %s, %v", said["made"], err)
	}
	return said
}

func TestNothingGetsOut(t *testing.T) {
	if lacks := jail.Lacks(); len(lacks) > 0 {
		t.Skip(lacks)
	}
	said := prisoner(t)
	if said["film"] != "pictures" {
		t.Errorf("the film reads as %q", said["film"])
	}
	if said["environment"] != "" {
		t.Errorf("the environment came along: %s", said["environment"])
	}
	for name := range attempts {
		if said[name] == "" {
			t.Errorf("a jailed program can %s", name)
		}
	}
}

// Without the jail every attempt but the last ones would succeed: the test can
// fail.
func TestOutsideTheAttemptsSucceed(t *testing.T) {
	for _, name := range []string{"read a system file", "list the root", "make a socket", "start a program", "signal its parent", "make a file"} {
		if err := attempts[name](); err != nil {
			t.Errorf("outside, too, one cannot %s: %v", name, err)
		}
	}
	os.Remove("/tmp/facialis-jail-test")
}

// A program that only burns time is ended by the kernel.
func TestTimeEnds(t *testing.T) {
	yes, err := exec.LookPath("yes")
	if err != nil {
		t.Skip(err)
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	cmd, err := jail.Command(t.Context(), null, jail.Cell{Program: yes, MemoryMB: 1024, CPUS: 1, Files: 16})
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = null
	err = cmd.Run()
	if err == nil || !strings.Contains(err.Error(), "signal") {
		t.Errorf("it ended with %v, want a signal", err)
	}
}
