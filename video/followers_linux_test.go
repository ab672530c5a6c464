package video

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facialis/internal/jail"
)

// hostile is a file that asks for others.
type hostile struct {
	name    string            // of the demuxer that would follow it, and how
	file    string            // its name; empty: film.mp4
	text    string            // what is in it
	beside  map[string]string // other files in its folder
	options []string          // what ffmpeg needs to follow it outside the jail
	follows bool              // this ffmpeg does, when nothing stops it
}

// secretFilms are somebody else's films, in the shapes that followers ask for, in
// a folder of their own. All show the same pictures.
type secretFilms struct {
	dir, mp4, ts, jpeg, moov string
}

func makeSecret(t *testing.T) secretFilms {
	t.Helper()
	s := secretFilms{dir: t.TempDir()}
	s.mp4, s.ts, s.jpeg = filepath.Join(s.dir, "secret.mp4"), filepath.Join(s.dir, "secret.ts"), filepath.Join(s.dir, "secret001.jpg")
	run(t, "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=1", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "5", s.mp4)
	run(t, "-i", s.mp4, "-c", "copy", s.ts)
	run(t, "-i", s.mp4, "-q:v", "2", filepath.Join(s.dir, "secret%03d.jpg"))
	b, err := os.ReadFile(s.mp4)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at+8 <= len(b); {
		n := int(binary.BigEndian.Uint32(b[at:]))
		if n < 8 || at+n > len(b) {
			t.Fatal("the secret film's boxes cannot be read")
		}
		if string(b[at+4:at+8]) == "moov" {
			s.moov = string(b[at : at+n])
		}
		at += n
	}
	return s
}

// box is a box of a QuickTime film.
func box(kind, inside string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(8+len(inside)))) + kind + inside
}

// reference is a QuickTime film whose pictures lie in another file, by an entry
// of the table of data references.
func reference(moov, entry string) string {
	var build func(b string, inside bool) string
	build = func(b string, inside bool) string {
		out := ""
		for len(b) >= 8 {
			n := int(binary.BigEndian.Uint32([]byte(b)))
			kind, body := b[4:8], b[8:n]
			switch kind {
			case "moov", "trak", "mdia", "minf", "dinf":
				body = build(body, true)
			case "dref":
				body = "\x00\x00\x00\x00\x00\x00\x00\x01" + entry
			}
			out += box(kind, body)
			b = b[n:]
		}
		return out
	}
	return box("ftyp", "qt  \x00\x00\x02\x00qt  ") + build(moov, false)
}

// alias is the Macintosh's record of another file.
func alias(path string, levels int) string {
	be16 := func(n int) string { return string(binary.BigEndian.AppendUint16(nil, uint16(n))) }
	fixed := func(s string, n int) string { return string(rune(len(s)&0x7f)) + s + strings.Repeat("\x00", n-len(s)) }
	name := filepath.Base(path)
	b := "\x00\x00\x00\x00" + strings.Repeat("\x00", 10) + fixed("disk", 27) + strings.Repeat("\x00", 12) + fixed(name, 63) + strings.Repeat("\x00", 16)
	b += be16(levels) + be16(levels) + strings.Repeat("\x00", 16)
	pad := func(s string) string {
		if len(s)%2 == 1 {
			s += "\x00"
		}
		return s
	}
	b += be16(2) + be16(len(path)) + pad(path) + "\xff\xff\x00\x00"
	return box("alis", b)
}

func hostiles(s secretFilms) []hostile {
	dash := func(inside string) string {
		return `<!-- a film --><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4">` + inside + `</AdaptationSet></Period></MPD>`
	}
	hls := func(lines ...string) string {
		return "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n" + strings.Join(lines, "\n") + "\n#EXT-X-ENDLIST\n"
	}
	imf := map[string]string{"ASSETMAP.xml": `<?xml version="1.0"?><AssetMap xmlns="http://www.smpte-ra.org/schemas/429-9/2007/AM"><Id>urn:uuid:00000000-0000-0000-0000-000000000001</Id><AssetList><Asset><Id>urn:uuid:00000000-0000-0000-0000-000000000002</Id><ChunkList><Chunk><Path>` + s.mp4 + `</Path></Chunk></ChunkList></Asset></AssetList></AssetMap>`}
	cpl := `<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016" xmlns:cc="http://www.smpte-ra.org/schemas/2067-2/2016"><Id>urn:uuid:00000000-0000-0000-0000-000000000003</Id><ContentTitle>x</ContentTitle><EditRate>10 1</EditRate><SegmentList><Segment><Id>urn:uuid:00000000-0000-0000-0000-000000000004</Id><SequenceList><cc:MainImageSequence><Id>urn:uuid:00000000-0000-0000-0000-000000000005</Id><TrackId>urn:uuid:00000000-0000-0000-0000-000000000006</TrackId><ResourceList><Resource><Id>urn:uuid:00000000-0000-0000-0000-000000000007</Id><EditRate>10 1</EditRate><IntrinsicDuration>10</IntrinsicDuration><SourceEncoding>urn:uuid:0</SourceEncoding><TrackFileId>urn:uuid:00000000-0000-0000-0000-000000000002</TrackFileId></Resource></ResourceList></cc:MainImageSequence></SequenceList></Segment></SegmentList></CompositionPlaylist>`
	file := "file://" + s.mp4
	return []hostile{
		{name: "dash BaseURL", text: dash(`<Representation id="1" bandwidth="1000" width="64" height="64"><BaseURL>` + file + `</BaseURL></Representation>`), follows: true},
		{name: "dash SegmentList", text: dash(`<SegmentList duration="1"><Initialization sourceURL="` + file + `"/><SegmentURL media="` + file + `"/></SegmentList><Representation id="1" bandwidth="1000"/>`)},
		{name: "dash SegmentTemplate", text: dash(`<SegmentTemplate duration="1" startNumber="1" initialization="` + file + `" media="` + file + `"/><Representation id="1" bandwidth="1000"/>`)},
		{name: "dash remote period", text: `<!-- --><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" xmlns:xlink="http://www.w3.org/1999/xlink" type="static"><Period xlink:href="` + file + `" xlink:actuate="onLoad"/></MPD>`},
		{name: "hls", text: hls("#EXTINF:1,", s.ts), follows: true},
		{name: "hls file address", text: hls("#EXTINF:1,", "file://"+s.ts)},
		{name: "hls map", text: hls(`#EXT-X-MAP:URI="`+s.mp4+`"`, "#EXTINF:1,", s.mp4)},
		{name: "hls key", text: hls(`#EXT-X-KEY:METHOD=AES-128,URI="`+s.mp4+`"`, "#EXTINF:1,", s.ts)},
		{name: "hls range", text: hls("#EXTINF:1,", "#EXT-X-BYTERANGE:1000@0", s.ts)},
		{name: "hls crypto", text: hls("#EXTINF:1,", "crypto+file://"+s.ts)},
		{name: "hls concat", text: hls("#EXTINF:1,", "concat:"+s.ts+"|"+s.ts)},
		{name: "hls subfile", text: hls("#EXTINF:1,", "subfile,,start,0,end,0,,:"+s.ts)},
		{name: "hls fd", text: hls("#EXTINF:1,", "fd:0"), options: nil},
		{name: "hls master", text: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + filepath.Join(s.dir, "list.m3u8") + "\n"},
		{name: "hls other sound", text: "#EXTM3U\n#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"a\",NAME=\"a\",URI=\"" + s.ts + "\"\n#EXT-X-STREAM-INF:BANDWIDTH=1,VIDEO=\"a\"\n" + s.ts + "\n"},
		{name: "hls in a data address", text: hls("#EXTINF:1,", "data:application/x-mpegurl,%23EXTM3U%0A%23EXTINF:1,%0A"+s.ts)},
		{name: "concat", text: "ffconcat version 1.0\nfile '" + s.mp4 + "'\n", options: []string{"-safe", "0"}, follows: true},
		{name: "concat beside", text: "ffconcat version 1.0\nfile secret.mp4\n", beside: map[string]string{"secret.mp4": s.mp4}, follows: true},
		{name: "concat option", text: "ffconcat version 1.0\nfile '" + s.mp4 + "'\noption safe 0\noption protocol_whitelist file\n"},
		{name: "imf", text: cpl, beside: imf},
		{name: "image2 pattern", file: "secret%03d.jpg", text: "", beside: map[string]string{"secret001.jpg": s.jpeg, "secret002.jpg": s.jpeg}},
		{name: "image2 pattern by its demuxer", file: "p%03d.jpg", text: "x", beside: map[string]string{"p001.jpg": s.jpeg}, options: []string{"-f", "image2"}, follows: true},
		{name: "image2 glob", file: "*.jpg", text: "x", beside: map[string]string{"q001.jpg": s.jpeg}, options: []string{"-f", "image2", "-pattern_type", "glob"}},
		{name: "image2pipe", text: string(mustRead(s.jpeg)), options: []string{"-f", "image2pipe"}},
		{name: "svg_pipe", text: `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64"><image width="64" height="64" xlink:href="file://` + s.jpeg + `"/></svg>`},
		{name: "mov alis", file: "film.mov", text: reference(s.moov, alias(s.mp4, 0)), options: []string{"-enable_drefs", "1", "-use_absolute_path", "1"}, follows: true},
		{name: "mov alis beside", file: "film.mov", text: reference(s.moov, alias(s.mp4, 1)), beside: map[string]string{"secret.mp4": s.mp4}, options: []string{"-enable_drefs", "1"}, follows: true},
		{name: "mov url", file: "film.mov", text: reference(s.moov, box("url ", "\x00\x00\x00\x00"+file+"\x00"))},
		{name: "mov urn", file: "film.mov", text: reference(s.moov, box("urn ", "\x00\x00\x00\x00x\x00"+file+"\x00"))},
		{name: "mov rsrc", file: "film.mov", text: reference(s.moov, box("rsrc", "\x00\x00\x00\x00"+file+"\x00"))},
		{name: "mov reference film", file: "film.mov", text: box("moov", box("rmra", box("rmda", box("rdrf", "\x00\x00\x00\x00url "+string(binary.BigEndian.AppendUint32(nil, uint32(len(file))))+file))))},
		{name: "sdp", text: "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5000 RTP/AVP 96\na=rtpmap:96 H264/90000\n"},
		{name: "sdp control", text: "v=0\nm=video 5000 RTP/AVP 96\na=control:" + file + "\na=rtpmap:96 H264/90000\n"},
		{name: "rtsp", text: "RTSPtext\nrtsp://127.0.0.1/secret\n", options: []string{"-f", "rtsp"}},
		{name: "sap", text: "\x20\x00\x00\x00application/sdp\x00v=0\n", options: []string{"-f", "sap"}},
		{name: "rtp", text: "\x80\x60\x00\x00", options: []string{"-f", "rtp"}},
		{name: "vobsub", file: "film.idx", text: "# VobSub index file, v7\nsize: 64x64\nid: en, index: 0\ntimestamp: 00:00:00:000, filepos: 000000000\n", beside: map[string]string{"film.sub": s.ts}},
		{name: "mlv", file: "film.MLV", text: "MLVI\x34\x00\x00\x00v2.0\x00\x00\x00\x00" + strings.Repeat("\x00", 100), beside: map[string]string{"film.M00": s.mp4}},
		{name: "webm_dash_manifest", text: "webm " + s.mp4 + "\n", options: []string{"-f", "webm_dash_manifest"}},
		{name: "lavfi", text: "movie=" + s.mp4 + "\n", options: []string{"-f", "lavfi"}},
		{name: "lavfi graph file", text: "movie=filename=" + s.mp4 + "[out0]\n"},
		{name: "avisynth", file: "film.avs", text: "DirectShowSource(\"" + s.mp4 + "\")\n"},
		{name: "vapoursynth", file: "film.vpy", text: "import vapoursynth as vs\nvs.core.ffms2.Source('" + s.mp4 + "').set_output()\n"},
		{name: "tee", text: "[f=mp4]" + s.mp4 + "|" + s.ts + "\n"},
		{name: "ffmetadata", text: ";FFMETADATA1\ntitle=" + s.mp4 + "\n[STREAM]\n"},
		{name: "tedcaptions", text: `{"captions":[{"duration":1000,"content":"` + s.mp4 + `","startOfParagraph":true,"startTime":0}]}`},
		{name: "aqtitle", text: "-->> 000001\n" + s.mp4 + "\n\n-->> 000002\n\n"},
		{name: "subrip", text: "1\n00:00:00,000 --> 00:00:01,000\n<img src=\"" + file + "\">\n"},
		{name: "ass", text: "[Script Info]\nScriptType: v4.00+\nVideo File: " + s.mp4 + "\n[Events]\nFormat: Start, End, Text\nDialogue: 0:00:00.00,0:00:01.00,x\n"},
		{name: "sami", text: "<SAMI><BODY><SYNC Start=0><P><IMG SRC=\"" + file + "\"></SAMI>"},
		{name: "realtext", text: "<window type=\"generic\"><a href=\"" + file + "\">x</a></window>"},
		{name: "sbg", text: "## \n" + s.mp4 + ": off\nNOW " + s.mp4 + "\n"},
		{name: "mca", text: "MADP\x01\x00\x00\x00" + s.mp4 + strings.Repeat("\x00", 64)},
		{name: "asx", text: `<ASX VERSION="3.0"><ENTRY><REF HREF="` + file + `"/></ENTRY></ASX>`},
		{name: "smil", text: `<smil><body><video src="` + file + `"/></body></smil>`},
		{name: "pls", text: "[playlist]\nFile1=" + s.mp4 + "\nNumberOfEntries=1\n"},
		{name: "ram", text: file + "\n"},
		{name: "xspf", text: `<?xml version="1.0"?><playlist xmlns="http://xspf.org/ns/0/"><trackList><track><location>` + file + `</location></track></trackList></playlist>`},
		{name: "qtl", text: `<?xml version="1.0"?><?quicktime type="application/x-quicktime-media-link"?><embed src="` + file + `" />`},
		{name: "a link's text", text: s.mp4},
	}
}

// lay writes a hostile file, with the others beside it, and gives its name.
func lay(t *testing.T, h hostile) string {
	t.Helper()
	dir := t.TempDir()
	for name, what := range h.beside {
		b := []byte(what)
		if filepath.IsAbs(what) {
			var err error
			if b, err = os.ReadFile(what); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	name := h.file
	if name == "" {
		name = "film.mp4"
	}
	text := h.text
	if text == "" {
		text = "x"
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// hashesOf are ffmpeg's hashes of the pictures of an input, whatever can be had.
func hashesOf(out []byte) []string {
	var all []string
	for _, line := range strings.Split(string(out), "\n") {
		if f := strings.Split(line, ","); len(f) == 6 && !strings.HasPrefix(line, "#") {
			all = append(all, strings.TrimSpace(f[5]))
		}
	}
	return all
}

// hashing is ffmpeg's command line for them, with every list but that of
// protocols off.
func hashing(h hostile, path string) []string {
	args := append([]string{"-v", "error", "-nostdin", "-protocol_whitelist", "file,pipe,crypto,data,concat,subfile,fd,cache,async"}, h.options...)
	return append(args, "-i", path, "-map", "0:v", "-vf", "scale=64:64,format=yuv420p", "-f", "framemd5", "-")
}

func shows(a, secret []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(secret, s) })
}

// wide takes the lists away: every demuxer and every decoder that there is.
func wide(t *testing.T) {
	t.Helper()
	names := func(flag string) []string {
		out, err := exec.Command("ffmpeg", "-v", "error", flag).Output()
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, line := range strings.Split(string(out), "\n") {
			if f := strings.Fields(line); len(f) > 1 && f[1] != "=" {
				all = append(all, strings.Split(f[1], ",")...)
			}
		}
		return all
	}
	formats, decoders := Formats, Decoders
	Formats, Decoders = names("-demuxers"), names("-decoders")
	if len(Formats) < 100 || len(Decoders) < 100 {
		t.Fatalf("%d demuxers, %d decoders", len(Formats), len(Decoders))
	}
	t.Cleanup(func() { Formats, Decoders = formats, decoders })
}

// pour reads a film without a look at its name or first bytes.
func pour(kind int32, path string) (said string, hashes [][]byte, err error) {
	old := chosen.Swap(kind)
	defer chosen.Store(old)
	r, err := open(context.Background(), path, path, Options{Buffers: 12, StallS: 10})
	if err != nil {
		return "", nil, err
	}
	defer r.Close()
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.DecodeWarning(), hashes, nil
		}
		if err != nil {
			return "", hashes, err
		}
		hashes = append(hashes, bytes.Clone(f.Y))
		f.Release()
	}
}

// Each of the walls holds back what other files hold by itself: the lists of
// formats and decoders, the decoder program's own refusal to open anything, and
// Landlock. Without any of them, ffmpeg shows the other film.
func TestNoDemuxerFollows(t *testing.T) {
	s := makeSecret(t)
	if err := os.WriteFile(filepath.Join(s.dir, "list.m3u8"), []byte("#EXTM3U\n#EXTINF:1,\n"+s.ts+"\n#EXT-X-ENDLIST\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var secret []string
	for _, f := range []string{s.mp4, s.ts, s.jpeg} {
		out, err := exec.Command("ffmpeg", hashing(hostile{}, f)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		secret = append(secret, hashesOf(out)...)
	}
	_, pictures, err := pour(byPipe, s.mp4)
	if err != nil || len(pictures) != 10 || len(secret) < 21 {
		t.Fatalf("%d pictures, %d hashes, %v", len(pictures), len(secret), err)
	}
	known := func(given [][]byte) bool {
		return slices.ContainsFunc(given, func(p []byte) bool {
			return slices.ContainsFunc(pictures, func(q []byte) bool { return bytes.Equal(p, q) })
		})
	}
	all := hostiles(s)
	paths := make([]string, len(all))
	for i, h := range all {
		paths[i] = lay(t, h)
	}
	each := func(t *testing.T, do func(t *testing.T, h hostile, path string)) {
		for i, h := range all {
			t.Run(h.name, func(t *testing.T) { do(t, h, paths[i]) })
		}
	}
	refuse := func(kinds ...int32) func(*testing.T, hostile, string) {
		return func(t *testing.T, h hostile, path string) {
			for _, kind := range kinds {
				_, given, err := pour(kind, path)
				if known(given) {
					t.Errorf("decoder %d shows the other film", kind)
				}
				if err == nil && len(given) > 0 && !strings.HasPrefix(h.name, "svg") && !strings.HasPrefix(h.name, "image2pipe") {
					t.Errorf("decoder %d gave %d pictures", kind, len(given))
				}
				if err != nil && (!Unreadable(err) || strings.Contains(err.Error(), "\n")) {
					t.Errorf("decoder %d: not one line about the file: %q", kind, err)
				}
			}
		}
	}
	t.Run("all walls", func(t *testing.T) {
		each(t, func(t *testing.T, h hostile, path string) {
			if h.follows { // the others are held to each wall alone below
				refuse(byRing, byPipe)(t, h, path)
			}
		})
	})
	t.Run("lists alone", func(t *testing.T) {
		libWith(t, "facialis-jail")
		each(t, refuse(byRing, byPipe))
	})
	t.Run("the decoder program alone", func(t *testing.T) {
		libWith(t, "facialis-jail")
		wide(t)
		each(t, refuse(byRing))
	})
	t.Run("Landlock alone", func(t *testing.T) {
		if lacks := jail.Lacks(); len(lacks) > 0 {
			t.Skip(lacks)
		}
		ffmpeg, err := tool("ffmpeg")
		if err != nil {
			t.Skip(err)
		}
		each(t, func(t *testing.T, h hostile, path string) {
			film, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer film.Close()
			cmd, err := jail.Command(t.Context(), film, cellOf(ffmpeg, hashing(h, path)))
			if err != nil {
				t.Fatal(err)
			}
			// The film itself may be opened again, by whatever name.
			if out, _ := cmd.Output(); len(hashesOf(out)) > 0 && h.name != "image2pipe" {
				t.Errorf("a path was opened: %d pictures", len(hashesOf(out)))
			}
			cmd, err = jail.Command(t.Context(), film, cellOf(ffmpeg, hashing(h, jail.Film)))
			if err != nil {
				t.Fatal(err)
			}
			if out, _ := cmd.Output(); shows(hashesOf(out), secret) && h.name != "image2pipe" {
				t.Error("it shows the other film")
			}
		})
	})
	t.Run("no wall", func(t *testing.T) {
		each(t, func(t *testing.T, h hostile, path string) {
			cmd := exec.Command("timeout", append([]string{"10", "ffmpeg"}, hashing(h, path)...)...)
			out, _ := cmd.Output()
			if got := shows(hashesOf(out), secret); h.follows && !got {
				t.Error("it is not followed even without a wall: this test shows nothing")
			} else if got != h.follows {
				t.Log("this ffmpeg follows it")
			}
		})
	})
	t.Log(fmt.Sprint(len(all)) + " files that ask for others")
}

func mustRead(path string) []byte {
	b, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return b
}
