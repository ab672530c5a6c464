package video

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// boxOf is a box of that kind.
func boxOf(kind string, parts ...[]byte) []byte {
	held := bytes.Join(parts, nil)
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(held)))
	return append(append(b, kind...), held...)
}

// lensNamed is metadata of a track as phones write it: two names, and their values.
func lensNamed(value []byte, kind uint32, version []byte) []byte {
	u32 := func(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
	data := func(kind uint32, v []byte) []byte { return boxOf("data", u32(kind), u32(0), v) }
	item := func(n uint32, d []byte) []byte { return boxOf(string(u32(n)), d) }
	return boxOf("meta", version,
		boxOf("hdlr", make([]byte, 24)),
		boxOf("keys", u32(0), u32(2), boxOf("mdta", []byte("com.apple.quicktime.camera.lens_model")), boxOf("mdta", []byte(focalKey))),
		boxOf("ilst", item(1, data(1, []byte("front camera 2.71mm f/1.9"))), item(2, data(kind, value))))
}

func film(t testing.TB, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.mov")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The lens's focal length is read where phones write it, as text or as a number, in
// QuickTime's way and in MP4's; what cannot be one is none.
func TestFocalLengthOfATrack(t *testing.T) {
	for _, tc := range []struct {
		value   []byte
		kind    uint32
		version []byte
		want    float64
	}{
		{[]byte("26"), 1, nil, 26},
		{[]byte("50.00mm"), 1, make([]byte, 4), 50},
		{[]byte{0, 0, 0, 27}, 21, nil, 27},
		{[]byte{23}, 65, nil, 23},
		{binary.BigEndian.AppendUint32(nil, math.Float32bits(24.5)), 23, nil, 24.5},
		{[]byte("front"), 1, nil, math.NaN()},
		{[]byte{0}, 21, nil, math.NaN()},
		{[]byte("NaN"), 1, nil, math.NaN()},
		{[]byte("1e9"), 1, nil, math.NaN()},
	} {
		b := append(boxOf("ftyp", []byte("qt  ")), boxOf("moov", boxOf("mvhd", make([]byte, 100)), boxOf("trak", boxOf("tkhd", make([]byte, 84)), lensNamed(tc.value, tc.kind, tc.version)))...)
		got := focal35(film(t, b))
		if got != tc.want && !(got != got && tc.want != tc.want) {
			t.Errorf("%q of type %d: %g, want %g", tc.value, tc.kind, got, tc.want)
		}
	}
}

// A file that is cut off or damaged anywhere ends the search and nothing else.
func TestFocalLengthOfDamagedFiles(t *testing.T) {
	whole := boxOf("moov", boxOf("trak", lensNamed([]byte("26"), 1, nil)))
	for i := range whole {
		for _, b := range [][]byte{whole[:i], damaged(whole, i, 0xff), damaged(whole, i, 0)} {
			if mm := focal35(film(t, b)); mm == mm && (mm < focalLeast || mm > focalMost) {
				t.Fatalf("byte %d: %g mm", i, mm)
			}
		}
	}
	deep := lensNamed([]byte("26"), 1, nil)
	for range 100 {
		deep = boxOf("udta", deep)
	}
	if mm := focal35(film(t, deep)); mm == mm {
		t.Errorf("a hundred boxes deep: %g mm", mm)
	}
}

func damaged(b []byte, at int, with byte) []byte {
	out := bytes.Clone(b)
	out[at] = with
	return out
}

// What ffmpeg writes for the whole file is read too, and reaches who opens a film.
func TestFocalLengthOfAFile(t *testing.T) {
	small := []string{"-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=0.5", "-pix_fmt", "yuv420p"}
	path := makeVideo(t, "a.mov", append(small, "-metadata", focalKey+"=27", "-movflags", "use_metadata_tags")...)
	info, err := Probe(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Focal35MM != 27 || info.Lens() != 0.75 {
		t.Errorf("%g mm, %g of the longer side", info.Focal35MM, info.Lens())
	}
	info, err = Probe(context.Background(), makeVideo(t, "b.mp4", small...))
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(info.Focal35MM) || !math.IsNaN(info.Lens()) {
		t.Errorf("no lens is told, yet %g mm", info.Focal35MM)
	}
}
