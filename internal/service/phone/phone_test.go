package phone

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rsc.io/qr"
)

// A client that trusts the authority reaches the server at its addresses, and a
// client that does not is refused.
func TestTrusted(t *testing.T) {
	dir := t.TempDir()
	a, err := Open(dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir, time.Now())
	if err != nil || again.Fingerprint() != a.Fingerprint() {
		t.Fatalf("another authority at the second start: %v", err)
	}
	later, err := Open(dir, time.Now().Add(authorityFor-serverFor))
	if err != nil || later.Fingerprint() == a.Fingerprint() {
		t.Errorf("an authority that ends soon stays: %v", err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}), TLSConfig: a.For("127.0.0.1", "localhost"), ErrorLog: log.New(io.Discard, "", 0)}
	go srv.ServeTLS(ln, "", "")
	defer srv.Close()
	ask := func(url string, pool *x509.CertPool) error {
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
		resp, err := c.Get(url)
		if err == nil {
			resp.Body.Close()
		}
		return err
	}
	cert, err := x509.ParseCertificate(a.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	for _, host := range []string{"127.0.0.1", "localhost"} {
		if err := ask("https://"+host+":"+port, pool); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	if err := ask("https://"+ln.Addr().String(), x509.NewCertPool()); err == nil {
		t.Error("trusted without the authority")
	}
}

// The authority's key is good for no site of the internet.
func TestConstrained(t *testing.T) {
	a, err := Open(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, _ := x509.ParseCertificate(a.Certificate())
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	for host, good := range map[string]bool{"192.168.1.20": true, "10.1.2.3": true, "home.local": true, "8.8.8.8": false, "bank.example": false} {
		b := &Authority{cert: a.cert, key: a.key}
		b.For(host)
		leaf, err := b.server(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := leaf.Leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: host}); (err == nil) != good {
			t.Errorf("%s: %v", host, err)
		}
	}
	b := &Authority{cert: a.cert, key: a.key}
	b.For("10.0.0.1")
	now := time.Now()
	one, _ := b.server(now)
	same, _ := b.server(now.Add(time.Hour))
	next, _ := b.server(now.Add(serverFor))
	if one != same || next == one {
		t.Error("the certificate is not renewed when it has to be")
	}
}

// A phone sees the page and the certificate, and nothing of the app; this
// computer sees the app.
func TestInstall(t *testing.T) {
	a, err := Open(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	h := Install(a, "https://192.168.1.20:8765", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("the app")) }))
	ask := func(from, host, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		r.RemoteAddr, r.Host = from, host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	const phone, lan = "192.168.1.30:5000", "192.168.1.20:8766"
	if w := ask(phone, lan, "/"); !strings.Contains(w.Body.String(), a.Fingerprint()) || !strings.Contains(w.Body.String(), "https://192.168.1.20:8765/") {
		t.Errorf("%s", w.Body)
	}
	if w := ask(phone, lan, "/facialis.crt"); !bytes.Equal(w.Body.Bytes(), a.Certificate()) || w.Header().Get("Content-Type") != "application/x-x509-ca-cert" {
		t.Errorf("%v", w.Header())
	}
	for _, c := range [][3]string{{phone, lan, "/api/v1/people"}, {phone, "localhost:8766", "/api/v1/people"}, {phone, lan, "/authority.key"}} {
		if w := ask(c[0], c[1], c[2]); w.Code != 404 {
			t.Errorf("%v: %d %s", c, w.Code, w.Body)
		}
	}
	if w := ask("127.0.0.1:5000", "localhost:8766", "/"); w.Body.String() != "the app" {
		t.Errorf("%s", w.Body)
	}
	if w := ask("127.0.0.1:5000", "evil.example", "/api/v1/people"); w.Code != 404 {
		t.Errorf("under another name: %d", w.Code)
	}
}

// What the terminal shows is the code, square for square.
func TestTerminal(t *testing.T) {
	const text = "http://192.168.1.20:8766/#pair=ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	got, err := Terminal(text)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := qr.Encode(text, qr.L)
	lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	for y := range c.Size {
		for x := range c.Size {
			cell := []rune(lines[(y+quiet)/2])[x+quiet]
			dark := cell == ' ' || cell == '▄' && (y+quiet)%2 == 0 || cell == '▀' && (y+quiet)%2 == 1
			if dark != c.Black(x, y) {
				t.Fatalf("square %d, %d", x, y)
			}
		}
	}
}
