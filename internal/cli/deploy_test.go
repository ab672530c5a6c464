package cli_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"facialis/internal/service/blob"

	"go.yaml.in/yaml/v3"
)

// started is a program of a deployment whose steps are run here.
func (c *clinic) started(args, env []string) (*exec.Cmd, *log, string) {
	c.t.Helper()
	cmd, says := exec.Command("facialis", args...), &log{}
	lib, err := filepath.Abs("../../lib")
	if err != nil {
		c.t.Fatal(err)
	}
	cmd.Env = append(append(os.Environ(), "FACIALIS_LIB="+lib), env...)
	cmd.Stderr = says
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		cmd.Wait()
		c.t.Fatalf("%q does not start: %v %s", args, err, says)
	}
	return cmd, says, line
}

// here puts the servers of the test in the place of those of a deployment.
func (c *clinic) here(text string) string {
	db, err := url.Parse(c.database)
	if err != nil {
		c.t.Fatal(err)
	}
	text = regexp.MustCompile(`postgres://[^@]*@[^/]*/facialis\?sslmode=[a-z-]*`).ReplaceAllString(text, "postgres://facialis@"+db.Host+db.Path+"?sslmode=disable")
	text = regexp.MustCompile(`s3://films\?endpoint=[^&]*&region=us-east-1`).ReplaceAllString(text, c.at)
	return text
}

// The compose file's steps, run without an engine: its servers and workers start
// as it says, on the database and the S3 server that it names, and are ready.
func TestCompose(t *testing.T) {
	c := openClinic(t)
	data, err := os.ReadFile("../../deploy/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../../deploy/compose.env.example")
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]string{}
	for line := range strings.Lines(string(example)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || value == "" {
			t.Errorf("the example says %q", line)
		}
		given[name] = value
	}
	text := os.Expand(string(data), func(name string) string {
		if given[name] == "" {
			t.Errorf("%s is not in the example", name)
		}
		return given[name]
	})
	var file struct {
		Services map[string]struct {
			Image       string
			Entrypoint  []string
			Command     []string
			Healthcheck struct{ Test []string }
			Environment map[string]string
			Volumes     []string
			Tmpfs       []string
			DependsOn   map[string]any `yaml:"depends_on"`
			Deploy      struct{ Replicas int }
			Build       struct{ Context, Dockerfile string }
		}
		Volumes map[string]any
	}
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Services) != 4 {
		t.Errorf("%d services", len(file.Services))
	}
	for name, s := range file.Services {
		for d := range s.DependsOn {
			if _, ok := file.Services[d]; !ok {
				t.Errorf("%s depends on %s, which is not there", name, d)
			}
		}
		for _, v := range s.Volumes {
			if from, _, named := strings.Cut(v, ":"); named {
				if _, ok := file.Volumes[from]; !ok {
					t.Errorf("%s has the volume %s, which is not there", name, from)
				}
			}
		}
		if s.Image != "" {
			continue
		}
		if _, err := os.Stat(filepath.Join("../../deploy", s.Build.Context, s.Build.Dockerfile)); err != nil {
			t.Error(err)
		}
		if s.Environment["AWS_ACCESS_KEY_ID"] != file.Services["films"].Environment["ROOT_ACCESS_KEY"] || s.Environment["AWS_SECRET_ACCESS_KEY"] != file.Services["films"].Environment["ROOT_SECRET_KEY"] {
			t.Errorf("%s has other keys than the S3 server", name)
		}
		if u, err := url.Parse(s.Environment["FACIALIS_DATABASE"]); err != nil || u.User.Username() != file.Services["database"].Environment["POSTGRES_USER"] || strings.TrimPrefix(u.Path, "/") != file.Services["database"].Environment["POSTGRES_DB"] {
			t.Errorf("%s asks for another database: %v", name, err)
		}
		var env []string
		for _, k := range []string{"FACIALIS_DATABASE", "FACIALIS_BLOBS"} {
			env = append(env, k+"="+c.here(s.Environment[k]))
		}
		for range s.Deploy.Replicas {
			c.runs(s.Command, env, given["ORIGIN"])
		}
	}
	films := file.Services["films"]
	c.films(append(slices.Clone(films.Entrypoint), films.Command...), films.Environment)
	c.healthy(file.Services["database"].Healthcheck.Test)
	c.firstAccount(strings.Replace(c.readme("docker compose -f deploy/compose.yaml run --rm server account"), "docker compose -f deploy/compose.yaml run --rm server ", "", 1))
	c.image()
}

// films runs the S3 server as the compose file does, on loopback and in a folder of the
// test, and looks whether the bucket that the programs ask for is there.
func (c *clinic) films(command []string, env map[string]string) {
	c.t.Helper()
	bin, err := exec.LookPath("versitygw")
	if err != nil {
		if bin, err = filepath.Abs("../../bin/versitygw"); err != nil {
			c.t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.t.Fatal(err)
	}
	at, dir := l.Addr().String(), c.t.TempDir()
	l.Close()
	script := strings.NewReplacer("/data", dir+"/data", "/meta", dir+"/meta", "exec versitygw", "exec "+bin, ":7070", at).Replace(command[len(command)-1])
	cmd := exec.Command(command[0], append(command[1:len(command)-1:len(command)-1], script)...)
	says := &log{}
	cmd.Stdout, cmd.Stderr = says, says
	for k, v := range env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	cmd.Env = append(cmd.Env, "PATH="+os.Getenv("PATH"))
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	c.t.Setenv("AWS_ACCESS_KEY_ID", env["ROOT_ACCESS_KEY"])
	c.t.Setenv("AWS_SECRET_ACCESS_KEY", env["ROOT_SECRET_KEY"])
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		s, err := blob.Connect(c.t.Context(), "s3://films?endpoint=http://"+at+"&region=us-east-1", c.t.TempDir())
		if err == nil {
			err = s.Put("people/x.json", func(w io.Writer) error { _, err := w.Write([]byte("x")); return err })
			s.Close()
		}
		if err == nil {
			return
		}
		if time.Now().After(end) {
			c.t.Fatalf("the S3 server of the compose file: %v %s", err, says)
		}
	}
}

// healthy runs the database's health check against the test's own server.
func (c *clinic) healthy(test []string) {
	c.t.Helper()
	if len(test) < 2 || test[0] != "CMD" {
		c.t.Fatalf("the health check is %q", test)
	}
	db, err := url.Parse(c.database)
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.Command(test[1], append(slices.Clone(test[2:]), "-h", db.Hostname(), "-p", db.Port())...)
	if out, err := cmd.CombinedOutput(); err != nil {
		c.t.Errorf("%q: %v %s", test, err, out)
	}
}

// readme is the line of the instructions that begins so.
func (c *clinic) readme(begin string) string {
	c.t.Helper()
	text, err := os.ReadFile("../../deploy/README.md")
	if err != nil {
		c.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, begin) {
			return strings.TrimSpace(line)
		}
	}
	c.t.Fatalf("the instructions have no line %q", begin)
	return ""
}

// firstAccount makes the account as the instructions say.
func (c *clinic) firstAccount(command string) {
	c.t.Helper()
	cmd := c.command(strings.Fields(command)...)
	cmd.Stdin = strings.NewReader("a long enough sentence\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		c.t.Errorf("%s: %v %s", command, err, out)
	}
	out, err := c.command("account", "list").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "NAME") || !strings.Contains(string(out), "admin") {
		c.t.Errorf("%v %s", err, out)
	}
}

// image looks whether what the image copies is there once the program is built, and
// whether it starts a program that it copied.
func (c *clinic) image() {
	c.t.Helper()
	text, err := os.ReadFile("../../deploy/Dockerfile")
	if err != nil {
		c.t.Fatal(err)
	}
	copied := 0
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) < 3 || f[0] != "COPY" || strings.HasPrefix(f[1], "--from") {
			continue
		}
		for _, from := range f[1 : len(f)-1] {
			if strings.HasPrefix(from, "--") {
				continue
			}
			copied++
			if strings.HasPrefix(from, "build/dist/") {
				continue // make dist makes it, and make dist-test carries out the image's steps with it
			}
			if _, err := os.Stat(filepath.Join("../..", from)); err != nil {
				c.t.Errorf("the image copies %v", err)
			}
		}
	}
	if copied == 0 {
		c.t.Error("the image copies nothing")
	}
}

// runs starts one of a deployment's programs and asks it whether it is ready.
func (c *clinic) runs(command, env []string, origin string) {
	c.t.Helper()
	var args []string
	serves := false
	for i, a := range command {
		switch {
		case i > 0 && command[i-1] == "--listen":
			a, serves = "127.0.0.1:0", true
		case i > 0 && command[i-1] == "--spool":
			a = c.t.TempDir()
		}
		args = append(args, a)
	}
	cmd, says, line := c.started(append([]string{}, args...), append(env, "FACIALIS_ORIGIN="+origin))
	if !serves {
		if !strings.HasPrefix(line, "facialis works for postgres://") || strings.Contains(line, "PASSWORD") {
			c.t.Errorf("it says %q %s", line, says)
		}
		return
	}
	at := listens(c.t, cmd.Process.Pid)
	o, err := url.Parse(origin)
	if err != nil {
		c.t.Fatal(err)
	}
	req, err := http.NewRequest("GET", "http://"+at+"/readyz", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Host = o.Host
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(end) {
			c.t.Fatalf("not ready: %v %v %s", resp, err, says)
		}
	}
}

// listens is the address on loopback that a process listens on.
func listens(t *testing.T, pid int) string {
	t.Helper()
	out, err := exec.Command("sh", "-c", `for f in /proc/`+strconv.Itoa(pid)+`/fd/*; do readlink $f; done; cat /proc/net/tcp`).Output()
	if err != nil {
		t.Skip("no /proc here:", err)
	}
	own := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		if inode, ok := strings.CutPrefix(strings.TrimSpace(line), "socket:["); ok {
			own[strings.TrimSuffix(inode, "]")] = true
		}
		f := strings.Fields(line)
		const listening = "0A"
		if len(f) > 9 && f[3] == listening && own[f[9]] {
			_, port, _ := strings.Cut(f[1], ":")
			n, err := strconv.ParseUint(port, 16, 16)
			if err != nil {
				t.Fatal(err)
			}
			return "127.0.0.1:" + strconv.FormatUint(n, 10)
		}
	}
	t.Fatal("it listens nowhere")
	return ""
}

// The systemd units' commands start with what the example of the environment says.
func TestUnits(t *testing.T) {
	c := openClinic(t)
	example, err := os.ReadFile("../../deploy/facialis.env.example")
	if err != nil {
		t.Fatal(err)
	}
	var env []string
	origin := ""
	for line := range strings.Lines(c.here(string(example))) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "AWS_") {
			continue
		}
		env = append(env, line)
		if o, ok := strings.CutPrefix(line, "FACIALIS_ORIGIN="); ok {
			origin = o
		}
	}
	units, err := filepath.Glob("../../deploy/systemd/*.service")
	if err != nil || len(units) != 2 {
		t.Fatal(units, err)
	}
	for _, u := range units {
		text, err := os.ReadFile(u)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(`(?m)^ExecStart=/opt/facialis/bin/facialis (.*)$`).FindStringSubmatch(string(text))
		if found == nil {
			t.Fatalf("%s starts nothing", u)
		}
		command := strings.Fields(strings.NewReplacer("${FACIALIS_ORIGIN}", origin, "${CACHE_DIRECTORY}", "spool").Replace(found[1]))
		c.runs(command, env, origin)
		unit(t, u, string(text))
	}
}

// directives are what systemd knows of what the units use, by section.
var directives = map[string][]string{
	"Unit":    {"Description", "Wants", "After"},
	"Service": {"User", "EnvironmentFile", "CacheDirectory", "CacheDirectoryMode", "ExecStart", "Restart", "RestartSec", "KillSignal", "TimeoutStopSec", "NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp", "UMask", "Nice"},
	"Install": {"WantedBy"},
}

// unit looks at every line of a unit, by systemd itself where it is here.
func unit(t *testing.T, path, text string) {
	t.Helper()
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
			if directives[section] == nil {
				t.Errorf("%s has the section %s", path, section)
			}
		default:
			name, value, _ := strings.Cut(line, "=")
			if !slices.Contains(directives[section], name) || value == "" {
				t.Errorf("%s: %s in %s", path, line, section)
			}
		}
	}
	if bin, err := exec.LookPath("systemd-analyze"); err == nil {
		// The program and the user are those of the machine that it will run on.
		whole := filepath.Join(t.TempDir(), filepath.Base(path))
		own := regexp.MustCompile(`(?m)^(User|EnvironmentFile)=.*\n`).ReplaceAllString(strings.ReplaceAll(text, "/opt/facialis/bin/facialis", "/bin/true"), "")
		if err := os.WriteFile(whole, []byte(own), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(bin, "verify", whole).CombinedOutput(); err != nil {
			t.Errorf("%s: %v %s", path, err, out)
		}
	}
}
