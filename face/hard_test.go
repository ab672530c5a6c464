package face

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facialis/internal/recordings"
	"facialis/video"
)

// seenIn is what tracking a recording comes to.
type seenIn struct {
	n, found, fresh, resets int
	facesMax                int
	yaw, pitch, span, x     float64 // medians; x as a share of the width
	warnings                []Warning
}

func track(t *testing.T, path string, opt Options) seenIn {
	t.Helper()
	var s seenIn
	var yaw, pitch, span, xs []float64
	w := NewWatch()
	follow(t, path, opt, func(f *video.Frame, o Observation) {
		s.n++
		w.Add(f, &o)
		s.facesMax = max(s.facesMax, o.Faces)
		if o.Reset {
			s.resets++
		}
		if o.Fresh {
			s.fresh++
		}
		if !o.Found {
			return
		}
		s.found++
		yaw = append(yaw, o.Pose.Yaw)
		pitch = append(pitch, o.Pose.Pitch)
		span = append(span, dist(o.Landmarks, RightEyeOuter, LeftEyeOuter))
		xs = append(xs, float64(o.Landmarks.Points[NoseBridge].X)/float64(f.W))
	})
	median := func(v []float64) float64 {
		if len(v) == 0 {
			return math.NaN()
		}
		slices.Sort(v)
		return v[len(v)/2]
	}
	s.yaw, s.pitch, s.span, s.x = median(yaw), median(pitch), median(span), median(xs)
	s.warnings = w.Warnings()
	return s
}

func (s seenIn) has(code string) bool {
	return slices.ContainsFunc(s.warnings, func(w Warning) bool { return w.Code == code })
}

func TestHardRecordings(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	dir := recordings.Folder(t, "..")
	for _, c := range []struct {
		file     string
		from, to float64 // share of frames with a face
		faces    int     // at least that many seen at once
		warn     string  // a flag that must be there
		clean    bool    // no flag at all may be there
	}{
		{file: "one_sided_eyes.mp4", from: 1, to: 1, faces: 1, clean: true},
		{file: "one_sided_mouth.mp4", from: 1, to: 1, faces: 1, clean: true},
		{file: "talking_glasses.mp4", from: 1, to: 1, faces: 1},
		{file: "talking_vfr.mp4", from: 1, to: 1, faces: 1},
		{file: "hard/face_then_none.mov", from: 0.25, to: 0.55, faces: 1, warn: "face_lost"},
		{file: "hard/none_then_face.mov", from: 0.25, to: 0.55, faces: 1, warn: "face_lost"},
		{file: "hard/no_face.mp4", from: 0, to: 0.02, warn: "face_lost"},
		{file: "hard/ten_faces.mp4", from: 0.5, to: 1, faces: 5},
		{file: "hard/rotation_tag.mp4", from: 0.98, to: 1, faces: 1},
		{file: "hard/lowlight.mp4", from: 0.95, to: 1, faces: 1, warn: "dark"},
		{file: "hard/tiny160.mp4", from: 0.95, to: 1, faces: 1, warn: "tiny_face"},
		{file: "hard/fps10.mp4", from: 0.98, to: 1, faces: 1},
		{file: "stills/astronaut.png", from: 1, to: 1, faces: 1},
		{file: "stills/beard_glasses.jpg", from: 1, to: 1, faces: 1},
	} {
		path := filepath.Join(dir, c.file)
		if strings.HasPrefix(c.file, "stills/") {
			path = recordings.Still(t, path)
		}
		s := track(t, path, Options{})
		share := float64(s.found) / float64(s.n)
		t.Logf("%-26s %3d frames, found %.2f fresh %.2f resets %d faces %d yaw %.1f pitch %.1f span %.0f x %.2f %v",
			c.file, s.n, share, float64(s.fresh)/float64(s.n), s.resets, s.facesMax, s.yaw, s.pitch, s.span, s.x, s.warnings)
		if share < c.from || share > c.to || s.facesMax < c.faces {
			t.Errorf("%s: found in %.2f of the frames, %d faces; want %.2f to %.2f and at least %d", c.file, share, s.facesMax, c.from, c.to, c.faces)
		}
		if c.warn != "" && !s.has(c.warn) || c.clean && len(s.warnings) > 0 {
			t.Errorf("%s: flags %v, want %q", c.file, s.warnings, c.warn)
		}
	}
}

// A profile is not silently measured: it is flagged, or not found at all.
func TestProfileIsFlagged(t *testing.T) {
	s := track(t, recordings.Still(t, filepath.Join(recordings.Folder(t, ".."), "stills/profile.jpg")), Options{})
	t.Logf("%+v", s)
	if s.found > 0 && !s.has("profile") {
		t.Errorf("found with yaw %.1f and no flag", s.yaw)
	}
}

// Mirroring the picture mirrors the points, swaps their sides and the signs of
// yaw and roll.
func TestMirroredPicture(t *testing.T) {
	if testing.Short() {
		t.Skip("takes several seconds")
	}
	path := filepath.Join(recordings.Folder(t, ".."), "one_sided_eyes.mp4")
	e := engine(t)
	for _, at := range []int{3, 60, 140} {
		var got [2]Landmarks
		var pose [2]Pose
		var w int
		n := 0
		follow(t, path, Options{MeshEveryS: 1e6}, func(f *video.Frame, _ Observation) {
			if n++; n != at {
				return
			}
			w = f.W
			f = ownCopy(f)
			for k := range 2 {
				tr, err := New(e, Options{})
				if err != nil {
					t.Fatal(err)
				}
				o, err := tr.Next(f)
				if err != nil || !o.Found {
					t.Fatal("no face", err)
				}
				got[k], pose[k] = *o.Landmarks, o.Pose
				tr.Close()
				flip(f)
			}
		})
		sum := 0.0
		for i, j := range Mirror {
			a, b := got[0].Points[i], got[1].Points[j]
			sum += math.Hypot(float64(a.X)+float64(b.X)-float64(w), float64(a.Y-b.Y)) / NumPoints
		}
		rel := sum / dist(&got[0], RightEyeOuter, LeftEyeOuter)
		t.Logf("frame %d: mean difference %.2f %% of the eye distance, pose %.1f and %.1f", at, 100*rel, pose[0], pose[1])
		if rel > 0.03 {
			t.Errorf("frame %d: the mirrored points differ by %.1f %% of the eye distance", at, 100*rel)
		}
		if math.Abs(pose[0].Yaw+pose[1].Yaw) > 3 || math.Abs(pose[0].Roll+pose[1].Roll) > 2 || math.Abs(pose[0].Pitch-pose[1].Pitch) > 3 {
			t.Errorf("frame %d: poses %v and %v", at, pose[0], pose[1])
		}
	}
}

// ownCopy is the picture in memory of its own; a reader's pictures may not be
// changed.
func ownCopy(f *video.Frame) *video.Frame {
	own := video.NewFrame(f.W, f.H)
	copy(own.Y, f.Y)
	copy(own.Cb, f.Cb)
	copy(own.Cr, f.Cr)
	own.Index, own.T, own.Full, own.BT709 = f.Index, f.T, f.Full, f.BT709
	return own
}

func flip(f *video.Frame) {
	row := func(p []byte, w int) {
		for o := 0; o+w <= len(p); o += w {
			slices.Reverse(p[o : o+w])
		}
	}
	row(f.Y, f.W)
	row(f.Cb, (f.W+1)/2)
	row(f.Cr, (f.W+1)/2)
}

func TestChoiceAmongTen(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a quarter of a minute")
	}
	path := filepath.Join(recordings.Folder(t, ".."), "hard/ten_faces.mp4")
	x := map[string]float64{}
	for _, choice := range []string{"left", "right", "1"} {
		tr, err := New(engine(t), Options{Face: choice})
		if err != nil {
			t.Fatal(err)
		}
		first := true
		follow(t, path, Options{MeshEveryS: 1e6}, func(f *video.Frame, _ Observation) {
			if !first {
				return
			}
			if o, err := tr.Next(f); err != nil {
				t.Fatal(err)
			} else if o.Found {
				x[choice] = float64(o.Landmarks.Points[NoseBridge].X) / float64(f.W)
				first = false
			}
		})
		tr.Close()
	}
	t.Log(x)
	if !(x["left"] < x["right"]) || math.Abs(x["left"]-x["1"]) > 0.02 {
		t.Errorf("places of the chosen faces: %v", x)
	}
}
