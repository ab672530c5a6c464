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

// A dark face that lies on its side and is lost again and again is taken the wrong
// way up once it is found anew: then nothing may be said of right and left.
func TestWayUpUnclear(t *testing.T) {
	if testing.Short() {
		t.Skip("follows a recording of 45 s")
	}
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
		if _, err := tr.Next(down); err != nil {
			t.Fatal(err)
		}
		f.Release()
	}
	if tr.WayUpClear() {
		t.Errorf("the way up is called clear, with margins %.2f", tr.margins)
	}
}
