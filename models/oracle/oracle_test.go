package oracle

import (
	"errors"
	"image"
	"math"
	"os"
	"testing"

	"facialis/internal/infer"
)

// maxDifference is how far the converted models may lie from MediaPipe's own
// run: the mean over 478 points, in distances between the outer eye corners.
const maxDifference = 0.01

var folders = map[string]string{"clip": "../../build", "recordings": recordings()}

func recordings() string {
	if dir := os.Getenv("FACIALIS_RECORDINGS"); dir != "" {
		return dir
	}
	return "../../../shared/recordings"
}

func TestAgainstMediaPipe(t *testing.T) {
	refs, err := References()
	if err != nil {
		t.Fatal(err)
	}
	if len(refs) != len(Pictures) {
		t.Fatalf("%d references for %d pictures", len(refs), len(Pictures))
	}
	f := newFinder(t)
	for _, r := range refs {
		t.Run(r.Name(), func(t *testing.T) {
			compare(t, r, f.find(t, r.load(t)))
		})
	}
}

// load decodes the reference's picture; it ends or skips the test where it
// cannot.
func (r Reference) load(t *testing.T) *image.RGBA {
	t.Helper()
	if _, err := os.Stat(folders[r.Folder]); errors.Is(err, os.ErrNotExist) && r.Folder == "recordings" {
		t.Skip("the recordings are not part of the project; FACIALIS_RECORDINGS names their folder")
	}
	img, err := r.Load(folders)
	if err != nil {
		t.Fatalf("%v (for the clip: run 'make build/talking_face.webm')", err)
	}
	if img.Rect.Dx() != r.Width || img.Rect.Dy() != r.Height {
		t.Fatalf("the picture is %v, the reference's was %d×%d", img.Rect.Max, r.Width, r.Height)
	}
	return img
}

// compare holds points to the reference.
func compare(t *testing.T, r Reference, points [][3]float64) {
	t.Helper()
	unit := math.Hypot(r.Points[33][0]-r.Points[263][0], r.Points[33][1]-r.Points[263][1])
	sum, worst := 0.0, 0.0
	for i, p := range r.Points {
		d := math.Hypot(points[i][0]-p[0], points[i][1]-p[1]) / unit
		sum, worst = sum+d, max(worst, d)
	}
	mean := sum / float64(len(r.Points))
	t.Logf("mean difference %.2f %%, greatest %.2f %% of the eye distance (%.0f px)", 100*mean, 100*worst, unit)
	if !(mean < maxDifference) {
		t.Errorf("mean difference %.2f %% of the eye distance, want less than %.0f %%", 100*mean, 100*maxDifference)
	}
}

// finder is the plainest way from a picture to its mesh points: detector, crop,
// mesh, and the crop from the mesh until it no longer moves.
type finder struct{ detector, mesh *infer.Session }

func newFinder(t *testing.T) *finder {
	t.Helper()
	e, err := infer.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	open := func(name string) *infer.Session {
		s, err := e.Session(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	return &finder{open(infer.Detector), open(infer.Attention)}
}

// square is a turned square in the picture: its middle, side and the angle of
// its x axis.
type square struct{ x, y, side, angle float64 }

// at carries a point of the square, in pixels of an n×n crop, to the picture.
func (q square) at(x, y, n float64) (float64, float64) {
	u, v := (x/n-0.5)*q.side, (y/n-0.5)*q.side
	s, c := math.Sincos(q.angle)
	return q.x + u*c - v*s, q.y + u*s + v*c
}

// crop samples the square into a network's input, value·scale + shift.
func crop(in []float32, n int, img *image.RGBA, q square, scale, shift float64) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for y := range n {
		for x := range n {
			px, py := q.at(float64(x)+0.5, float64(y)+0.5, float64(n))
			px, py = px-0.5, py-0.5
			x0, y0 := math.Floor(px), math.Floor(py)
			for c := range 3 {
				v := 0.0
				for k := range 4 {
					ix, iy := int(x0)+k%2, int(y0)+k/2
					weight := math.Abs(1-float64(k%2)-(px-x0)) * math.Abs(1-float64(k/2)-(py-y0))
					if ix >= 0 && iy >= 0 && ix < w && iy < h {
						v += weight * float64(img.Pix[iy*img.Stride+4*ix+c])
					}
				}
				in[(c*n+y)*n+x] = float32(v*scale + shift)
			}
		}
	}
}

func (f *finder) find(t *testing.T, img *image.RGBA) [][3]float64 {
	t.Helper()
	q := f.detect(t, img)
	const n = 192
	var points [][3]float64
	for range 6 {
		crop(f.mesh.Input(), n, img, q, 1.0/255, 0)
		if err := f.mesh.Run(); err != nil {
			t.Fatal(err)
		}
		if p := infer.Sigmoid(f.mesh.Output(1)[0]); p < 0.5 {
			t.Fatalf("the mesh sees no face: probability %v", p)
		}
		out := f.mesh.Output(0)
		points = points[:0]
		lo, hi := [2]float64{1e9, 1e9}, [2]float64{-1e9, -1e9}
		for i := range 478 {
			x, y := q.at(float64(out[3*i]), float64(out[3*i+1]), n)
			points = append(points, [3]float64{x, y, float64(out[3*i+2]) * q.side / n})
			lo = [2]float64{min(lo[0], x), min(lo[1], y)}
			hi = [2]float64{max(hi[0], x), max(hi[1], y)}
		}
		a, b := points[33], points[263]
		q = square{(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2, 1.5 * max(hi[0]-lo[0], hi[1]-lo[1]), math.Atan2(b[1]-a[1], b[0]-a[0])}
	}
	return points
}

// detect gives the crop around the likeliest face.
func (f *finder) detect(t *testing.T, img *image.RGBA) square {
	t.Helper()
	w, h := float64(img.Rect.Dx()), float64(img.Rect.Dy())
	whole := square{w / 2, h / 2, max(w, h), 0}
	crop(f.detector.Input(), 128, img, whole, 2.0/255, -1)
	if err := f.detector.Run(); err != nil {
		t.Fatal(err)
	}
	boxes, scores := f.detector.Output(0), f.detector.Output(1)
	best := 0
	for i, s := range scores {
		if s > scores[best] {
			best = i
		}
	}
	if p := infer.Sigmoid(scores[best]); p < 0.5 {
		t.Fatalf("the detector sees no face: probability %v", p)
	}
	cells, cell := 16, best/2 // 16×16 cells with two anchors each, then 8×8 with six
	if best >= 512 {
		cells, cell = 8, (best-512)/6
	}
	step := 128 / float64(cells)
	ax, ay := (float64(cell%cells)+0.5)*step, (float64(cell/cells)+0.5)*step
	b := boxes[16*best : 16*best+16]
	point := func(k int) (float64, float64) {
		return whole.at(ax+float64(b[k]), ay+float64(b[k+1]), 128)
	}
	x, y := point(0)
	ex, ey := point(4)
	fx, fy := point(6)
	side := 1.5 * float64(max(b[2], b[3])) / 128 * whole.side
	return square{x, y, side, math.Atan2(fy-ey, fx-ex)}
}
