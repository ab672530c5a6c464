package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"facialis/internal/service/archive"
	"facialis/internal/service/folder"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"

	"github.com/google/go-cmp/cmp"
)

var ids = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{26}\b|a[0-9A-HJKMNP-TV-Z]{26}\b`)

// pack writes a zip of the files in the order of their names.
func pack(t tb, files map[string]string, change func(*zip.FileHeader)) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		if change != nil {
			change(h)
		}
		w, err := z.CreateHeader(h)
		must(t, err)
		_, err = io.WriteString(w, files[name])
		if !strings.HasSuffix(name, "/") {
			must(t, err)
		}
	}
	must(t, z.Close())
	return b.Bytes()
}

// remake changes a zip's files and makes the manifest fit them again.
func remake(t tb, data []byte, change func(map[string]string)) []byte {
	t.Helper()
	files := unzip(t, data)
	change(files)
	var m archive.Manifest
	must(t, json.Unmarshal([]byte(files["manifest.json"]), &m))
	m.Files = nil
	for name, text := range files {
		if name != "manifest.json" {
			sum := sha256.Sum256([]byte(text))
			m.Files = append(m.Files, archive.Listed{Name: name, Bytes: int64(len(text)), SHA256: hex.EncodeToString(sum[:])})
		}
	}
	out, err := json.Marshal(m)
	must(t, err)
	files["manifest.json"] = string(out)
	return pack(t, files, nil)
}

// twice is a zip with one more file, which map cannot have.
func twice(t tb, data []byte, name string) []byte {
	t.Helper()
	files := unzip(t, data)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range append(slices.Sorted(maps.Keys(files)), name) {
		w, err := z.Create(n)
		must(t, err)
		_, err = io.WriteString(w, files[n])
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

// Whatever is wrong with a zip: one line that says so, and nothing is left.
func TestHostileZips(t *testing.T) {
	a, b := build(t, t.TempDir()), build(t, t.TempDir())
	p, r := a.person(t)
	note, e := "x", "e0001"
	must(t, a.w.Correct(t.Context(), r, &record.Correction{ID: record.NewID(), At: now, By: "me", Edit: record.Edit{Op: record.Confirm, EventID: &e, Note: &note}}))
	good := a.export(t, p.ID)
	dir := "recordings/" + r.ID + "/"
	with := func(name, text string) []byte {
		return remake(t, good, func(m map[string]string) { m[name] = text })
	}
	swap := func(name, old, new string) []byte {
		return remake(t, good, func(m map[string]string) {
			if !strings.Contains(m[name], old) {
				t.Fatalf("%s has no %s", name, old)
			}
			m[name] = strings.ReplaceAll(m[name], old, new)
		})
	}
	header := func(change func(*zip.FileHeader)) []byte { return pack(t, unzip(t, good), change) }
	unsigned := func(change func(map[string]string)) []byte {
		m := unzip(t, good)
		change(m)
		return pack(t, m, nil)
	}
	patch := func(data []byte, change func([]byte)) []byte {
		data = bytes.Clone(data)
		change(data)
		return data
	}
	directory := func(data []byte) []byte { return data[bytes.Index(data, []byte("PK\x01\x02")):] }
	cases := map[string][]byte{
		"nothing":              {},
		"no zip":               []byte("hello"),
		"another zip":          pack(t, map[string]string{"photo.jpg": "x"}, nil),
		"cut in the middle":    good[:len(good)/2],
		"cut at the end":       good[:len(good)-1],
		"cut at the beginning": good[100:],
		"parent folder":        with("../../evil.txt", "x"),
		"parent within":        with(dir+"../../evil.txt", "x"),
		"absolute":             with("/etc/passwd", "x"),
		"drive":                with(`C:\evil.txt`, "x"),
		"backslash":            with(`recordings\evil.txt`, "x"),
		"zero byte":            with("evil\x00.txt", "x"),
		"deep":                 with(dir+"a/b/c.txt", "x"),
		"hidden":               with(".bashrc", "x"),
		"long name":            with(strings.Repeat("a", 5000)+".txt", "x"),
		"folder":               with("empty/", ""),
		"case":                 with("PERSON.json", "{}"),
		"twice":                twice(t, good, "person.json"),
		"not listed":           unsigned(func(m map[string]string) { m["more.txt"] = "x" }),
		"listed and missing":   unsigned(func(m map[string]string) { delete(m, "fhir.json") }),
		"changed":              unsigned(func(m map[string]string) { m["person.json"] = strings.Replace(m["person.json"], "Ada", "Eva", 1) }),
		"film changed": unsigned(func(m map[string]string) {
			m[dir+"original.mp4"] = strings.Replace(m[dir+"original.mp4"], "moov", "MOOV", 1)
		}),
		"table changed":    unsigned(func(m map[string]string) { m["days.csv"] = strings.Replace(m["days.csv"], "id", "ID", 1) }),
		"no person":        remake(t, good, func(m map[string]string) { delete(m, "person.json") }),
		"no film":          remake(t, good, func(m map[string]string) { delete(m, dir+"original.mp4") }),
		"no mesh":          remake(t, good, func(m map[string]string) { delete(m, dir+"mesh.bin") }),
		"no manifest":      unsigned(func(m map[string]string) { delete(m, "manifest.json") }),
		"another form":     swap("manifest.json", archive.Format, "facialis.person/2"),
		"manifest no json": unsigned(func(m map[string]string) { m["manifest.json"] = "{" }),
		"link": header(func(h *zip.FileHeader) {
			if h.Name == "README.txt" {
				h.SetMode(fs.ModeSymlink | 0o777)
			}
		}),
		"device": header(func(h *zip.FileHeader) {
			if h.Name == "README.txt" {
				h.SetMode(fs.ModeDevice)
			}
		}),
		"encrypted": patch(good, func(b []byte) { directory(b)[8] |= 1 }),
		"unknown packing": patch(good, func(b []byte) {
			binary.LittleEndian.PutUint16(directory(b)[10:], 99)
		}),
		"lies, smaller": patch(good, func(b []byte) {
			d := directory(b)
			binary.LittleEndian.PutUint32(d[24:], binary.LittleEndian.Uint32(d[24:])-1)
		}),
		"lies, huge": patch(good, func(b []byte) { binary.LittleEndian.PutUint32(directory(b)[24:], 1<<31) }),
		"claims many files": patch(good, func(b []byte) {
			at := bytes.LastIndex(b, []byte("PK\x05\x06"))
			b[at+8], b[at+9], b[at+10], b[at+11] = 0xff, 0xfe, 0xff, 0xfe
		}),
		"bytes flipped": patch(good, func(b []byte) { b[len(b)/3] ^= 0x55 }),
		"bomb":          with("big.txt", strings.Repeat("\x00", 32<<20)),

		"person no json":   with("person.json", "[]"),
		"person's id":      swap("person.json", p.ID, "../../../etc"),
		"another person":   swap("person.json", p.ID, record.NewID()),
		"no name":          swap("person.json", `"Ada Example"`, `"\u0007"`),
		"diary no json":    with("diary.json", "{"),
		"entry's id":       with("diary.json", `[{"id":"../x","kind":"visit","at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","data":{}}]`),
		"entry's kind":     with("diary.json", `[{"id":"01HZZZZZZZZZZZZZZZZZZZZZZZ","kind":"x","at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","data":{}}]`),
		"unknown question": with("answers.json", `{"values":{"no such":1}}`),
		"unknown skipped":  with("answers.json", `{"skipped":{"no such":""}}`),
		"wrong answer":     with("answers.json", `{"values":{"age":"<b>"}}`),
		"recording's id":   swap("recordings.json", r.ID, "..%2f"),
		"recording twice": remake(t, good, func(m map[string]string) {
			m["recordings.json"] = strings.Replace(m["recordings.json"], "]", "]", 1)
			m["recordings.json"] = doubled(m["recordings.json"])
		}),
		"analysis's id":     swap("recordings.json", r.Analysis, "."),
		"state":             swap("recordings.json", `"done"`, `"wonderful"`),
		"type":              swap("recordings.json", `"video/mp4"`, `"text/html; x=<script>"`),
		"another sum":       swap("recordings.json", r.SHA256, strings.Repeat("0", 64)),
		"film is no film":   remake(t, good, func(m map[string]string) { noFilm(m, dir, r) }),
		"analysis no json":  with(dir+"analysis.json", "{"),
		"analysis's form":   with(dir+"analysis.json", `{"schema":"x"}`),
		"event's kind":      swap(dir+"analysis.json", `"kind": "spasm"`, `"kind": "<script>"`),
		"event's time":      swap(dir+"analysis.json", `"onset_s": 1,`, `"onset_s": 1e300,`),
		"trace is none":     with(dir+"trace.bin", "x"),
		"trace claims rows": swap(dir+"trace.bin", `"rows":60`, `"rows":260000000`),
		"trace is short":    remake(t, good, func(m map[string]string) { m[dir+"trace.bin"] = m[dir+"trace.bin"][:2000] }),
		"mesh is none":      with(dir+"mesh.bin", "FMESH01\n\xff\xff\xff\xff"),
		"stills no json":    with(dir+"stills.json", "<"),
		"correction's op":   swap(dir+"corrections.json", `"confirm"`, `"drop table"`),
		"correction's note": swap(dir+"corrections.json", `"x"`, `"`+strings.Repeat("x", 3000)+`"`),
		"correction's id":   with(dir+"corrections.json", `[{"id":"x","op":"undo"}]`),
	}
	if _, err := read(good); err != nil {
		t.Fatal(err)
	}
	before := b.files(t)
	for name, data := range cases {
		_, err := b.bring(data, false)
		if !errors.Is(err, record.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if line := err.Error(); strings.ContainsAny(line, "\n\x00") || strings.Contains(line, b.dir) || len(line) > 300 {
			t.Errorf("%s: %q", name, line)
		}
		if d := cmp.Diff(before, b.files(t)); d != "" {
			t.Errorf("%s left files: %s", name, d)
		}
		if people, err := b.f.Store.People(t.Context(), "", "", 10); err != nil || len(people) != 0 {
			t.Errorf("%s left %v %v", name, people, err)
		}
	}
	if _, err := b.bring(good, false); err != nil {
		t.Fatal(err)
	}
}

func doubled(list string) string {
	var all []json.RawMessage
	if json.Unmarshal([]byte(list), &all) != nil {
		return list
	}
	out, _ := json.Marshal(append(all, all[0]))
	return string(out)
}

// noFilm puts text in a film's place and has everything else fit it.
func noFilm(m map[string]string, dir string, r *record.Recording) {
	const text = "#EXTM3U\nfile:///etc/passwd\n"
	sum := sha256.Sum256([]byte(text))
	m[dir+"original.mp4"] = text
	m["recordings.json"] = strings.NewReplacer(r.SHA256, hex.EncodeToString(sum[:]), fmt.Sprint(`"bytes": `, r.Bytes), fmt.Sprint(`"bytes": `, len(text))).Replace(m["recordings.json"])
}

// Files that share their bytes, as in the bombs of that kind, are refused before
// one of them is unpacked.
func TestOverlappingFiles(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("a.txt")
	must(t, err)
	_, err = w.Write(make([]byte, 10<<20))
	must(t, err)
	must(t, z.Close())
	data := b.Bytes()
	at := bytes.Index(data, []byte("PK\x01\x02"))
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	entry := data[at:end]
	out := bytes.Clone(data[:at])
	const n = 2000
	for i := range n {
		e := bytes.Clone(entry)
		copy(e[46:], fmt.Sprintf("%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676)) // "abc" + "xt"
		e[46+3] = '.'
		out = append(out, e...)
	}
	tail := bytes.Clone(data[end:])
	binary.LittleEndian.PutUint16(tail[8:], n)
	binary.LittleEndian.PutUint16(tail[10:], n)
	binary.LittleEndian.PutUint32(tail[12:], uint32(n*len(entry)))
	out = append(out, tail...)
	if _, err := read(out); !errors.Is(err, record.ErrInvalid) || !strings.Contains(err.Error(), "not fit") && !strings.Contains(err.Error(), "far more") {
		t.Error(err)
	}
}

// die brings a person in and is killed while it writes the third file.
func die(dir string) {
	ctx := context.Background()
	f, err := folder.Open(ctx, dir)
	if err != nil {
		panic(err)
	}
	w, err := work.New(ctx, f.Store, f.Blobs, work.Options{Run: worktest.Run})
	if err != nil {
		panic(err)
	}
	data, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	path, _, err := w.Receive(func(out io.Writer) error {
		_, err := out.Write(data)
		return err
	})
	if err != nil {
		panic(err)
	}
	in, err := os.Open(path)
	if err != nil {
		panic(err)
	}
	x, err := archive.Read(ctx, in, int64(len(data)), archive.DefaultLimits(1<<30))
	if err != nil {
		panic(err)
	}
	n := 0
	for name, write := range x.Recordings[0].Files {
		x.Recordings[0].Files[name] = func(out io.Writer) error {
			if n++; n == 3 {
				syscall.Kill(os.Getpid(), syscall.SIGKILL)
			}
			return write(out)
		}
	}
	x.Bring(ctx, w)
	panic("still alive")
}

// A process that is killed while it brings somebody in leaves nothing that the
// next start does not remove.
func TestKilledWhileBringingIn(t *testing.T) {
	a := build(t, t.TempDir())
	p, r := a.person(t)
	good := a.export(t, p.ID)
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "FACIALIS_DIES_IN="+dir)
	cmd.Stdin = bytes.NewReader(good)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("%v %s", err, out)
	}
	half := (&house{dir: dir}).files(t)
	if !slices.ContainsFunc(half, func(s string) bool { return strings.Contains(s, r.ID) }) || !slices.ContainsFunc(half, func(s string) bool { return strings.Contains(s, "incoming") }) {
		t.Fatalf("it died too early: %v", half)
	}
	b := build(t, dir)
	if left := b.files(t); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if people, err := b.f.Store.People(t.Context(), "", "", 10); err != nil || len(people) > 0 {
		t.Errorf("%v %v", people, err)
	}
	if _, err := b.bring(good, false); err != nil {
		t.Error(err)
	}
}

// FuzzRead: no bytes make the reader fall over, and every refusal is one about
// the zip.
func FuzzRead(f *testing.F) {
	brief := &brief{TB: f}
	h := build(brief, f.TempDir())
	p, _ := h.person(f)
	good := h.export(f, p.ID)
	brief.end() // a worker that polls would run through what is fuzzed
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add(pack(f, map[string]string{"manifest.json": `{"format":"facialis.person/1"}`}, nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := read(data); err != nil && !errors.Is(err, record.ErrInvalid) {
			t.Error(err)
		}
	})
}

// brief is a test whose cleanups run when it is told to end.
type brief struct {
	testing.TB
	undo []func()
}

func (b *brief) Cleanup(f func()) { b.undo = append(b.undo, f) }

func (b *brief) end() {
	for _, f := range slices.Backward(b.undo) {
		f()
	}
}
