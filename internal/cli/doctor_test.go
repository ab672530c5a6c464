package cli

import (
	"bytes"
	"strings"
	"testing"
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
