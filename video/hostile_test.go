package video

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	_ "facialis/internal/rapidtest"

	"pgregory.net/rapid"
)

// foreign is somebody else's video on the same disk, which no other file may
// bring to light.
func foreign(t *testing.T) string {
	return makeVideo(t, "foreign.mp4", "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=1", "-c:v", "libx264", "-pix_fmt", "yuv420p")
}

// manifests are files that name another file to be opened, by the demuxer that
// would follow them. Each begins in a way that hides what it is, where its
// demuxer allows it.
func manifests(secret string) map[string]string {
	dir := filepath.Dir(secret)
	dash := fmt.Sprintf(`<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">
<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1000" codecs="avc1.42c00d" width="64" height="64">
<BaseURL>file://%s</BaseURL></Representation></AdaptationSet></Period></MPD>`, secret)
	return map[string]string{
		"dash":              dash,
		"dash-comment":      "<!-- x -->\n" + dash,
		"dash-space":        "\n\n   " + dash,
		"dash-doctype":      "<!DOCTYPE x>" + dash,
		"hls":               "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + secret + "\n#EXT-X-ENDLIST\n",
		"hls-bom":           "\xef\xbb\xbf#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://" + secret + "\n#EXT-X-ENDLIST\n",
		"concat":            "ffconcat version 1.0\nfile '" + secret + "'\n",
		"sdp":               "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5000 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
		"imf":               `<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:00000000-0000-0000-0000-000000000000</Id></CompositionPlaylist>`,
		"vobsub":            "# VobSub index file, v7\nid: en, index: 0\ntimestamp: 00:00:00:000, filepos: 000000000\n",
		"svg":               `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><image href="file://` + secret + `"/></svg>`,
		"webm-dash":         "webm_dash_manifest\n" + secret + "\n",
		"ffmetadata":        ";FFMETADATA1\ntitle=" + secret + "\n",
		"asx":               `<ASX VERSION="3.0"><ENTRY><REF HREF="file://` + secret + `"/></ENTRY></ASX>`,
		"quicktime-text":    "RTSPtextRTSP://127.0.0.1/" + dir + "\n",
		"mov-list-of-files": "[playlist]\nFile1=" + secret + "\nNumberOfEntries=1\n",
	}
}

// Whatever its first bytes and whatever it is called, a file that names another
// file is refused in one line, by probing and by decoding.
func TestNoFileOpensAnother(t *testing.T) {
	secret := foreign(t)
	for name, text := range manifests(secret) {
		for _, ending := range []string{".mp4", ".mpd", ".m3u8", ".ts", ".idx"} {
			path := filepath.Join(t.TempDir(), name+ending)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, path)
		}
	}
}

// A numbered picture brings in its neighbors where a pattern is followed; a
// single picture is no recording either.
func TestPicturesAreRefused(t *testing.T) {
	dir := t.TempDir()
	out, err := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=1", filepath.Join(dir, "p%03d.jpg")).CombinedOutput()
	if err != nil {
		t.Fatalf("making pictures: %v: %s", err, out)
	}
	first, err := os.ReadFile(filepath.Join(dir, "p001.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	pattern := filepath.Join(dir, "p%03d.jpg")
	if err := os.WriteFile(pattern, first, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, pattern)
	refused(t, filepath.Join(dir, "p001.jpg"))
}

func refused(t *testing.T, path string) {
	t.Helper()
	_, perr := Probe(context.Background(), path)
	_, oerr := Open(context.Background(), path, Options{})
	for _, err := range []error{perr, oerr} {
		switch {
		case err == nil:
			t.Errorf("%s: opened", filepath.Base(path))
		case !Unreadable(err):
			t.Errorf("%s: %v is not the file's fault", filepath.Base(path), err)
		case strings.Contains(err.Error(), "\n"):
			t.Errorf("%s: more than one line: %q", filepath.Base(path), err)
		}
	}
}

// Without the list of formats the plain manifest does show the other video:
// the tests above refuse something that would work.
func TestTheListOfFormatsIsWhatRefuses(t *testing.T) {
	secret := foreign(t)
	path := filepath.Join(t.TempDir(), "film.mp4")
	if err := os.WriteFile(path, []byte(manifests(secret)["dash-comment"]), 0o600); err != nil {
		t.Fatal(err)
	}
	open := func(input ...string) error {
		return exec.Command("ffmpeg", append(append([]string{"-v", "error", "-nostdin"}, input...), "-f", "null", "-")...).Run()
	}
	if err := open("-protocol_whitelist", "file,pipe", "-i", "file:"+path); err != nil {
		t.Skipf("this ffmpeg does not follow the manifest by itself: %v", err)
	}
	if err := open(Input(path)...); err == nil {
		t.Error("a manifest was followed in spite of the list of formats")
	}
}

// followers are the demuxers that open files or addresses of their own
// choosing, among those that ffmpeg 5.1 to 7.1 name: each must stay off the list.
var followers = []string{"concat", "dash", "hls", "applehttp", "imf", "image2", "image2pipe", "sdp", "rtsp", "rtp", "sap",
	"webm_dash_manifest", "vobsub", "lavfi", "svg_pipe", "avisynth", "vapoursynth", "tee", "alias_pix", "libopenmpt",
	"live_flv", "mpjpeg", "kmsgrab", "x11grab", "fbdev", "video4linux2"}

func TestNoFollowerIsListed(t *testing.T) {
	listed := map[string]bool{}
	for _, f := range Formats {
		listed[f] = true
	}
	for _, f := range followers {
		if listed[f] {
			t.Errorf("%s opens files of its own choosing and is on the list", f)
		}
	}
}

// Any text, with any start, under any name, is refused and never hangs.
func TestTextIsNoRecording(t *testing.T) {
	secret := foreign(t)
	var starts []string
	for _, text := range manifests(secret) {
		starts = append(starts, text)
	}
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune(" \n\t<!->ab#")), 0, 40, -1).Draw(rt, "before") + rapid.SampledFrom(starts).Draw(rt, "manifest")
		path := filepath.Join(dir, "film"+rapid.SampledFrom([]string{".mp4", ".mov", "", ".mpd", ".txt"}).Draw(rt, "ending"))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			rt.Fatal(err)
		}
		if _, err := Probe(context.Background(), path); err == nil || !Unreadable(err) {
			rt.Fatalf("%q: %v", text, err)
		}
	})
}

// makers are the places outside this package that start ffmpeg or ffprobe: none
// has a film before it that somebody gave. Tests make their films with them too.
var makers = map[string]string{
	"phantom/encode.go":                          "writes the film that it draws",
	"bench/nights/long.go":                       "joins nights that were drawn",
	"bench/speed/clips.go":                       "makes the clips that are timed",
	"bench/speed/measure.go":                     "times ffmpeg on those clips",
	"models/oracle/oracle.go":                    "reference pictures, when the models' references are made",
	"internal/recordings/recordings.go":          "pictures that tests look at",
	"internal/cli/doctor.go":                     "looks whether the programs are there",
	"internal/service/server/health.go":          "looks whether the programs are there",
	"internal/service/work/worktest/worktest.go": "makes the film of tests",
}

// Whatever reads a film that somebody gave is jailed: outside this package nothing
// starts ffmpeg or ffprobe, and inside it only the pipe and [FFmpeg] look for them.
// Their input comes from [Input].
func TestFilmsAreReadInTheJail(t *testing.T) {
	starts := regexp.MustCompile(`"ff(mpeg|probe)"`)
	input := regexp.MustCompile(`"-i"\s*,\s*("file:"|[a-z])|\bvideo\.Input\(`)
	seen := map[string]bool{}
	err := walkGo(os.DirFS(".."), func(path string, src []byte) {
		if strings.HasPrefix(path, "video/") {
			for _, line := range strings.Split(string(src), "\n") {
				if starts.MatchString(line) && !strings.Contains(line, "tool(") {
					t.Errorf("%s: a program beside tool: %s", path, line)
				}
			}
			if bytes.Contains(src, []byte("tool(\"")) && !bytes.Contains(src, []byte("jail.Command(")) {
				t.Errorf("%s looks for a program and has no jail", path)
			}
			return
		}
		if starts.Match(src) || input.Match(src) {
			seen[path] = true
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for path := range seen {
		if makers[path] == "" {
			t.Errorf("%s starts ffmpeg or ffprobe outside the jail", path)
		}
	}
	for path := range makers {
		if !seen[path] {
			t.Errorf("%s starts neither ffmpeg nor ffprobe any more: take it off the list", path)
		}
	}
}

// walkGo visits every Go file of the program that is no test.
func walkGo(root fs.FS, visit func(path string, src []byte)) error {
	return fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || path != "." && strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		src, err := fs.ReadFile(root, path)
		if err == nil {
			visit(path, src)
		}
		return err
	})
}
