package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"facialis/internal/service/servertest"

	"github.com/jackc/pgx/v5"
)

// Required is the variable of the environment that has tests fail where there is
// no server to start, instead of passing them over.
const Required = "FACIALIS_TEST_CLUSTER"

// T is what is needed of a test, or of a program that measures.
type T interface {
	Helper()
	Fatal(args ...any)
	Skip(args ...any)
	Cleanup(func())
}

// Server is a server that was started for a test.
type Server struct {
	dir, bin string
	port     int
	process  *servertest.Process
	n        int
	mu       sync.Mutex
}

// Bin is the folder with the programs of PostgreSQL, "" where there is none.
func Bin() string {
	if p, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(p)
	}
	all, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(all) == 0 {
		return ""
	}
	slices.Sort(all)
	return filepath.Dir(all[len(all)-1])
}

// Start starts a server that ends with the test.
func Start(t T) *Server {
	t.Helper()
	s := need(t)
	t.Cleanup(s.close)
	return s
}

// need starts a server, or passes the test over where none is installed.
func need(t T) *Server {
	t.Helper()
	bin := Bin()
	if bin == "" {
		if os.Getenv(Required) != "" {
			t.Fatal("PostgreSQL is not installed")
		}
		t.Skip("PostgreSQL is not installed")
	}
	s, err := open(bin)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var shared struct {
	sync.Mutex
	s *Server
}

// Database is the address of an empty database on a server that the tests of a
// package share. Their TestMain has to be [Main].
func Database(t T) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.s == nil {
		shared.s = need(t)
	}
	return shared.s.Database(t)
}

// Main runs the tests of a package and ends the server that they shared.
func Main(m *testing.M) {
	code := m.Run()
	Close()
	os.Exit(code)
}

// Close ends the server that tests shared.
func Close() {
	if shared.s != nil {
		shared.s.close()
	}
}

// open makes a server's folder and starts it.
func open(bin string) (*Server, error) {
	dir, err := os.MkdirTemp("", "facialis-pg-")
	if err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	s := &Server{dir: dir, bin: bin}
	if as := unprivileged(); as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			return nil, fmt.Errorf("giving a folder away: %w", err)
		}
	}
	init := s.command("initdb", "-D", s.data(), "-U", "facialis", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	if out, err := init.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("making a database: %w: %s", err, out)
	}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	if err := s.run(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// Pid is the process of the server.
func (s *Server) Pid() int { return s.process.Pid() }

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// unprivileged is whom the server runs as when root runs the tests: it refuses
// to run as root.
func unprivileged() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}

func (s *Server) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, program), args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: unprivileged()}
	return cmd
}

// freePort is a port of loopback that nobody listens on.
func freePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("looking for a port: %w", err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port, nil
}

// run starts the server and waits until it answers.
func (s *Server) run() error {
	cmd := s.command("postgres", "-D", s.data(), "-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=32MB")
	p, err := servertest.Start(cmd, "PostgreSQL", filepath.Join(s.dir, "log"), syscall.SIGQUIT, func(ctx context.Context) error {
		c, err := pgx.Connect(ctx, s.url("postgres"))
		if err != nil {
			return err
		}
		return c.Close(ctx)
	})
	if err == nil {
		s.process = p
	}
	return err
}

func (s *Server) url(database string) string {
	return (&url.URL{Scheme: "postgres", User: url.User("facialis"), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), Path: "/" + database, RawQuery: "sslmode=disable"}).String()
}

// Database makes an empty database and gives its address.
func (s *Server) Database(t T) string {
	t.Helper()
	s.mu.Lock()
	s.n++
	name := fmt.Sprintf("t%d", s.n)
	s.mu.Unlock()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, `CREATE DATABASE `+name); err != nil {
		t.Fatal(err)
	}
	return s.url(name)
}

// Kill ends the server with all its processes as a power cut would.
func (s *Server) Kill() { s.process.Kill() }

// Restart starts a server that was killed, at the same address.
func (s *Server) Restart() error {
	// What was killed may leave children that still hold the shared memory.
	var err error
	for range 50 {
		if err = s.run(); err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// close ends the server and removes its folder.
func (s *Server) close() {
	if s.process != nil {
		s.process.End(syscall.SIGQUIT) // at once: nothing of it is kept
	}
	if err := os.RemoveAll(s.dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		fmt.Fprintln(os.Stderr, err)
	}
}
