package server

import (
	"bytes"
	"html/template"
	"net/http"
	"strings"

	"facialis/words"
)

// wrongPage is what a browser gets under a name that is not the server's.
var wrongPage = template.Must(template.New("wrong").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem}a{overflow-wrap:anywhere}</style></head>
<body><main><h1>{{.Title}}</h1><p>{{.Why}}</p>{{with .At}}<p><a href="{{.}}">{{.}}</a></p>{{end}}</main></body>
</html>
`))

// misdirected answers a request under a name that is not this server's: a browser
// by a page that says where the app is, a program by a problem.
func (s *Server) misdirected(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") || r.Method != http.MethodGet && r.Method != http.MethodHead {
		s.refuse(w, http.StatusMisdirectedRequest, words.From(r.Context()).Say("problem.server.origin"), nil)
		return
	}
	say := words.From(r.Context()).Say
	var page bytes.Buffer
	if err := wrongPage.Execute(&page, map[string]string{"Lang": words.From(r.Context()).Tag(), "Title": say("server.wrong.title"), "Why": say("server.wrong.why"), "At": s.Origin}); err != nil {
		s.refuse(w, http.StatusMisdirectedRequest, say("problem.server.origin"), nil)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", documentPolicy)
	w.WriteHeader(http.StatusMisdirectedRequest)
	w.Write(page.Bytes())
}
