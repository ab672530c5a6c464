package video

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"facialis/internal/jail"
	"facialis/internal/libdir"

	"golang.org/x/sys/unix"
)

// TestMain makes this program a jail without walls and a decoder that lies, by
// the name it is started under.
func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case "facialis-jail":
		openJail()
	case decoderProgram:
		lie()
	}
	os.Exit(m.Run())
}

// openJail becomes the program at once.
func openJail() {
	var c jail.Cell
	err := json.Unmarshal([]byte(os.Args[1]), &c)
	if err == nil {
		err = syscall.Exec(c.Program, append([]string{c.Program}, c.Args...), []string{"LC_ALL=C.UTF-8"})
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// libWith makes a folder of film programs in which some are this program.
func libWith(t *testing.T, stubs ...string) {
	t.Helper()
	real, err := libdir.Find("film programs", func(dir string) bool { return libdir.IsFile(filepath.Join(dir, decoderProgram)) })
	if err != nil {
		t.Skip(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"facialis-jail", decoderProgram} {
		from := filepath.Join(real, name)
		for _, s := range stubs {
			if s == name {
				from = self
			}
		}
		if from, err = filepath.Abs(from); err == nil {
			err = os.Symlink(from, filepath.Join(dir, name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("FACIALIS_LIB", dir)
}

// What the lying decoder says it has.
const (
	liesW, liesH = 64, 48
	liesLuma     = liesW * liesH
	liesTotal    = 64 << 10
)

func tell(kind uint32, payload []byte) {
	b := binary.LittleEndian.AppendUint32(nil, kind)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(payload)))
	if _, err := os.Stdout.Write(append(b, payload...)); err != nil {
		os.Exit(1)
	}
}

func tellPicture(n int, change func(b []byte)) {
	b := make([]byte, pictureBytes)
	le := binary.LittleEndian
	le.PutUint64(b, uint64(n*40000))
	for at, v := range map[int]uint32{8: uint32(n % mostLent), 12: liesW, 16: liesH, 20: liesW, 24: liesH} {
		le.PutUint32(b[at:], v)
	}
	le.PutUint64(b[40:], liesLuma)
	le.PutUint64(b[48:], liesLuma*5/4)
	if change != nil {
		change(b)
	}
	tell(wordPicture, b)
}

func tellTotal(n uint64) { tell(wordMemory, binary.LittleEndian.AppendUint64(nil, n)) }

// die ends this program as the kernel ends one.
func die() {
	unix.Tgkill(os.Getpid(), unix.Gettid(), unix.SIGKILL)
	time.Sleep(time.Minute)
}

// hoard is what a bomb holds.
var hoard [][]byte

func bomb() {
	for {
		hoard = append(hoard, make([]byte, 64<<20))
	}
}

// lie is a decoder of a film whose first word says what goes wrong.
func lie() {
	text := make([]byte, 64)
	n, err := os.NewFile(3, "film").Read(text)
	if err != nil && err != io.EOF {
		os.Exit(1)
	}
	how := strings.TrimSpace(string(text[:n]))
	line := func() {
		var b [1]byte
		for b[0] != '\n' {
			if n, _ := os.Stdin.Read(b[:]); n == 0 {
				os.Exit(0)
			}
		}
	}
	switch how {
	case "noise":
		b := make([]byte, 100000)
		for i := range b {
			b[i] = byte(rand.IntN(256))
		}
		os.Stdout.Write(b)
		time.Sleep(time.Minute)
	case "longest word":
		os.Stdout.Write([]byte{1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff})
		time.Sleep(time.Minute)
	case "not JSON":
		tell(wordFilm, []byte("a film"))
	case "empty":
		tell(wordFilm, []byte("{}"))
	case "huge":
		tell(wordFilm, []byte(`{"streams":[{"codec_type":"video","codec_name":"h264","width":2000000000,"height":2000000000}],"format":{"format_name":"mov"}}`))
	case "another kind":
		tell(wordFilm, []byte(`{"streams":[{"codec_type":"video","codec_name":"h264","width":64,"height":48}],"format":{"format_name":"hls"}}`))
	case "picture first":
		tellPicture(0, nil)
	case "crash":
		die()
	case "hang":
		time.Sleep(time.Minute)
	case "silence":
		os.Exit(0)
	case "bomb":
		bomb()
	}
	tell(wordFilm, []byte(fmt.Sprintf(`{"streams":[{"codec_type":"video","codec_name":"h264","width":%d,"height":%d,"pix_fmt":"yuv420p","avg_frame_rate":"25/1"}],"format":{"format_name":"mov"}}`, liesW, liesH)))
	line()
	switch how {
	case "no memory":
		tellTotal(0)
	case "all memory":
		tellTotal(math.MaxUint64)
	case "crash at start":
		die()
	case "bomb at start":
		bomb()
	case "hang at start":
		time.Sleep(time.Minute)
	case "nonsense at start":
		tell(77, []byte("1234"))
		time.Sleep(time.Minute)
	case "sealed":
		unix.FcntlInt(4, unix.F_ADD_SEALS, unix.F_SEAL_GROW)
	case "sealed whole":
		unix.FcntlInt(4, unix.F_ADD_SEALS, unix.F_SEAL_SEAL)
	}
	tellTotal(liesTotal)
	line()
	if how == "resized later" {
		if unix.Ftruncate(4, 0) == nil {
			os.Exit(9) // the parent would end while it reads
		}
	}
	tellPicture(0, nil)
	le := binary.LittleEndian
	switch how {
	case "plane outside":
		tellPicture(1, func(b []byte) { le.PutUint64(b[32:], liesTotal-1) })
	case "plane far outside":
		tellPicture(1, func(b []byte) { le.PutUint64(b[40:], math.MaxUint64-10) })
	case "another size":
		tellPicture(1, func(b []byte) { le.PutUint32(b[12:], liesW*100) })
	case "smaller":
		tellPicture(1, func(b []byte) { le.PutUint32(b[12:], liesW/2) })
	case "negative size":
		tellPicture(1, func(b []byte) { le.PutUint32(b[16:], 1<<31) })
	case "short picture":
		tell(wordPicture, make([]byte, 10))
	case "nonsense later":
		tell(99, nil)
	case "memory again":
		tellTotal(liesTotal)
	case "crash later":
		time.Sleep(100 * time.Millisecond)
		die()
	case "hang later":
		time.Sleep(time.Minute)
	case "ends without a word":
		os.Exit(0)
	case "any slot":
		for i := 1; i < 200; i++ {
			tellPicture(i, func(b []byte) { le.PutUint32(b[8:], rand.Uint32()) })
		}
		tell(wordEnd, nil)
		os.Exit(0)
	case "any time":
		for i := 1; i < 2000; i++ {
			tellPicture(i, func(b []byte) { le.PutUint64(b, rand.Uint64()) })
		}
		tell(wordEnd, nil)
		os.Exit(0)
	case "does not listen":
		for i := 1; i < 30000; i++ {
			tellPicture(i, nil)
		}
		time.Sleep(time.Minute)
	case "talks":
		for i := 0; i < 1000; i++ {
			fmt.Fprintln(os.Stderr, strings.Repeat("blah \x1b[31m", 1000))
		}
		os.Exit(3)
	case "lingers":
		tell(wordEnd, nil)
		time.Sleep(time.Minute)
	}
	// Those who are still here say what they like after the end.
	time.Sleep(time.Minute)
}

// A decoder that was taken over by the film can say and do what it likes: it is
// one line about the film each time, soon, and this program goes on.
func TestLyingDecoder(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip(err)
	}
	libWith(t, decoderProgram)
	oldProbe, oldStart, oldListen, oldLinger := headerLimits, startTimeout, listenTimeout, lingerTimeout
	t.Cleanup(func() {
		headerLimits, startTimeout, listenTimeout, lingerTimeout = oldProbe, oldStart, oldListen, oldLinger
	})
	headerLimits, startTimeout, listenTimeout, lingerTimeout = []time.Duration{3 * time.Second}, 3*time.Second, time.Second, time.Second
	for how, c := range map[string]struct {
		kind error  // nil: the film is read, with a warning
		says string // part of the line
	}{
		"noise":               {ErrUndecodable, "makes no sense"},
		"longest word":        {ErrUndecodable, "makes no sense"},
		"not JSON":            {ErrUndecodable, "makes no sense"},
		"picture first":       {ErrUndecodable, "makes no sense"},
		"empty":               {ErrNoVideo, ""},
		"another kind":        {ErrNoVideo, ""},
		"huge":                {ErrTooLarge, "2000000000×2000000000"},
		"crash":               {ErrUndecodable, "killed"},
		"hang":                {ErrBusy, ""},
		"silence":             {ErrUndecodable, "before the end"},
		"bomb":                {ErrUndecodable, ""},
		"bomb at start":       {ErrUndecodable, ""},
		"no memory":           {ErrUndecodable, "makes no sense"},
		"all memory":          {ErrUndecodable, "makes no sense"},
		"crash at start":      {ErrUndecodable, "killed"},
		"hang at start":       {ErrStalled, ""},
		"nonsense at start":   {ErrUndecodable, "makes no sense"},
		"sealed":              {ErrUndecodable, "makes no sense"},
		"sealed whole":        {ErrUndecodable, "makes no sense"},
		"resized later":       {ErrStalled, ""},
		"plane outside":       {ErrUndecodable, "makes no sense"},
		"plane far outside":   {ErrUndecodable, "makes no sense"},
		"another size":        {ErrUndecodable, "makes no sense"},
		"smaller":             {ErrUndecodable, "makes no sense"},
		"negative size":       {ErrUndecodable, "makes no sense"},
		"short picture":       {ErrUndecodable, "makes no sense"},
		"nonsense later":      {ErrUndecodable, "makes no sense"},
		"memory again":        {ErrUndecodable, "makes no sense"},
		"crash later":         {nil, "killed"},
		"hang later":          {ErrStalled, ""},
		"ends without a word": {nil, "before the end"},
		"any slot":            {nil, ""},
		"any time":            {nil, "time stamp"},
		"does not listen":     {nil, "killed"},
		"talks":               {nil, "blah"},
		"lingers":             {nil, "killed"},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "film.mp4")
			if err := os.WriteFile(path, []byte(how+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
			defer cancel()
			began := time.Now()
			r, err := Open(ctx, path, Options{StallS: 3})
			warning := ""
			if err == nil {
				defer r.Close()
				for {
					f, next := r.Next()
					if next != nil {
						if !errors.Is(next, io.EOF) {
							err = next
						}
						break
					}
					sum := byte(0)
					for _, b := range f.Y { // touches all of it
						sum += b
					}
					f.Release()
				}
				warning = r.DecodeWarning()
			}
			if d := time.Since(began); d > 40*time.Second {
				t.Errorf("it took %v", d)
			}
			line := warning
			if err != nil {
				line = err.Error()
			}
			t.Logf("%.1f s: %s", time.Since(began).Seconds(), line)
			if c.kind == nil && err != nil || c.kind != nil && !errors.Is(err, c.kind) {
				t.Errorf("%v, want %v", err, c.kind)
			}
			if !strings.Contains(line, c.says) || strings.ContainsAny(line, "\n\x1b") || len(line) > 400 || err != nil && !strings.HasPrefix(line, path) {
				t.Errorf("not one clear line: %q", line)
			}
		})
	}
}

// A decoder that takes the memory away between the parent's steps is found out
// before anything is read there: reading would end this program.
func TestMemoryTakenAway(t *testing.T) {
	const total = 64 << 10
	found := 0
	for range 3000 {
		fd, err := unix.MemfdCreate("pictures", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
		if err != nil {
			t.Fatal(err)
		}
		started, ended := make(chan bool), make(chan bool)
		go func() {
			close(started)
			for range 100 {
				unix.Ftruncate(fd, 0)
			}
			close(ended)
		}()
		<-started
		err = sizeMemory(fd, total)
		<-ended
		var now unix.Stat_t
		if err := unix.Fstat(fd, &now); err != nil {
			t.Fatal(err)
		}
		switch {
		case errors.Is(err, errWord):
			found++
		case err != nil:
			t.Fatal(err)
		case now.Size != total:
			t.Fatalf("the memory is taken for %d bytes and has %d", total, now.Size)
		}
		unix.Close(fd)
	}
	t.Logf("found out %d times", found)
}

// The real decoder, ended by a signal at the start and on its way.
func TestDecoderCrashes(t *testing.T) {
	path := makeVideo(t, "film.mp4", "-f", "lavfi", "-i", "testsrc2=size=640x480:rate=25:duration=20", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
	for _, after := range []int{0, 5} {
		r, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		d, ok := r.dec.(*ring)
		if !ok {
			t.Skip("the decoder program does not run here")
		}
		for n := 0; ; n++ {
			if n == after {
				if err := d.cmd.Process.Signal(syscall.SIGSEGV); err != nil {
					t.Fatal(err)
				}
			}
			f, next := r.Next()
			if next != nil {
				err = next
				break
			}
			f.Release()
		}
		line := r.DecodeWarning()
		if line == "" {
			line = err.Error()
		}
		t.Log(line)
		if !strings.Contains(line, "segmentation fault") || strings.Contains(line, "\n") {
			t.Errorf("%q", line)
		}
	}
}
