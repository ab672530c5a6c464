package report

import (
	"bytes"
	"image"
	"math"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/video"
)

// Every other second one side twitches, later ones further; of 200 s the album
// keeps the moments of the furthest, and no more than it may.
func TestAlbumKeepsThePeaks(t *testing.T) {
	const rate = 30
	f := video.NewFrame(320, 240)
	a := &Album{}
	t.Cleanup(a.Close)
	size := func(i int) float64 {
		at := float64(i) / rate
		d := math.Abs(math.Remainder(at-1, 2)) // from the middle of a twitch, s
		return max(0, 1-d/0.1) * (1 + at/50)
	}
	trace := &event.Trace{}
	for i := range 200 * rate {
		f.T = float64(i) / rate
		a.Look(f, 160, 120, 100, size(i))
		trace.T = append(trace.T, f.T)
		trace.Along[anatomy.AtLeft][anatomy.AtZygomaticus] = append(trace.Along[anatomy.AtLeft][anatomy.AtZygomaticus], float32(size(i)))
	}
	if len(a.kept) != albumSize {
		t.Errorf("%d kept", len(a.kept))
	}
	newEvent := func(from, to float64) event.Event {
		mm := 1.0
		return event.Event{OnsetS: from, OffsetS: to, Regions: []event.RegionMovement{{Region: "zygomaticus", Side: anatomy.Left, PeakMM: &mm}}}
	}
	for _, at := range []float64{119, 159, 199} {
		if c := a.of(trace, newEvent(at-0.1, at+0.1)); c == nil || math.Abs(c.t-at) > 0.5/rate {
			t.Errorf("the twitch at %g s has another picture or none", at)
		}
	}
	if c := a.of(trace, newEvent(10.9, 11.1)); c != nil {
		t.Errorf("a small twitch is still kept: at %g s", c.t)
	}
	// In the same excursion but away from its peak.
	if c := a.of(trace, newEvent(199.05, 199.2)); c != nil {
		t.Errorf("the picture of %g s stands for another moment", c.t)
	}
	var none *Album
	if none.of(trace, newEvent(0, 1)) != nil {
		t.Error("no album has a picture")
	}
}

// In memory there is one picture, however many are kept, and the file has its
// bound too. What comes back is what was seen.
func TestAlbumHoldsLittle(t *testing.T) {
	f := video.NewFrame(1920, 1080)
	r := rand.New(rand.NewPCG(1, 2))
	noise := func() {
		for i := range f.Y {
			f.Y[i] = byte(100 + r.IntN(16)) // a camera's noise, or more
		}
	}
	a := &Album{}
	t.Cleanup(a.Close)
	box := boxAround(960, 540, 740, image.Rect(0, 0, f.W, f.H)) // as large as a cut can be
	before, after := &runtime.MemStats{}, &runtime.MemStats{}
	runtime.GC()
	runtime.ReadMemStats(before)
	seen := map[float64]cut{}
	for i := range 2*albumSize + 1 {
		f.T = float64(i)
		if i == 1 || i == 2*albumSize-1 {
			noise()
			var c cut
			c.take(f, box)
			seen[f.T] = c
		}
		a.Look(f, 960, 540, 740, float64(i%2)*(1+float64(i)/1e4))
	}
	runtime.GC()
	runtime.ReadMemStats(after)
	held := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	for _, c := range seen {
		held -= int64(cap(c.planes))
	}
	if len(a.kept) != albumSize || held > cutMost+100_000 {
		t.Errorf("%d pictures kept, %d bytes in memory", len(a.kept), held)
	}
	info, err := a.file.Stat()
	if err != nil || info.Size() > albumSize*cutMost || info.Size() < albumSize*cutMost/2 {
		t.Errorf("the file: %v, %v", info, err)
	}
	for i, k := range a.kept {
		want, ok := seen[k.t]
		if !ok {
			continue
		}
		got := a.read(i)
		if got == nil || !bytes.Equal(got.planes, want.planes) || got.img.Rect != want.img.Rect {
			t.Errorf("the picture at %g s came back changed", k.t)
		}
		delete(seen, k.t)
	}
	if len(seen) != 0 {
		t.Errorf("%d pictures were not kept", len(seen))
	}
}

// Without a file for it the album is empty, and the pictures come from the
// recording.
func TestAlbumWithoutAFile(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	t.Setenv("TMP", filepath.Join(t.TempDir(), "none"))
	f := video.NewFrame(320, 240)
	a := &Album{}
	for i := range 10 {
		f.T = float64(i)
		a.Look(f, 160, 120, 100, float64(i%2))
	}
	if len(a.kept) != 0 {
		t.Errorf("%d kept", len(a.kept))
	}
	a.Close()
}

// Nothing takes memory a frame: frames without an excursion, ever
// further frames of one, and excursions smaller than those kept.
func TestAlbumDoesNotAllocateAFrame(t *testing.T) {
	f := video.NewFrame(320, 240)
	a := &Album{}
	t.Cleanup(a.Close)
	i := 0
	for ; i < 2*albumSize; i++ {
		f.T = float64(i) / 2
		a.Look(f, 160, 120, 100, float64(i%2)*2)
	}
	look := func() {
		i++
		f.T = float64(i) / 2
		a.Look(f, 160, 120, 100, float64(i%2))
	}
	if n := testing.AllocsPerRun(200, look); n != 0 || len(a.kept) != albumSize {
		t.Errorf("a look allocates %v times with %d kept", n, len(a.kept))
	}
	mm := 3.0
	further := func() {
		mm += 0.01
		a.Look(f, 160, 120, 100, mm)
	}
	if n := testing.AllocsPerRun(200, further); n != 0 || !a.under {
		t.Errorf("an excursion allocates %v times a frame", n)
	}
}

// A cut is the mean of blocks, and holds the last pixel past the edge.
func TestShrink(t *testing.T) {
	src := make([]byte, 9*7)
	for i := range src {
		src[i] = byte(10*(i/9) + i%9)
	}
	got := make([]byte, 4*3)
	shrink(got, 4, 3, 2, src, 9, 7, 2, 2)
	for y := range 3 {
		for x := range 4 {
			sum := 0
			for _, o := range [4][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
				sum += int(src[min(2+2*y+o[1], 6)*9+min(2+2*x+o[0], 8)])
			}
			if got[y*4+x] != byte(sum/4) {
				t.Errorf("%d at %d, %d, want %d", got[y*4+x], x, y, sum/4)
			}
		}
	}
}
