package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"facialis/internal/service/account"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// authenticator is a passkey's device with its browser: it makes one key and
// signs with it.
type authenticator struct {
	t       *testing.T
	origin  string
	rp      string
	key     *ecdsa.PrivateKey
	id      []byte
	handle  []byte
	counter uint32
	flags   byte // what the device says of its owner
}

const (
	present, verified, attested = 1, 4, 64
)

func newAuthenticator(t *testing.T) *authenticator {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &authenticator{t: t, origin: origin, rp: "localhost", key: key, id: []byte("a credential's id"), flags: present | verified}
}

func enc(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (a *authenticator) clientData(kind string, options map[string]any) []byte {
	data, err := json.Marshal(map[string]any{"type": kind, "challenge": options["challenge"], "origin": a.origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return data
}

// data is the authenticator data of WebAuthn, 6.1.
func (a *authenticator) data(flags byte) []byte {
	rp := sha256.Sum256([]byte(a.rp))
	return binary.BigEndian.AppendUint32(append(rp[:], flags), a.counter)
}

// create answers what a registration begins with.
func (a *authenticator) create(options map[string]any) map[string]any {
	user := options["user"].(map[string]any)
	handle, err := base64.RawURLEncoding.DecodeString(user["id"].(string))
	if err != nil {
		a.t.Fatal(err)
	}
	a.handle = handle
	public, err := a.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		a.t.Fatal(err)
	}
	cose, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: public[1:33], -3: public[33:65]})
	if err != nil {
		a.t.Fatal(err)
	}
	data := append(a.data(a.flags|attested), make([]byte, 16)...) // no model named
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), cose...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		a.t.Fatal(err)
	}
	return map[string]any{"id": enc(a.id), "rawId": enc(a.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": enc(a.clientData("webauthn.create", options)), "attestationObject": enc(object), "transports": []string{"internal"}}}
}

// get answers what a sign-in begins with.
func (a *authenticator) get(options map[string]any) map[string]any {
	a.counter++
	data, client := a.data(a.flags), a.clientData("webauthn.get", options)
	sum := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return map[string]any{"id": enc(a.id), "rawId": enc(a.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": enc(client), "authenticatorData": enc(data), "signature": enc(signature), "userHandle": enc(a.handle)}}
}

// begin begins a ceremony.
func (b *bench) begin(path string) map[string]any {
	b.t.Helper()
	var c ceremony
	b.must(200, "POST", path, nil, &c)
	return c.PublicKey
}

func TestPasskeys(t *testing.T) {
	b := guarded(t, newClock(), account.Options{})
	b.account("doc", account.Clinician, nil)
	b.account("root", account.Admin, nil)
	doc := b.in("doc")
	a := newAuthenticator(t)
	options := doc.begin("/passkeys/register/begin")
	sel := options["authenticatorSelection"].(map[string]any)
	if sel["residentKey"] != "required" || sel["userVerification"] != "required" || options["rp"].(map[string]any)["id"] != "localhost" {
		t.Errorf("%v", options)
	}
	made := a.create(options)
	// Nobody else's ceremony takes it, and nobody signed in none.
	root := b.in("root")
	root.begin("/passkeys/register/begin")
	root.must(422, "POST", "/passkeys/register/finish", made, nil)
	b.alone().must(401, "POST", "/passkeys/register/finish", made, nil)
	var p account.Passkey
	doc.must(201, "POST", "/passkeys/register/finish?name=My+telephone", made, &p)
	if p.Name != "My telephone" || p.UsedAt != nil {
		t.Errorf("%+v", p)
	}
	doc.must(422, "POST", "/passkeys/register/finish", made, nil) // once
	if excluded := doc.begin("/passkeys/register/begin")["excludeCredentials"].([]any); len(excluded) != 1 {
		t.Errorf("a device would make a second passkey: %v", excluded)
	}

	signIn := func(u *bench, a *authenticator, want int) map[string]any {
		t.Helper()
		answer := a.get(u.begin("/passkeys/login/begin"))
		u.must(want, "POST", "/passkeys/login/finish", answer, nil)
		return answer
	}
	u := b.alone()
	used := signIn(u, a, 200)
	if who := u.who(); who == nil || who.Name != "doc" || who.Role != account.Clinician {
		t.Fatalf("%+v", who)
	}
	var list passkeyList
	u.must(200, "GET", "/passkeys", nil, &list)
	if len(list.Passkeys) != 1 || list.Passkeys[0].UsedAt == nil {
		t.Errorf("%+v", list)
	}
	v := b.alone()
	v.must(422, "POST", "/passkeys/login/finish", used, nil) // nothing was begun
	v.begin("/passkeys/login/begin")
	v.must(401, "POST", "/passkeys/login/finish", used, nil) // another challenge

	for name, change := range map[string]func(*authenticator){
		"another site's":              func(a *authenticator) { a.origin = "https://evil.example" },
		"another site's key":          func(a *authenticator) { a.rp = "evil.example" },
		"another key":                 func(a *authenticator) { a.key = newAuthenticator(t).key },
		"an owner who is not checked": func(a *authenticator) { a.flags = present },
		"nobody there":                func(a *authenticator) { a.flags = verified },
		"a copy":                      func(a *authenticator) { a.counter = 0 },
		"another account":             func(a *authenticator) { a.handle = []byte(root.who().ID) },
		"no such account":             func(a *authenticator) { a.handle = []byte("01HZZZZZZZZZZZZZZZZZZZZZZZ") },
		"no such key":                 func(a *authenticator) { a.id = []byte("another id") },
	} {
		bad := *a
		change(&bad)
		u := b.alone()
		answer := bad.get(u.begin("/passkeys/login/begin"))
		if got := u.call("POST", "/passkeys/login/finish", answer, nil); got != 401 || u.who() != nil {
			t.Errorf("%s: %d", name, got)
		}
	}
	signIn(b.alone(), a, 200) // the right one still does

	// Nobody takes another's passkey away; its owner does.
	root.must(404, "DELETE", "/passkeys/"+p.ID, nil, nil)
	u.must(204, "DELETE", "/passkeys/"+p.ID, nil, nil)
	signIn(b.alone(), a, 401)

	// A password from an administrator takes the passkeys of the account away.
	doc.must(201, "POST", "/passkeys/register/finish", a.create(doc.begin("/passkeys/register/begin")), nil)
	signIn(b.alone(), a, 200)
	root.must(200, "PATCH", "/accounts/"+doc.who().ID, map[string]string{"password": password}, nil)
	signIn(b.alone(), a, 401)
}

// Without an address that passkeys can be bound to there are none.
func TestNoPasskeysWithoutOrigin(t *testing.T) {
	b := guarded(t, newClock(), account.Options{Origin: none})
	b.account("doc", account.Clinician, nil)
	doc := b.in("doc")
	for _, path := range []string{"/passkeys/register/begin", "/passkeys/login/begin"} {
		doc.must(409, "POST", path, nil, nil)
	}
	for _, path := range []string{"/passkeys/register/finish", "/passkeys/login/finish"} {
		doc.must(409, "POST", path, map[string]string{"id": "x"}, nil)
	}
}
