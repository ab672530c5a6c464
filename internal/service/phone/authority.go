package phone

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// How long certificates hold: the authority's as long as a phone is used, a
// server's no longer than browsers take one (Apple: 825 days for an authority
// that a person installed).
const (
	authorityFor = 10 * 365 * 24 * time.Hour
	serverFor    = 180 * 24 * time.Hour
	renewBefore  = 30 * 24 * time.Hour
	clockSlack   = 24 * time.Hour // a phone's clock may be behind
)

// private are the addresses that the authority can vouch for: RFC 1918, RFC 3927,
// RFC 4193, RFC 4291 and this computer itself. Were its key stolen, it could pass
// for no site of the internet.
var private = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128"}

// Authority is a certificate authority of one computer.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey

	mu    sync.Mutex
	leaf  *tls.Certificate
	hosts []string
}

// Open reads the authority in a folder, or makes it there.
func Open(dir string, now time.Time) (*Authority, error) {
	certFile, keyFile := filepath.Join(dir, "authority.crt"), filepath.Join(dir, "authority.key")
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return create(dir, certFile, keyFile, now)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the certificate authority: %w", err)
	}
	cert, err := x509.ParseCertificate(pair.Certificate[0])
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("reading the certificate authority: %w", errors.Join(err, errors.New("no ECDSA key")))
	}
	if now.Add(serverFor).After(cert.NotAfter) { // phones have to install another
		return create(dir, certFile, keyFile, now)
	}
	return &Authority{cert: cert, key: key}, nil
}

func create(dir, certFile, keyFile string, now time.Time) (*Authority, error) {
	fail := func(err error) (*Authority, error) {
		return nil, fmt.Errorf("making the certificate authority: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fail(err)
	}
	host, _ := os.Hostname()
	t := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: "facialis on " + host, Organization: []string{"facialis"}},
		NotBefore: now.Add(-clockSlack), NotAfter: now.Add(authorityFor), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: []string{"local", "localhost"}}
	for _, p := range private {
		_, n, err := net.ParseCIDR(p)
		if err != nil {
			return fail(err)
		}
		t.PermittedIPRanges = append(t.PermittedIPRanges, n)
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return fail(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fail(err)
	}
	err = os.MkdirAll(dir, 0o700)
	for _, f := range []struct {
		path string
		b    pem.Block
	}{{keyFile, pem.Block{Type: "PRIVATE KEY", Bytes: secret}}, {certFile, pem.Block{Type: "CERTIFICATE", Bytes: der}}} {
		if err == nil {
			err = os.WriteFile(f.path, pem.EncodeToMemory(&f.b), 0o600)
		}
	}
	if err != nil {
		return fail(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return fail(err)
	}
	return &Authority{cert: cert, key: key}, nil
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return n
}

// Certificate is the authority's certificate as phones install it: DER.
func (a *Authority) Certificate() []byte { return a.cert.Raw }

// Fingerprint is the SHA-256 of the certificate, as phones show it.
func (a *Authority) Fingerprint() string {
	sum := sha256.Sum256(a.cert.Raw)
	var parts []string
	for _, b := range sum {
		parts = append(parts, fmt.Sprintf("%02X", b))
	}
	return strings.Join(parts, ":")
}

// For vouches for a server at hosts, names or addresses.
func (a *Authority) For(hosts ...string) *tls.Config {
	a.hosts = hosts
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return a.server(time.Now()) }}
}

// server is the server's certificate, made again before it ends.
func (a *Authority) server(now time.Time) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.leaf != nil && now.Add(renewBefore).Before(a.leaf.Leaf.NotAfter) {
		return a.leaf, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a certificate: %w", err)
	}
	t := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: a.hosts[0]}, NotBefore: now.Add(-clockSlack), NotAfter: now.Add(serverFor),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true}
	for _, h := range a.hosts {
		if ip := net.ParseIP(h); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, h)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("making a certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("making a certificate: %w", err)
	}
	a.leaf = &tls.Certificate{Certificate: [][]byte{der, a.cert.Raw}, PrivateKey: key, Leaf: leaf}
	return a.leaf, nil
}
