package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"facialis/words"
)

func doctorRun(t *testing.T) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(&Env{Ctx: t.Context(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}, []string{"doctor"})
	return code, out.String(), errs.String()
}

func TestDoctorWell(t *testing.T) {
	code, out, errs := doctorRun(t)
	if code != ExitOK || errs != "" {
		t.Fatalf("exit code %d, %q", code, errs)
	}
	for _, want := range []string{"ffmpeg", "ffprobe", "onnx runtime", "detector.onnx", "attention.onnx", "sha256 ", "threads"} {
		if !strings.Contains(out, want) {
			t.Errorf("no word of %q in:\n%s", want, out)
		}
	}
	if strings.Contains(out, "MISSING") {
		t.Errorf("something is missing but the code is 0:\n%s", out)
	}
}

func TestDoctorMissing(t *testing.T) {
	t.Setenv("FACIALIS_LIB", t.TempDir())
	t.Setenv("PATH", t.TempDir())
	code, out, errs := doctorRun(t)
	if code != ExitSetup {
		t.Errorf("exit code %d, want %d", code, ExitSetup)
	}
	if strings.Count(out, "MISSING") != 3 || !strings.Contains(out, "make build") || !strings.Contains(out, "apt-get install ffmpeg") {
		t.Errorf("it does not say what is missing and what to do:\n%s", out)
	}
	if errs != "facialis: missing: ffmpeg, ffprobe, models\n" {
		t.Errorf("standard error is %q", errs)
	}
}

// weakJail makes this system one whose kernel lacks something.
func weakJail(t *testing.T) {
	t.Helper()
	old := jailLacks
	jailLacks = func() []string { return []string{"the kernel has no Landlock", "the kernel has no seccomp"} }
	t.Cleanup(func() { jailLacks = old })
}

// What the jail lacks is a line each and no reason to stop.
func TestDoctorWeakJail(t *testing.T) {
	weakJail(t)
	code, out, _ := doctorRun(t)
	if code != ExitOK {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"jail             the kernel has no Landlock\n", "jail             the kernel has no seccomp\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	if strings.Contains(out, words.English().Say("jail.whole")) {
		t.Errorf("the jail is called whole:\n%s", out)
	}
}

// The server says it in its log at the start, and starts.
func TestServeWeakJail(t *testing.T) {
	weakJail(t)
	ctx, cancel := context.WithCancel(t.Context())
	var out, errs bytes.Buffer
	started := &onWrite{to: &out, then: cancel}
	code := Main(&Env{Ctx: ctx, Stdin: strings.NewReader(""), Stdout: started, Stderr: &errs}, []string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--no-open"})
	if code != ExitOK || !strings.Contains(out.String(), "facialis runs at") {
		t.Errorf("exit code %d: %s%s", code, out.String(), errs.String())
	}
	for _, want := range []string{words.English().Say("jail.weak"), "no Landlock", "no seccomp"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("no %q in the log:\n%s", want, errs.String())
		}
	}
}

// onWrite calls then once something was written.
type onWrite struct {
	to   *bytes.Buffer
	then func()
}

func (w *onWrite) Write(p []byte) (int, error) {
	defer w.then()
	return w.to.Write(p)
}
