// Package digest names films by what is in them: a film is the same film wherever
// it lies and whatever it is called when its SHA-256 is the same.
package digest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
)

// block is how much is read at a time, bytes; between two blocks it is seen whether
// the context has ended.
const block = 1 << 20

// Of is the SHA-256 of what r gives, in hexadecimal.
func Of(ctx context.Context, r io.Reader) (string, error) {
	h := sha256.New()
	buf := make([]byte, block)
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := r.Read(buf)
		h.Write(buf[:n])
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(h.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
}

// OfFile is that of the file at path.
func OfFile(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return Of(ctx, f)
}
