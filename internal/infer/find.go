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

	"facialis/internal/libdir"
)

// ErrMissing is wrapped by the errors about models or a runtime library that
// are not there.
var ErrMissing = libdir.ErrMissing

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

// Find gives the folder that holds the models, as [libdir.Find] looks for it.
func Find() (string, error) { return libdir.Find("models", holds) }

// holds tells whether dir has all of the models.
func holds(dir string) bool {
	for _, m := range models {
		if !libdir.IsFile(filepath.Join(dir, m.name+".onnx")) {
			return false
		}
	}
	return libdir.IsFile(filepath.Join(dir, canonicalFile))
}

// FindLibrary gives the runtime library's path: what FACIALIS_ORT_LIB names,
// else the one beside the models in dir, else the system's in /usr/lib.
func FindLibrary(dir string) (string, error) {
	if path := os.Getenv("FACIALIS_ORT_LIB"); path != "" {
		if !libdir.IsFile(path) {
			return "", fmt.Errorf("no runtime library at %s (from FACIALIS_ORT_LIB): %w", path, ErrMissing)
		}
		return path, nil
	}
	for _, d := range []string{dir, "/usr/lib"} {
		if path := filepath.Join(d, LibraryName()); libdir.IsFile(path) {
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
