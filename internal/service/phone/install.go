package phone

import (
	"bytes"
	"html/template"
	"net"
	"net/http"

	"facialis/internal/service/account"
	"facialis/words"
)

// installPage is what a phone sees first. The one script carries the pairing,
// which stands behind #, over to the app's own address.
var installPage = template.Must(template.New("install").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:1.5rem auto;padding:0 1rem}code{overflow-wrap:anywhere}a.go{display:inline-block;padding:.7rem 1.2rem;border:1px solid;border-radius:.5rem}</style></head>
<body><main>
<h1>{{.Title}}</h1>
<p>{{.Why}}</p>
<ol>
<li><a class="go" href="/facialis.crt" download>{{.Download}}</a></li>
<li>{{.Android}}</li>
<li>{{.IPhone}}</li>
<li>{{.Compare}}<br><code>{{.Fingerprint}}</code></li>
<li><a class="go" id="app" href="{{.App}}">{{.Open}}</a></li>
</ol>
<script src="/install.js"></script>
</main></body></html>
`))

const installScript = `document.getElementById("app").href += location.hash;` + "\n"

// Install serves phones the way to the authority's certificate, over plain HTTP,
// and this computer itself the app, which is at app's own address for everybody
// else.
func Install(a *Authority, at string, app http.Handler) http.Handler {
	page := func(l *words.Language) ([]byte, error) {
		say := l.Say
		var b bytes.Buffer
		err := installPage.Execute(&b, map[string]string{"Lang": l.Tag(), "Title": say("phone.title"), "Why": say("phone.why"), "Download": say("phone.download"), "Android": say("phone.android"),
			"IPhone": say("phone.iphone"), "Compare": say("phone.compare"), "Fingerprint": a.Fingerprint(), "Open": say("phone.open"), "App": at + "/"})
		return b.Bytes(), err
	}
	give := func(w http.ResponseWriter, media string, data []byte) {
		h := w.Header()
		h.Set("Content-Type", media)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		w.Write(data)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, splitErr := net.SplitHostPort(r.RemoteAddr)
		if splitErr == nil && account.Loopback(host) && account.Loopback(r.Host) {
			app.ServeHTTP(w, r)
			return
		}
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		case r.URL.Path == "/facialis.crt":
			give(w, "application/x-x509-ca-cert", a.Certificate())
		case r.URL.Path == "/install.js":
			give(w, "text/javascript; charset=utf-8", []byte(installScript))
		case r.URL.Path == "/":
			b, err := page(words.Match(r.Header.Get("Accept-Language")))
			if err != nil {
				http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
				return
			}
			give(w, "text/html; charset=utf-8", b)
		default:
			http.NotFound(w, r)
		}
	})
}
