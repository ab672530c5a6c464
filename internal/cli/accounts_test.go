package cli_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certificate writes a certificate for 127.0.0.1 that signs itself.
func certificate(t *testing.T, dir string) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, c, c, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return cert, key, pool
}

// The real program beyond loopback, over TLS, with an account that is added
// beside it.
func TestServeWithAccounts(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	cert, key, pool := certificate(t, dir)
	a := startApp(t, data, "--accounts", "--no-second-factor", "--listen", "0.0.0.0:0", "--tls-cert", cert, "--tls-key", key)
	_, port, err := net.SplitHostPort(strings.TrimSuffix(strings.TrimPrefix(a.url, "https://"), "/api/v1"))
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	ask := func(method, path, body string, cookies ...*http.Cookie) *http.Response {
		t.Helper()
		r, err := http.NewRequest(method, "https://127.0.0.1:"+port+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	if got := ask("GET", "/people", "").StatusCode; got != 401 {
		t.Errorf("without an account: %d", got)
	}
	in := `{"name":"doc","password":"a long enough sentence"}`
	if got := ask("POST", "/session", in).StatusCode; got != 401 {
		t.Errorf("before there is one: %d", got)
	}
	add := exec.Command("facialis", "account", "add", "--data", data, "doc", "--role", "clinician")
	add.Stdin = strings.NewReader("a long enough sentence\n")
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	resp := ask("POST", "/session", in)
	var cookie *http.Cookie
	for _, c := range resp.Cookies() {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly {
			t.Errorf("%+v", c)
		}
		if c.Name == "__Host-facialis" {
			cookie = c
		}
	}
	if resp.StatusCode != 200 || cookie == nil {
		t.Fatalf("signing in: %d, %v", resp.StatusCode, resp.Cookies())
	}
	// Another chose the password.
	if got := ask("GET", "/people", "", cookie).StatusCode; got != 403 {
		t.Errorf("with another's choice of password: %d", got)
	}
	resp = ask("POST", "/session/password", `{"password":"a long enough sentence","new_password":"another long sentence"}`, cookie)
	for _, c := range resp.Cookies() {
		if c.Name == "__Host-facialis" {
			cookie = c
		}
	}
	if got := ask("GET", "/people", "", cookie).StatusCode; got != 200 {
		t.Errorf("signed in: %d", got)
	}
	// The sessions outlive the program.
	a.kill()
	b := startApp(t, data, "--accounts", "--no-second-factor", "--listen", "0.0.0.0:"+port, "--tls-cert", cert, "--tls-key", key)
	if got := ask("GET", "/people", "", cookie).StatusCode; got != 200 {
		t.Errorf("after a new start: %d", got)
	}
	remove := exec.Command("facialis", "account", "remove", "--data", data, "doc")
	if out, err := remove.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got := ask("GET", "/people", "", cookie).StatusCode; got != 401 {
		t.Errorf("after the account's removal: %d", got)
	}
	b.kill()
	if bytes.Contains(b.err.Bytes(), []byte("warning")) {
		t.Errorf("it warns over TLS: %s", b.err.String())
	}
}

// Passwords in the open are warned of, and how to begin is said.
func TestServeAdvises(t *testing.T) {
	a := startApp(t, t.TempDir(), "--accounts", "--listen", "0.0.0.0:0")
	a.kill()
	for _, want := range []string{"--tls-cert", "facialis account add"} {
		if !strings.Contains(a.err.String(), want) {
			t.Errorf("nothing about %s: %s", want, a.err.String())
		}
	}
	b := startApp(t, t.TempDir(), "--accounts")
	if !strings.HasPrefix(b.url, "http://localhost:") {
		t.Errorf("passkeys need a name: %s", b.url)
	}
}
