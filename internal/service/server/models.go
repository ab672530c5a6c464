package server

import (
	"net/http"
	"os"
	"path/filepath"

	"facialis/internal/infer"
	"facialis/words"
)

// detectorModel gives the browser the face detector that the analysis itself
// uses, so that the help before a recording sees what the analysis will see.
func detectorModel(w http.ResponseWriter, r *http.Request) {
	dir, err := infer.Find()
	if err != nil {
		http.Error(w, words.From(r.Context()).Say("problem.server.noModels"), http.StatusNotFound)
		return
	}
	f, err := os.Open(filepath.Join(dir, "detector.onnx"))
	if err != nil {
		http.Error(w, words.From(r.Context()).Say("problem.server.model"), http.StatusNotFound)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		http.Error(w, words.From(r.Context()).Say("problem.server.model"), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-cache") // asked again, answered 304 while it is the same
	http.ServeContent(w, r, "", info.ModTime(), f)
}
