package sealed

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"
)

// ID names a key.
type ID [16]byte

// Key seals the files of one person.
type Key struct {
	ID     ID       `json:"id"`
	Secret [32]byte `json:"secret"`
}

// NewKey makes a random key.
func NewKey() Key {
	var k Key
	rand.Read(k.ID[:]) // never fails
	rand.Read(k.Secret[:])
	return k
}

// What can be wrong.
var (
	// ErrBroken says that a file is not what was written.
	ErrBroken = errors.New("the encrypted file was changed or is damaged")
	// ErrUnfinished says that a file has not arrived whole.
	ErrUnfinished = errors.New("the encrypted file is not whole")
	// ErrNoKey says that the key of a file is not there: another key file, or a
	// person who was deleted.
	ErrNoKey = errors.New("the key of this file is not in the key file")
)

const (
	magic       = "facialis/sealed1"
	idBytes     = 16
	headerBytes = len(magic) + 2*idBytes
	textBytes   = 64 << 10 // of a full record; as in age's STREAM
	lengthBytes = 4
	nonceBytes  = chacha20poly1305.NonceSizeX
	extraBytes  = lengthBytes + nonceBytes + chacha20poly1305.Overhead // of a record beside its text
	lastBit     = 1 << 31                                              // of the length
)

// Is reports whether a file begins as a sealed one does.
func Is(f io.ReaderAt) bool {
	b := make([]byte, len(magic))
	_, err := f.ReadAt(b, 0)
	return err == nil && string(b) == magic
}

// box seals and opens the records of one file.
type box struct{ aead cipher.AEAD }

func newBox(k Key, header []byte) (box, error) {
	key, err := hkdf.Key(sha256.New, k.Secret[:], nil, string(header), chacha20poly1305.KeySize)
	if err != nil {
		return box{}, fmt.Errorf("deriving the key of a file: %w", err)
	}
	a, err := chacha20poly1305.NewX(key)
	if err != nil {
		return box{}, fmt.Errorf("using the key of a file: %w", err)
	}
	return box{a}, nil
}

// vouched is what is authenticated with a record: its number, where its text
// begins, and its length with the mark of the last one.
func vouched(n int, start int64, length uint32) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(n))
	b = binary.BigEndian.AppendUint64(b, uint64(start))
	return binary.BigEndian.AppendUint32(b, length)
}

func (b box) seal(n int, start int64, text []byte, last bool) []byte {
	length := uint32(len(text))
	if last {
		length |= lastBit
	}
	out := make([]byte, lengthBytes+nonceBytes, len(text)+extraBytes)
	binary.BigEndian.PutUint32(out, length)
	nonce := out[lengthBytes:]
	rand.Read(nonce) // never fails
	return b.aead.Seal(out, nonce, text, vouched(n, start, length))
}

// newHeader is the beginning of a new file.
func newHeader(k Key) []byte {
	b := append([]byte(magic), k.ID[:]...)
	b = append(b, make([]byte, idBytes)...)
	rand.Read(b[headerBytes-idBytes:]) // never fails
	return b
}

// Writer seals what is written to it.
type Writer struct {
	w     io.Writer
	box   box
	buf   []byte
	n     int
	start int64
}

// NewWriter begins a sealed file in w. It is whole after Close.
func NewWriter(w io.Writer, k Key) (*Writer, error) {
	h := newHeader(k)
	b, err := newBox(k, h)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(h)
	return &Writer{w: w, box: b, buf: make([]byte, 0, textBytes)}, err
}

// Write seals p.
func (w *Writer) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		if len(w.buf) == textBytes {
			if err := w.flush(false); err != nil {
				return n, err
			}
		}
		m := copy(w.buf[len(w.buf):textBytes], p)
		w.buf, p, n = w.buf[:len(w.buf)+m], p[m:], n+m
	}
	return n, nil
}

func (w *Writer) flush(last bool) error {
	_, err := w.w.Write(w.box.seal(w.n, w.start, w.buf, last))
	w.n, w.start, w.buf = w.n+1, w.start+int64(len(w.buf)), w.buf[:0]
	return err
}

// Close writes the last record. It does not close what is written to.
func (w *Writer) Close() error { return w.flush(true) }

// record is where a record is.
type record struct {
	at, start int64 // in the file, in the text; bytes
	length    uint32
}

func (r record) text() int64 { return int64(r.length &^ lastBit) }
func (r record) end() int64  { return r.at + extraBytes + r.text() }

// index is where all whole records of a file are.
type index struct {
	box     box
	records []record
	whole   bool  // the last record is there
	text    int64 // bytes of text
	end     int64 // of the whole records in the file
}

// scan finds the records of a file and opens the last one it finds, which
// vouches for the number and the size of those before.
func scan(f io.ReaderAt, size int64, find func(ID) (Key, bool)) (*index, error) {
	h := make([]byte, headerBytes)
	if _, err := f.ReadAt(h, 0); err != nil || string(h[:len(magic)]) != magic {
		return nil, ErrBroken
	}
	k, ok := find(ID(h[len(magic):]))
	if !ok {
		return nil, ErrNoKey
	}
	b, err := newBox(k, h)
	if err != nil {
		return nil, err
	}
	x := &index{box: b, end: int64(headerBytes)}
	var l [lengthBytes]byte
	for !x.whole && x.end+extraBytes <= size {
		if _, err := f.ReadAt(l[:], x.end); err != nil {
			return nil, fmt.Errorf("reading an encrypted file: %w", err)
		}
		r := record{x.end, x.text, binary.BigEndian.Uint32(l[:])}
		if r.text() > textBytes || r.end() > size {
			break
		}
		x.records = append(x.records, r)
		x.end, x.text, x.whole = r.end(), x.text+r.text(), r.length&lastBit != 0
	}
	return x, nil
}

// even is the index of a whole file all of whose records but the last are full, as
// [Writer] makes them, without reading them: the last one vouches for it, and each
// of the others for its own place when it is opened. Of any other file it is nil.
func even(f io.ReaderAt, size int64, find func(ID) (Key, bool)) *index {
	h := make([]byte, headerBytes)
	if _, err := f.ReadAt(h, 0); err != nil || string(h[:len(magic)]) != magic {
		return nil
	}
	k, ok := find(ID(h[len(magic):]))
	if !ok {
		return nil
	}
	b, err := newBox(k, h)
	if err != nil {
		return nil
	}
	const full = extraBytes + textBytes
	x := &index{box: b, end: int64(headerBytes), whole: true}
	for rest := size - int64(headerBytes); rest > 0; rest = size - x.end {
		r := record{x.end, x.text, textBytes}
		if rest <= full {
			if rest < extraBytes {
				return nil
			}
			r.length = uint32(rest-extraBytes) | lastBit
		}
		x.records = append(x.records, r)
		x.end, x.text = r.end(), x.text+r.text()
	}
	if len(x.records) == 0 {
		return nil
	}
	last := len(x.records) - 1
	var l [lengthBytes]byte
	if _, err := f.ReadAt(l[:], x.records[last].at); err != nil || binary.BigEndian.Uint32(l[:]) != x.records[last].length {
		return nil
	}
	if _, err := x.open(f, last); err != nil {
		return nil
	}
	return x
}

// open reads the text of a record.
func (x *index) open(f io.ReaderAt, n int) ([]byte, error) {
	r := x.records[n]
	b := make([]byte, r.end()-r.at)
	if _, err := f.ReadAt(b, r.at); err != nil {
		return nil, fmt.Errorf("reading an encrypted file: %w", err)
	}
	if binary.BigEndian.Uint32(b) != r.length {
		return nil, ErrBroken
	}
	b = b[lengthBytes:]
	text, err := x.box.aead.Open(b[nonceBytes:nonceBytes], b[:nonceBytes], b[nonceBytes:], vouched(n, r.start, r.length))
	if err != nil {
		return nil, ErrBroken
	}
	return text, nil
}

// settled cuts from the index the records at the end that do not open: a process
// or the power ended while they were written.
func (x *index) settled(f io.ReaderAt) error {
	for n := len(x.records) - 1; n >= 0; n-- {
		_, err := x.open(f, n)
		if err == nil {
			return nil
		}
		if !errors.Is(err, ErrBroken) {
			return err
		}
		x.end, x.text, x.whole, x.records = x.records[n].at, x.records[n].start, false, x.records[:n]
	}
	return nil
}

// Size is the number of bytes of text in a file of so many bytes. Of one that is
// not whole it is what can be read.
func Size(f io.ReaderAt, size int64, find func(ID) (Key, bool)) (int64, error) {
	if size < int64(headerBytes) {
		return 0, nil // Append had only begun
	}
	x, err := scan(f, size, find)
	if err != nil {
		return 0, err
	}
	if x.whole {
		_, err = x.open(f, len(x.records)-1)
	} else {
		err = x.settled(f)
	}
	return x.text, err
}

// Append seals what r gives at the end of a file, or of a new one with k. The
// file has no last record afterwards. It returns the bytes of text that are in the file now.
// What arrived before an error of r stays.
func Append(f *os.File, k Key, find func(ID) (Key, bool), r io.Reader) (int64, error) {
	x, err := resume(f, k, find)
	if err != nil {
		return 0, err
	}
	buf := make([]byte, textBytes)
	for {
		n, readErr := Fill(r, buf)
		if n > 0 {
			if err := x.add(f, buf[:n]); err != nil {
				return 0, err
			}
		}
		if readErr == io.EOF {
			return x.text, nil
		}
		if readErr != nil {
			return x.text, readErr
		}
	}
}

// Fill reads until p is full or r gives an error, which it returns as it is: unlike
// [io.ReadFull] it tells a reader that ended from one that was cut off.
func Fill(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = r.Read(p[n:])
		n += m
	}
	return n, err
}

// resume has a file end after its last whole record and without a last one.
func resume(f *os.File, k Key, find func(ID) (Key, bool)) (*index, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("looking at an encrypted file: %w", err)
	}
	if st.Size() < int64(headerBytes) {
		h := newHeader(k)
		if _, err := f.WriteAt(h, 0); err != nil {
			return nil, fmt.Errorf("writing an encrypted file: %w", err)
		}
		b, err := newBox(k, h)
		return &index{box: b, end: int64(headerBytes)}, err
	}
	x, err := scan(f, st.Size(), find)
	if err != nil {
		return nil, err
	}
	if err := x.settled(f); err != nil {
		return nil, err
	}
	var again []byte
	if x.whole {
		last := len(x.records) - 1
		if again, err = x.open(f, last); err != nil {
			return nil, err
		}
		x.end, x.text, x.whole, x.records = x.records[last].at, x.records[last].start, false, x.records[:last]
	}
	if err := f.Truncate(x.end); err != nil {
		return nil, fmt.Errorf("cutting an encrypted file: %w", err)
	}
	if len(again) == 0 {
		return x, nil
	}
	return x, x.add(f, again)
}

// add writes a record, not the last one, at the end.
func (x *index) add(f io.WriterAt, text []byte) error {
	if _, err := f.WriteAt(x.box.seal(len(x.records), x.text, text, false), x.end); err != nil {
		return fmt.Errorf("writing an encrypted file: %w", err)
	}
	r := record{x.end, x.text, uint32(len(text))}
	x.records, x.end, x.text = append(x.records, r), r.end(), x.text+int64(len(text))
	return nil
}

// Finish writes the last record of a file that arrived by Append. A file that is
// whole already stays as it is.
func Finish(f *os.File, k Key, find func(ID) (Key, bool)) error {
	st, err := f.Stat()
	if err != nil {
		return fmt.Errorf("looking at an encrypted file: %w", err)
	}
	if st.Size() >= int64(headerBytes) {
		x, err := scan(f, st.Size(), find)
		if err != nil {
			return err
		}
		if x.whole {
			_, err := x.open(f, len(x.records)-1)
			return err
		}
	}
	x, err := resume(f, k, find)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt(x.box.seal(len(x.records), x.text, nil, true), x.end); err != nil {
		return fmt.Errorf("writing an encrypted file: %w", err)
	}
	return nil
}

// Reader reads a sealed file from any place.
type Reader struct {
	f io.ReaderAt
	x *index

	mu   sync.Mutex
	at   int64 // of the next Read, bytes of text
	n    int   // the record that text is of; -1: none
	text []byte
}

// NewPart opens what can be read of a sealed file that may not be whole.
func NewPart(f io.ReaderAt, size int64, find func(ID) (Key, bool)) (*Reader, error) {
	r, err := NewReader(f, size, find)
	if !errors.Is(err, ErrUnfinished) {
		return r, err
	}
	x, err := scan(f, size, find)
	if err != nil {
		return nil, err
	}
	return &Reader{f: f, x: x, n: -1}, x.settled(f)
}

// NewReader opens a sealed file of so many bytes. The file has to be whole.
func NewReader(f io.ReaderAt, size int64, find func(ID) (Key, bool)) (*Reader, error) {
	if x := even(f, size, find); x != nil {
		return &Reader{f: f, x: x, n: -1}, nil
	}
	x, err := scan(f, size, find)
	if err != nil {
		return nil, err
	}
	if !x.whole {
		return nil, ErrUnfinished
	}
	if x.end != size {
		return nil, ErrBroken
	}
	if _, err := x.open(f, len(x.records)-1); err != nil {
		return nil, err
	}
	return &Reader{f: f, x: x, n: -1}, nil
}

// Size is the number of bytes of text.
func (r *Reader) Size() int64 { return r.x.text }

// ReadAt reads at a place of the text.
func (r *Reader) ReadAt(p []byte, at int64) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.readAt(p, at)
}

func (r *Reader) readAt(p []byte, at int64) (done int, err error) {
	if at < 0 {
		return 0, errors.New("reading before the beginning of a file")
	}
	for done < len(p) {
		if at >= r.x.text {
			return done, io.EOF
		}
		n := sort.Search(len(r.x.records), func(i int) bool { return r.x.records[i].start+r.x.records[i].text() > at })
		if n != r.n {
			if r.text, err = r.x.open(r.f, n); err != nil {
				r.n = -1
				return done, err
			}
			r.n = n
		}
		m := copy(p[done:], r.text[at-r.x.records[n].start:])
		done, at = done+m, at+int64(m)
	}
	return done, nil
}

// Read reads on.
func (r *Reader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, err := r.readAt(p, r.at)
	r.at += int64(n)
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// Seek sets where Read goes on.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.x.text
	}
	if offset < 0 {
		return r.at, errors.New("seeking before the beginning of a file")
	}
	r.at = offset
	return offset, nil
}
