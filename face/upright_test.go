package face

import (
	"context"
	"errors"
	"io"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"facialis/internal/recordings"
	"facialis/video"
)

// A recording that stands upside down has its face turned by half a circle, and
// the person's right stays their right; one that stands upright is left as it is.
func TestUpsideDown(t *testing.T) {
	if testing.Short() {
		t.Skip("follows four recordings")
	}
	const (
		frames  = 60 // two seconds of each recording
		slack   = 30 // degrees by which a head may tilt
		halfWay = 180
	)
	dir := recordings.Folder(t, "..")
	for _, name := range []string{"one_sided_mouth.mp4", "hard/mirrored.mp4", "talking_a.mp4", "implants/c_p1.mp4"} {
		for _, down := range []bool{false, true} {
			tr, err := New(engine(t), Options{})
			if err != nil {
				t.Fatal(err)
			}
			r, err := video.Open(context.Background(), filepath.Join(dir, name), video.Options{})
			if err != nil {
				t.Fatal(err)
			}
			want, found, wrong := 0.0, 0, 0
			if down {
				want = halfWay
			}
			for range frames {
				f, err := r.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				read := f
				if down {
					f = ownCopy(f)
					for _, plane := range [][]byte{f.Y, f.Cb, f.Cr} {
						slices.Reverse(plane) // half a circle
					}
				}
				o, err := tr.Next(f)
				if err != nil {
					t.Fatal(err)
				}
				if o.Found {
					found++
					if math.Abs(math.Remainder(o.Pose.Roll-want, 2*halfWay)) > slack {
						wrong++
					}
				}
				read.Release()
			}
			if !tr.WayUpClear() {
				t.Errorf("%s, upside down %v: the way up is called unclear", name, down)
			}
			r.Close()
			tr.Close()
			if found < frames/2 || wrong > 0 {
				t.Errorf("%s, upside down %v: found in %d frames, the wrong way up in %d", name, down, found, wrong)
			}
		}
	}
}

// A dark face that lies on its side and is lost again and again may be taken the wrong
// way up once it is found again (it depends on how the machine rounds): then nothing may be said of
// right and left. Where it is followed the right way up all along, either may be said.
func TestWayUpWrongIsUnclear(t *testing.T) {
	if testing.Short() {
		t.Skip("follows a recording of 45 s")
	}
	const (
		roll = 100 // degrees, of the head in the turned film: it lies at -76 to -84 in the film
		most = 90  // degrees away from it: from there on it is the other way up
	)
	tr, err := New(engine(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	r, err := video.Open(context.Background(), filepath.Join(recordings.Folder(t, ".."), "heads/e_night.mp4"), video.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	found, wrong := 0, 0
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		down := ownCopy(f)
		for _, plane := range [][]byte{down.Y, down.Cb, down.Cr} {
			slices.Reverse(plane) // half a circle
		}
		o, err := tr.Next(down)
		if err != nil {
			t.Fatal(err)
		}
		if o.Found {
			found++
			if math.Abs(math.Remainder(o.Pose.Roll-roll, 360)) > most {
				wrong++
			}
		}
		f.Release()
	}
	t.Logf("found in %d frames, the wrong way up in %d, clear: %v", found, wrong, tr.WayUpClear())
	if found == 0 {
		t.Fatal("no face was found")
	}
	if wrong > 0 && tr.WayUpClear() {
		t.Errorf("the wrong way up in %d of %d frames, and called clear, with margins %.2f", wrong, found, tr.margins)
	}
}

// What the looks say decides: their middle has to be clear, and hardly one may speak
// for the other way up.
func TestWayUpClear(t *testing.T) {
	looks := func(n int, margin float64, others ...float64) []float64 {
		return append(slices.Repeat([]float64{margin}, n), others...)
	}
	for _, c := range []struct {
		name    string
		margins []float64
		want    bool
	}{
		{"no look", nil, true},
		{"all clear", looks(23, clearMedian+0.01), true},
		{"the middle is not clear", looks(12, clearMedian-0.01, looks(11, 3)...), false},
		{"the middle is clear, the others not", looks(12, clearMedian+0.01, looks(11, 0.01)...), true},
		{"one look in a hundred against it", looks(99, 2, -1), clearAgainst >= 1},
		{"more than allowed against it", looks(100-clearAgainst-1, 2, looks(clearAgainst+1, -0.01)...), false},
		{"as many as allowed against it", looks(100-clearAgainst, 2, looks(clearAgainst, -0.01)...), true},
	} {
		if got := (&Tracker{margins: c.margins}).WayUpClear(); got != c.want {
			t.Errorf("%s: clear %v, want %v", c.name, got, c.want)
		}
	}
}
