package infer

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// ErrMissing is wrapped by the errors about models or a runtime library that
// are not there.
var ErrMissing = errors.New("run 'make build', or set FACIALIS_LIB to the folder that holds them")

// canonicalFile holds the canonical face's vertices.
const canonicalFile = "canonical.bin"

// LibraryName is the runtime library's file name on this system.
func LibraryName() string {
	switch runtime.GOOS {
	case "darwin":
		return "libonnxruntime.dylib"
	case "windows":
		return "onnxruntime.dll"
	}
	return "libonnxruntime.so.1"
}

// Find gives the folder that holds the models and the runtime library: what
// FACIALIS_LIB names, else lib/ beside the program, else lib/ beside the
// program's own folder, else /usr/lib/facialis. Only a program that the go tool
// built for one run (a test) also looks for lib/ in the folders above the
// current one, so that no folder a user happens to stand in can slip its own
// library in.
func Find() (string, error) {
	if dir := os.Getenv("FACIALIS_LIB"); dir != "" {
		if !holds(dir) {
			return "", fmt.Errorf("no models in %s (from FACIALIS_LIB): %w", dir, ErrMissing)
		}
		return dir, nil
	}
	for _, dir := range candidates() {
		if holds(dir) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("the models are missing: %w", ErrMissing)
}

func candidates() []string {
	var dirs []string
	if exe, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(exe); err == nil {
			exe = real
		}
		here := filepath.Dir(exe)
		dirs = append(dirs, filepath.Join(here, "lib"), filepath.Join(filepath.Dir(here), "lib"))
		if strings.HasSuffix(strings.TrimSuffix(exe, ".exe"), ".test") || strings.Contains(exe, "go-build") {
			dirs = append(dirs, above("lib")...)
		}
	}
	return append(dirs, "/usr/lib/facialis")
}

// above lists name in the current folder and in each above it.
func above(name string) []string {
	dir, err := os.Getwd()
	if err != nil {
		return nil
	}
	var dirs []string
	for {
		dirs = append(dirs, filepath.Join(dir, name))
		up := filepath.Dir(dir)
		if up == dir {
			return dirs
		}
		dir = up
	}
}

// holds tells whether dir has all of the models.
func holds(dir string) bool {
	for _, m := range models {
		if !isFile(filepath.Join(dir, m.name+".onnx")) {
			return false
		}
	}
	return isFile(filepath.Join(dir, canonicalFile))
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// FindLibrary gives the runtime library's path: what FACIALIS_ORT_LIB names,
// else the one beside the models in dir, else the system's in /usr/lib.
func FindLibrary(dir string) (string, error) {
	if path := os.Getenv("FACIALIS_ORT_LIB"); path != "" {
		if !isFile(path) {
			return "", fmt.Errorf("no runtime library at %s (from FACIALIS_ORT_LIB): %w", path, ErrMissing)
		}
		return path, nil
	}
	for _, d := range []string{dir, "/usr/lib"} {
		if path := filepath.Join(d, LibraryName()); isFile(path) {
			return path, nil
		}
	}
	return "", fmt.Errorf("the runtime library %s is missing: %w", LibraryName(), ErrMissing)
}

// Sum gives the SHA-256 of a file, in hexadecimal.
func Sum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// Canonical gives the canonical face of the folder dir, which stands for the
// average head: 468 mesh points as x, y, z in cm, x towards the image's right,
// y up, z towards the camera.
func Canonical(dir string) (*[468][3]float32, error) {
	b, err := os.ReadFile(filepath.Join(dir, canonicalFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the canonical face is missing: %w", ErrMissing)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the canonical face: %w", err)
	}
	var out [468][3]float32
	if len(b) != len(out)*3*4 {
		return nil, fmt.Errorf("the canonical face has %d bytes instead of %d", len(b), len(out)*3*4)
	}
	for i := range out {
		for j := range 3 {
			out[i][j] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*(3*i+j):]))
		}
	}
	return &out, nil
}

// Sigmoid turns a logit into a probability: 1/(1+e^−x).
func Sigmoid(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }
