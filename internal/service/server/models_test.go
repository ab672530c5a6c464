package server

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"facialis/internal/infer"
)

func TestDetectorModel(t *testing.T) {
	dir, err := infer.Find()
	if err != nil {
		t.Skip("the models are not built")
	}
	want, err := os.ReadFile(filepath.Join(dir, "detector.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	detectorModel(w, httptest.NewRequest(http.MethodGet, "/models/detector.onnx", nil))
	if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), want) {
		t.Fatalf("status %d, %d bytes of %d", w.Code, w.Body.Len(), len(want))
	}
	t.Setenv("FACIALIS_LIB", t.TempDir())
	w = httptest.NewRecorder()
	detectorModel(w, httptest.NewRequest(http.MethodGet, "/models/detector.onnx", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("status %d without models", w.Code)
	}
}
