//go:build unix

package video

import (
	"errors"
	"io"
	"syscall"
	"testing"
)

// processorTime is the user and system time in s of this process and of the
// decoders that have ended.
func processorTime(b *testing.B) float64 {
	b.Helper()
	sum := 0.0
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		for _, t := range []syscall.Timeval{u.Utime, u.Stime} {
			sum += float64(t.Sec) + float64(t.Usec)/1e6
		}
	}
	return sum
}

// Each decoder on film that is costly to decode (test pictures) and on film that
// is cheap (a still picture, as little moves in a filmed face).
func BenchmarkReader(b *testing.B) {
	for _, size := range []string{"1280x720", "1920x1080"} {
		for _, film := range []struct{ name, source string }{
			{"busy", "testsrc2=size=" + size + ":rate=30:duration=10"},
			{"calm", "testsrc=size=" + size + ":rate=1:duration=10,fps=30"},
		} {
			path := makeVideo(b, film.name+size+".mp4", "-f", "lavfi", "-i", film.source, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
			for _, d := range []struct {
				name string
				kind int32
			}{{"ring", byRing}, {"pipe", byPipe}} {
				b.Run(film.name+"-"+size+"/"+d.name, func(b *testing.B) { benchmarkReader(b, d.kind, path) })
			}
		}
	}
}

func benchmarkReader(b *testing.B, kind int32, path string) {
	old := chosen.Swap(kind)
	defer chosen.Store(old)
	b.ReportAllocs()
	before, pictures := processorTime(b), 0
	for b.Loop() {
		r, err := Open(b.Context(), path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, pipe := r.dec.(*pipe); pipe != (kind == byPipe) {
			b.Fatal("another decoder was used")
		}
		for {
			f, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			pictures++
			f.Release()
		}
		r.Close()
	}
	b.ReportMetric((processorTime(b)-before)*1e3/float64(pictures), "cpu-ms/picture")
	b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(pictures), "ms/picture")
}
