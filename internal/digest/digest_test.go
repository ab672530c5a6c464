package digest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"facialis/internal/digest"
)

func TestOf(t *testing.T) {
	for _, n := range []int{0, 3, 1 << 20, 1<<20 + 1} {
		b := bytes.Repeat([]byte{7}, n)
		path := filepath.Join(t.TempDir(), "film")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := digest.OfFile(t.Context(), path); err != nil || got != fmt.Sprintf("%x", sha256.Sum256(b)) {
			t.Errorf("%d bytes: %s, %v", n, got, err)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := digest.Of(ended, bytes.NewReader(nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context has ended: %v", err)
	}
}
