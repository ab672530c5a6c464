package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// A browser in which an account has signed in gets a mark. It lets nobody in: it
// only takes the browser's attempts out of the counts that strangers can fill,
// and gives it a count of its own. A mark is
//
//	hours since 1970 (4 bytes) | random (12) | HMAC (16) over both, the account and its epoch
//
// so that it tells who holds it nothing, works for one account, and ends with a
// new password, another role or after [markLife]. The cookie holds a few, since
// several people may use one computer.
const (
	markBytes = 32
	macBytes  = 16
	maxMarks  = 8
	markLife  = 180 * 24 * time.Hour
)

var markText = base64.RawURLEncoding.Strict()

func (s *Service) deviceCookie() string {
	if s.Secure {
		return "__Host-facialis-device"
	}
	return "facialis-device"
}

// marks are those that a request brings.
func (s *Service) marks(r *http.Request) [][]byte {
	c, err := r.Cookie(s.deviceCookie())
	if err != nil {
		return nil
	}
	var all [][]byte
	for _, text := range strings.SplitN(c.Value, ".", maxMarks+1) {
		if m, err := markText.DecodeString(text); err == nil && len(m) == markBytes && len(all) < maxMarks {
			all = append(all, m)
		}
	}
	return all
}

// known is the mark of an account that the request's browser holds.
func (s *Service) known(ctx context.Context, account string, epoch int64) (mark string, ok bool) {
	for _, m := range from(ctx).marks {
		made := time.Unix(int64(binary.BigEndian.Uint32(m))*3600, 0)
		if s.marksFor(m, account, epoch) && s.now().Sub(made) < markLife {
			return string(m), true
		}
	}
	return "", false
}

func (s *Service) marksFor(m []byte, account string, epoch int64) bool {
	return account != "" && subtle.ConstantTimeCompare(m[markBytes-macBytes:], s.sign(m[:markBytes-macBytes], account, epoch)) == 1
}

func (s *Service) sign(head []byte, account string, epoch int64) []byte {
	h := hmac.New(sha256.New, s.deviceKey)
	fmt.Fprintf(h, "%s\n%d\n", account, epoch)
	h.Write(head)
	return h.Sum(nil)[:macBytes]
}

// mark gives the request's browser a mark of an account, in the place of the one
// that it held.
func (s *Service) mark(ctx context.Context, account string, epoch int64) {
	c := from(ctx)
	if c.w == nil {
		return
	}
	m := make([]byte, markBytes-macBytes)
	rand.Read(m) // never fails
	binary.BigEndian.PutUint32(m, uint32(s.now().Unix()/3600))
	texts := []string{markText.EncodeToString(append(m, s.sign(m, account, epoch)...))}
	for _, old := range c.marks {
		if len(texts) < maxMarks && !s.marksFor(old, account, epoch) {
			texts = append(texts, markText.EncodeToString(old))
		}
	}
	http.SetCookie(c.w, &http.Cookie{Name: s.deviceCookie(), Value: strings.Join(texts, "."), Path: "/", MaxAge: int(markLife / time.Second),
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteStrictMode})
}

// secret is the server's own, made once for a data folder; keys for different
// ends are drawn from it.
func (b *Book) secret(ctx context.Context) ([]byte, error) {
	fresh := make([]byte, 32)
	rand.Read(fresh) // never fails
	if _, err := b.w.ExecContext(ctx, `INSERT INTO secret (id, value) VALUES (1, $1) ON CONFLICT (id) DO NOTHING`, hex.EncodeToString(fresh)); err != nil {
		return nil, wrap("making the secret", err)
	}
	var text string
	if err := b.w.QueryRowContext(ctx, `SELECT value FROM secret WHERE id = 1`).Scan(&text); err != nil {
		return nil, wrap("reading the secret", err)
	}
	out, err := hex.DecodeString(text)
	return out, wrap("reading the secret", err)
}

// Key is a key of the server's own for one end, the same at every start.
func (b *Book) Key(ctx context.Context, end string) ([]byte, error) {
	secret, err := b.secret(ctx)
	return draw(secret, end), err
}

// draw is a key of a secret for one end.
func draw(secret []byte, end string) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(end))
	return h.Sum(nil)
}
