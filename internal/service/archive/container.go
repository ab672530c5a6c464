package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"facialis/internal/service/record"
	"facialis/words"
)

// Limits bound what a zip may be.
type Limits struct {
	Files int   // in the zip
	Bytes int64 // of all files together, unpacked
	JSON  int64 // of one file that is read whole
	Ratio int64 // unpacked to packed, of all files together beyond Slack
	Slack int64
}

// DefaultLimits are far beyond what one person comes to: 5000 recordings, and
// as many bytes as the caller has room for.
func DefaultLimits(room int64) Limits {
	return Limits{Files: 50_000, Bytes: room, JSON: 256 << 20, Ratio: 100, Slack: 256 << 20}
}

// maxDirectory bounds what is read of a zip's directory, in bytes.
const maxDirectory = 32 << 20

// problem is why a zip cannot be brought in, one line for whoever chose it.
type problem string

func (p problem) Error() string {
	return words.Default().Say("archive.refused", words.Args{"Reason": string(p)})
}

// Unwrap makes it an error about a value that cannot be.
func (problem) Unwrap() error { return record.ErrInvalid }

// bad is a problem in the words of the catalog.
func bad(key string, args ...words.Args) error { return problem(words.Default().Say(key, args...)) }

// container is a zip whose names, sizes and manifest fit each other. Its files
// have not been read yet.
type container struct {
	files    map[string]*zip.File
	manifest Manifest
	listed   map[string]Listed
	limits   Limits
}

// open holds a zip of size bytes to what this package writes.
func open(in io.ReaderAt, size int64, l Limits) (*container, error) {
	if n := count(in, size); n > uint64(l.Files) {
		return nil, bad("archive.problem.files", words.Args{"Most": l.Files})
	}
	z, err := zip.NewReader(&budget{in, maxDirectory}, size)
	switch {
	case errors.Is(err, errDirectory):
		return nil, bad("archive.problem.list")
	case errors.Is(err, zip.ErrInsecurePath):
		return nil, bad("archive.problem.path")
	case err != nil:
		return nil, bad("archive.problem.zip")
	}
	if len(z.File) > l.Files {
		return nil, bad("archive.problem.files", words.Args{"Most": l.Files})
	}
	c := &container{files: map[string]*zip.File{}, listed: map[string]Listed{}, limits: l}
	if err := c.names(z.File, size); err != nil {
		return nil, err
	}
	// From here on all of the zip may be read.
	whole, err := zip.NewReader(in, size)
	if err != nil {
		return nil, bad("archive.problem.zip")
	}
	for _, f := range whole.File {
		c.files[f.Name] = f
	}
	return c, c.readManifest()
}

// names checks what the directory says of each file.
func (c *container) names(files []*zip.File, size int64) error {
	seen := map[string]bool{}
	var packed, unpacked uint64
	for _, f := range files {
		folded := strings.ToLower(f.Name)
		switch {
		case !nameForm.MatchString(f.Name):
			return bad("archive.problem.name")
		case seen[folded]:
			return bad("archive.problem.name.twice")
		case !f.Mode().IsRegular():
			return bad("archive.problem.file")
		case f.Flags&1 != 0:
			return bad("archive.problem.encrypted")
		case f.Method != zip.Store && f.Method != zip.Deflate:
			return bad("archive.problem.method")
		case f.UncompressedSize64 > uint64(c.limits.Bytes), f.CompressedSize64 > uint64(size):
			return bad("archive.problem.room")
		}
		seen[folded] = true
		packed += f.CompressedSize64
		unpacked += f.UncompressedSize64 // at most Files times Bytes: no overflow
		if unpacked > uint64(c.limits.Bytes) {
			return bad("archive.problem.room")
		}
	}
	// Files that share their bytes are a way to have few bytes unpack to many.
	if packed > uint64(size) || unpacked > uint64(c.limits.Slack)+uint64(c.limits.Ratio)*packed {
		return bad("archive.problem.ratio")
	}
	return nil
}

func (c *container) readManifest() error {
	f, ok := c.files[manifestFile]
	if !ok {
		return bad("archive.problem.manifest", words.Args{"File": manifestFile})
	}
	data, err := unpack(f, c.limits.JSON)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &c.manifest); err != nil {
		return bad("archive.problem.manifest.unreadable", words.Args{"File": manifestFile})
	}
	if c.manifest.Format != Format {
		return bad("archive.problem.version", words.Args{"Form": fmt.Sprintf("%.40q", c.manifest.Format), "Known": fmt.Sprintf("%q", Format)})
	}
	for _, l := range c.manifest.Files {
		f, ok := c.files[l.Name]
		if _, twice := c.listed[l.Name]; twice || !ok || l.Name == manifestFile {
			return bad("archive.problem.listed")
		}
		if l.Bytes < 0 || uint64(l.Bytes) != f.UncompressedSize64 {
			return bad("archive.problem.length", words.Args{"File": l.Name})
		}
		c.listed[l.Name] = l
	}
	if len(c.listed)+1 != len(c.files) {
		return bad("archive.problem.unlisted")
	}
	return nil
}

// unpack reads a file whole.
func unpack(f *zip.File, most int64) ([]byte, error) {
	if f.UncompressedSize64 > uint64(most) {
		return nil, bad("archive.problem.long", words.Args{"File": f.Name})
	}
	r, err := f.Open()
	if err != nil {
		return nil, bad("archive.problem.unpack", words.Args{"File": f.Name})
	}
	defer r.Close()
	var b bytes.Buffer
	if n, err := io.Copy(&b, io.LimitReader(r, int64(f.UncompressedSize64)+1)); err != nil || uint64(n) != f.UncompressedSize64 {
		return nil, bad("archive.problem.unpack", words.Args{"File": f.Name})
	}
	return b.Bytes(), nil
}

// copy writes a listed file and holds it to its length and its sum.
func (c *container) copy(ctx context.Context, w io.Writer, name string) error {
	f, l := c.files[name], c.listed[name]
	if f == nil {
		return bad("archive.problem.missing", words.Args{"File": name})
	}
	r, err := f.Open()
	if err != nil {
		return bad("archive.problem.unpack", words.Args{"File": name})
	}
	defer r.Close()
	sum := &summed{h: sha256.New(), ctx: ctx, r: io.LimitReader(r, l.Bytes+1)}
	kept := &keeps{w: w}
	if _, err := io.CopyBuffer(kept, sum, make([]byte, 256<<10)); err != nil {
		if kept.err != nil || ctx.Err() != nil {
			return errors.Join(kept.err, ctx.Err()) // the disk, not the zip
		}
		return bad("archive.problem.unpack", words.Args{"File": name})
	}
	if sum.n != l.Bytes || sum.hex() != l.SHA256 {
		return bad("archive.problem.changed", words.Args{"File": name})
	}
	return nil
}

// read is a listed file, whole.
func (c *container) read(ctx context.Context, name string) ([]byte, error) {
	if l := c.listed[name]; l.Bytes > c.limits.JSON {
		return nil, bad("archive.problem.long", words.Args{"File": name})
	}
	var b bytes.Buffer
	err := c.copy(ctx, &b, name)
	return b.Bytes(), err
}

// decode reads a listed file of JSON.
func (c *container) decode(ctx context.Context, name string, into any) error {
	data, err := c.read(ctx, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return bad("archive.problem.unreadable", words.Args{"File": name})
	}
	return nil
}

// keeps remembers what went wrong in writing.
type keeps struct {
	w   io.Writer
	err error
}

func (k *keeps) Write(p []byte) (int, error) {
	n, err := k.w.Write(p)
	if err != nil {
		k.err = fmt.Errorf("storing what was brought in: %w", err)
	}
	return n, err
}

var errDirectory = errors.New("the directory is too long")

// budget reads only so many bytes.
type budget struct {
	io.ReaderAt
	left int64
}

// ReadAt reads like the one below until the budget is spent.
func (b *budget) ReadAt(p []byte, off int64) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, errDirectory
	}
	return b.ReaderAt.ReadAt(p, off)
}

// count is the greatest number of files that the end of a zip claims; the
// library makes room for as many before it reads them. 0 where there is no end.
func count(in io.ReaderAt, size int64) uint64 {
	const end, locator, end64 = 22, 20, 56
	tail := make([]byte, min(size, 1<<16+end+locator))
	if _, err := in.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return 0
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || at+end > len(tail) {
		return 0
	}
	n := uint64(binary.LittleEndian.Uint16(tail[at+10:]))
	if at < locator || string(tail[at-locator:at-locator+4]) != "PK\x06\x07" {
		return n
	}
	where := binary.LittleEndian.Uint64(tail[at-locator+8:])
	big := make([]byte, end64)
	if where > uint64(size) {
		return n
	}
	if _, err := in.ReadAt(big, int64(where)); err != nil || string(big[:4]) != "PK\x06\x06" {
		return n
	}
	if n == math.MaxUint16 { // says only that the count stands there
		n = 0
	}
	return max(n, binary.LittleEndian.Uint64(big[32:]))
}
