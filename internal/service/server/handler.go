package server

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"facialis/internal/service/web"
	"facialis/words"

	"github.com/klauspost/compress/gzhttp"
)

// appPolicy lets the app run its own scripts and the face networks' WebAssembly,
// show its own pictures and films, and nothing else. Styles may stand in
// attributes, since the drawing library and the timeline place things by them.
const appPolicy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; " +
	"worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'"

// documentPolicy is for a report, which runs nothing and loads nothing; the app
// may show it within itself.
const documentPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// Handler is the whole server.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.API(mux)
	mux.Handle("/api/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, http.StatusNotFound, words.From(r.Context()).Say("problem.server.noRoute"), nil)
	}))
	mux.HandleFunc("GET /models/detector.onnx", detectorModel)
	mux.HandleFunc("GET /metrics", s.serveMetrics)
	mux.Handle("/", app(web.Files(), web.Placeholder()))
	var h http.Handler = packed(routed(mux))
	h = s.Auth.Identify(h)
	h = s.crossOrigin(h)
	h = s.hosts(h)
	h = inLanguage(h)
	h = s.headers(h)
	return s.logged(h)
}

// inLanguage finds the language of who asks: what the address names (lang=de), else what the
// browser says. A link that is opened by itself cannot send a header of the app's.
func inLanguage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		accept := r.URL.Query().Get("lang")
		if accept == "" {
			accept = r.Header.Get("Accept-Language")
		}
		if accept != "" {
			r = r.WithContext(words.With(r.Context(), words.Match(accept)))
		}
		next.ServeHTTP(w, r)
	})
}

// packed sends JSON packed by gzip where the client can read that. Films, tables
// and streams of events go as they are.
func packed(next http.Handler) http.Handler {
	const least = 1400 // bytes: what one packet carries is not worth packing
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(least), gzhttp.ContentTypes([]string{"application/json", "application/fhir+json"}))
	if err != nil {
		return next // only wrong options make an error
	}
	pack := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/progress") { // would wait until there is enough to pack
			next.ServeHTTP(w, r)
			return
		}
		pack.ServeHTTP(w, r)
	})
}

// NewHTTP is an HTTP server with time limits. Long answers move their own.
func NewHTTP(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute,
		WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
}

// headers are what every answer carries.
func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", s.policy)
		h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if s.Secure || strings.HasPrefix(s.Origin, "https://") {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// logged logs each request by its route, never by its values.
func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			s.metrics.observe(rec.route, rec.status, time.Since(start))
			s.Log.Info("request", "method", knownMethod(r.Method), "route", rec.route, "status", rec.status, "bytes", rec.n, "ms", time.Since(start).Milliseconds())
		}()
		next.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), routeKey{}, rec)))
	})
}

type routeKey struct{}

// routed tells the log which route was taken: its pattern, which holds no ids.
func routed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rec, ok := r.Context().Value(routeKey{}).(*statusWriter); ok {
			_, rec.route = mux.Handler(r)
		}
		mux.ServeHTTP(w, r)
	})
}

func knownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// statusWriter remembers what was answered.
type statusWriter struct {
	http.ResponseWriter
	status int
	n      int64
	wrote  bool
	route  string
}

func (s *statusWriter) WriteHeader(code int) {
	if !s.wrote {
		s.status, s.wrote = code, true
	}
	s.ResponseWriter.WriteHeader(code)
}

func (s *statusWriter) Write(b []byte) (int, error) {
	s.wrote = true
	n, err := s.ResponseWriter.Write(b)
	s.n += int64(n)
	return n, err
}

func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// app serves the built app: files by their names, every other path its first
// page, since the app's own addresses are paths. Files under assets/ carry a
// checksum in their names and are kept for a year.
func app(files fs.FS, placeholder []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		data, err := fs.ReadFile(files, name)
		if name == "" || name == ".keep" || err != nil {
			if path.Ext(name) != "" && name != ".keep" && name != "index.html" {
				http.NotFound(w, r)
				return
			}
			name = "index.html"
			if data, err = fs.ReadFile(files, name); err != nil {
				data = placeholder
			}
		}
		h := w.Header()
		h.Set("Cache-Control", "no-cache")
		if strings.HasPrefix(name, "assets/") {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		h.Set("Content-Type", mediaTypeOf(name))
		h.Add("Vary", "Accept-Encoding")
		for _, c := range []struct{ coding, ext string }{{"br", ".br"}, {"gzip", ".gz"}} {
			if packed, err := fs.ReadFile(files, name+c.ext); err == nil && strings.Contains(r.Header.Get("Accept-Encoding"), c.coding) {
				h.Set("Content-Encoding", c.coding)
				data = packed
				break
			}
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	})
}

func mediaTypeOf(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".wasm":
		return "application/wasm"
	case ".webmanifest":
		return "application/manifest+json"
	case ".onnx", ".bin":
		return "application/octet-stream"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}
