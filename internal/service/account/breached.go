package account

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // what such lists are made of
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// BreachedVariable names the file of breached passwords in the environment.
const BreachedVariable = "FACIALIS_BREACHED_PASSWORDS"

// Breached is a file with the SHA-1 sums of passwords that were stolen somewhere:
// in hexadecimal, one at the beginning of each line, in order, as Have I Been Pwned
// gives them out. It is searched where it is, without the internet.
type Breached string

// errBreached says that a file is not such a list.
var errBreached = errors.New("not a list of SHA-1 sums in order, one per line")

const (
	sumChars   = 2 * sha1.Size
	lineWindow = 256 // bytes in which a line has to end
)

// Check says what is wrong with the file; "" is no file, with which nothing is.
func (b Breached) Check() error {
	if b == "" {
		return nil
	}
	_, err := b.Has("")
	return err
}

// Has reports whether a password is in the list.
func (b Breached) Has(password string) (bool, error) {
	if b == "" {
		return false, nil
	}
	f, err := os.Open(string(b))
	if err != nil {
		return false, fmt.Errorf("reading the list of breached passwords: %w", err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return false, fmt.Errorf("reading the list of breached passwords: %w", err)
	}
	sum := sha1.Sum([]byte(password)) //nolint:gosec // see above
	want := strings.ToUpper(hex.EncodeToString(sum[:]))
	// The line that holds the sum, if any, begins from low up to before high.
	low, high := int64(0), st.Size()
	for low < high {
		mid := (low + high) / 2
		start, sum, next, err := lineFrom(f, mid)
		if err != nil {
			return false, err
		}
		switch {
		case sum == "" || start >= high: // no line begins from mid up to high
			high = mid
		case sum == want:
			return true, nil
		case sum < want:
			low = next
		default:
			high = mid
		}
	}
	return false, nil
}

// lineFrom reads the first line that begins at or after a place: where it begins,
// its sum, and where the next begins; "" at the end.
func lineFrom(f io.ReaderAt, at int64) (start int64, sum string, next int64, err error) {
	start = at
	if at > 0 {
		start-- // a line begins at the place itself where the byte before ends one
	}
	buf := make([]byte, 2*lineWindow)
	n, err := f.ReadAt(buf, start)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, "", 0, fmt.Errorf("reading the list of breached passwords: %w", err)
	}
	buf = buf[:n]
	if at > 0 {
		end := bytes.IndexByte(buf, '\n')
		if end < 0 && n == 2*lineWindow {
			return 0, "", 0, errBreached
		}
		if end < 0 {
			return 0, "", 0, nil
		}
		start, buf = start+int64(end)+1, buf[end+1:]
	}
	if len(buf) == 0 {
		return 0, "", 0, nil
	}
	line := buf
	if end := bytes.IndexByte(buf, '\n'); end >= 0 {
		line = buf[:end]
	}
	if len(line) < sumChars {
		return 0, "", 0, errBreached
	}
	sum = strings.ToUpper(string(line[:sumChars]))
	if _, err := hex.DecodeString(sum); err != nil {
		return 0, "", 0, errBreached
	}
	return start, sum, start + int64(len(line)) + 1, nil
}
