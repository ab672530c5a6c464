package s3test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"facialis/internal/service/pgtest"
	"facialis/internal/service/servertest"
)

// Program is the server, which make builds into bin/.
const Program = "versitygw"

// The keys to every server that is started.
const (
	AccessKey = "facialis"
	SecretKey = "facialis-secret"
)

// Server is a server that was started for a test.
type Server struct {
	dir, bin, addr string
	process        *servertest.Process
	mu             sync.Mutex
	n              int
}

// Find is the path of the server's program, "" where there is none.
func Find() string {
	if p, err := exec.LookPath(Program); err == nil {
		return p
	}
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			p := filepath.Join(dir, "bin", Program)
			if _, err := os.Stat(p); err != nil {
				return ""
			}
			return p
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// Start starts a server that ends with the test. Its keys are put into the
// environment of the test's process, and so into that of programs it starts.
func Start(t pgtest.T) *Server {
	t.Helper()
	s := need(t)
	t.Cleanup(s.close)
	return s
}

func need(t pgtest.T) *Server {
	t.Helper()
	bin := Find()
	if bin == "" {
		if os.Getenv(pgtest.Required) != "" {
			t.Fatal("versitygw is not built: make bin/versitygw")
		}
		t.Skip("versitygw is not built: make bin/versitygw")
	}
	os.Setenv("AWS_ACCESS_KEY_ID", AccessKey)
	os.Setenv("AWS_SECRET_ACCESS_KEY", SecretKey)
	dir, err := os.MkdirTemp("", "facialis-s3-")
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{dir: dir, bin: bin, addr: ln.Addr().String()}
	ln.Close()
	for _, d := range []string{"data", "meta"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.run(); err != nil {
		s.close()
		t.Fatal(err)
	}
	return s
}

var shared struct {
	sync.Mutex
	s *Server
}

// Store is the address of an empty store on a server that the tests of a package
// share. Their TestMain has to be [Main] or to call [Close].
func Store(t pgtest.T) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.s == nil {
		shared.s = need(t)
	}
	return shared.s.Store(t)
}

// Close ends the server that tests shared.
func Close() {
	if shared.s != nil {
		shared.s.close()
	}
}

// Main runs the tests of a package and ends the server that they shared.
func Main(m *testing.M) {
	code := m.Run()
	Close()
	os.Exit(code)
}

// run starts the server and waits until it answers.
func (s *Server) run() error {
	// The attributes of objects are kept in files: not every disk has others.
	cmd := exec.Command(s.bin, "--port", s.addr, "--quiet", "posix", "--sidecar", filepath.Join(s.dir, "meta"), filepath.Join(s.dir, "data"))
	cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+AccessKey, "ROOT_SECRET_KEY="+SecretKey)
	cmd.Dir = s.dir
	p, err := servertest.Start(cmd, "the S3 server", filepath.Join(s.dir, "log"), syscall.SIGKILL, func(context.Context) error {
		resp, err := http.Get("http://" + s.addr + "/")
		if err != nil {
			return err
		}
		return resp.Body.Close()
	})
	if err == nil {
		s.process = p
	}
	return err
}

// Store makes an empty store and gives its address.
func (s *Server) Store(t pgtest.T) string {
	t.Helper()
	s.mu.Lock()
	s.n++
	bucket := fmt.Sprintf("films-%d", s.n)
	s.mu.Unlock()
	if err := os.Mkdir(filepath.Join(s.dir, "data", bucket), 0o700); err != nil {
		t.Fatal(err)
	}
	return "s3://" + bucket + "/some/where?endpoint=http://" + s.addr + "&region=us-east-1"
}

// Raw is what the server keeps under a key of a store, as it lies on the disk.
func (s *Server) Raw(store, key string) ([]byte, error) {
	bucket, _, _ := strings.Cut(strings.TrimPrefix(store, "s3://"), "/")
	return os.ReadFile(filepath.Join(s.dir, "data", bucket, "some", "where", filepath.FromSlash(key)))
}

// Raw is [Server.Raw] of the server that tests share.
func Raw(store, key string) ([]byte, error) { return shared.s.Raw(store, key) }

// Pid is the process of the server.
func (s *Server) Pid() int { return s.process.Pid() }

// Kill ends the server as a power cut would.
func (s *Server) Kill() { s.process.Kill() }

// Restart starts a server that was killed, at the same address.
func (s *Server) Restart() error { return s.run() }

// close ends the server and removes its folder.
func (s *Server) close() {
	if s.process != nil {
		s.Kill()
	}
	if err := os.RemoveAll(s.dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}
