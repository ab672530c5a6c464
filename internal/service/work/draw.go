package work

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/tracks"
	"facialis/video"

	"golang.org/x/image/draw"
)

// TracePart is a stretch of a trace as the app draws it.
type TracePart struct {
	T      []float64       `json:"t" doc:"Seconds"`
	Series []tracks.Series `json:"series" doc:"Least and greatest at each time; equal where every frame is given"`
	FromS  float64         `json:"from_s"`
	ToS    float64         `json:"to_s"`
	Frames int             `json:"frames" doc:"How many frames the stretch has"`
}

// MeshPart is a stretch of the face's contours.
type MeshPart = tracks.Contours

// Trace reads a stretch of a recording's trace as at most points points; to 0 is
// the end.
func (w *Worker) Trace(r *record.Recording, from, to float64, points int, names []string) (*TracePart, error) {
	f, t, err := w.openTrace(r)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if to <= 0 {
		to = math.MaxFloat64
	}
	p, err := t.Part(from, to, points, names)
	if err != nil {
		return nil, err
	}
	out := &TracePart{T: make([]float64, len(p.T)), Series: p.Series, FromS: from, ToS: to, Frames: p.Frames}
	for i, x := range p.T {
		out.T[i] = math.Round(x*1e5) / 1e5
	}
	if to == math.MaxFloat64 {
		out.ToS = from
		if n := len(out.T); n > 0 {
			out.ToS = out.T[n-1]
		}
	}
	return out, nil
}

// longestMesh is the longest stretch of contours that is read at once, seconds.
const longestMesh = 60

// Mesh reads a stretch of the face's contours; to 0 is ten seconds on.
func (w *Worker) Mesh(r *record.Recording, from, to float64) (*MeshPart, error) {
	if r.Analysis == "" {
		return nil, ErrNoAnalysis
	}
	if to <= 0 {
		to = from + 10
	}
	k := key(r.ID, r.Analysis, MeshFile)
	size, err := w.Blobs.Size(k)
	if err != nil {
		return nil, err
	}
	f, err := w.Blobs.Open(k)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return tracks.ReadMesh(f, size, from, min(to, from+longestMesh))
}

// frameSide is the longer side of a picture of the face, pixels.
const frameSide = 640

// Frame is a JPEG of the face at a moment: the mesh says where it is; without one
// the whole picture is given.
func (w *Worker) Frame(ctx context.Context, r *record.Recording, at float64) ([]byte, error) {
	if err := mayLook(r); err != nil {
		return nil, err
	}
	k := key(r.ID, PlayFile)
	if _, err := w.Blobs.Size(k); errors.Is(err, blob.ErrNotFound) {
		k = key(r.ID, OriginalFile)
	}
	if r.DurationS != nil {
		at = max(0, min(at, *r.DurationS-0.05))
	}
	of := fmt.Sprintf("%s %s %s %.4f", r.ID, r.Analysis, k, at)
	if data := w.taken.get(of); data != nil {
		return data, nil
	}
	// A page of pictures asks for many at once; each takes a core and memory.
	wait := time.NewTimer(w.limits.Wait)
	defer wait.Stop()
	select {
	case w.frames <- struct{}{}:
		defer func() { <-w.frames }()
	case <-wait.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if data := w.taken.get(of); data != nil { // somebody else has just waited for the same
		return data, nil
	}
	path, done, err := w.Blobs.Plain(k)
	if err != nil {
		return nil, err
	}
	defer done()
	info, err := w.Probe(ctx, path)
	if err != nil {
		return nil, err
	}
	out, err := video.FFmpeg{Before: info.Seek(at), LimitS: w.limits.Picture.Seconds(),
		Args: []string{"-map", info.Film(), "-frames:v", "1", "-f", "image2pipe", "-c:v", "mjpeg", "-q:v", "3", "pipe:1"}}.Run(ctx, path, info)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, video.ErrNoFFmpeg):
		return nil, err
	case errors.Is(err, video.ErrStalled):
		return nil, ErrBusy
	case err != nil || len(out) == 0:
		return nil, fmt.Errorf("there is no picture at %.2f s: %w", at, record.ErrInvalid)
	}
	img, err := jpeg.Decode(bytes.NewReader(out))
	if err != nil {
		return nil, fmt.Errorf("reading a picture: %w", err)
	}
	data, err := shrink(img, w.faceBox(r, at, img.Bounds()))
	if err == nil {
		w.taken.put(of, data)
	}
	return data, err
}

// picturesBytes is how many bytes of pictures that were taken are kept: some 500
// of the usual size.
const picturesBytes = 32 << 20

// pictures are those that were taken lately; the oldest goes first.
type pictures struct {
	mu    sync.Mutex
	kept  map[string][]byte
	order []string
	bytes int
}

func (p *pictures) get(of string) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[of]
}

func (p *pictures) put(of string, data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil {
		p.kept = map[string][]byte{}
	}
	if p.kept[of] != nil {
		return
	}
	p.kept[of], p.order = data, append(p.order, of)
	for p.bytes += len(data); p.bytes > picturesBytes; p.order = p.order[1:] {
		p.bytes -= len(p.kept[p.order[0]])
		delete(p.kept, p.order[0])
	}
}

// drop forgets the pictures of a recording.
func (p *pictures) drop(rec string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.order = slices.DeleteFunc(p.order, func(of string) bool {
		if !strings.HasPrefix(of, rec+" ") {
			return false
		}
		p.bytes -= len(p.kept[of])
		delete(p.kept, of)
		return true
	})
}

// faceBox is where the face is at a time, with room around it.
func (w *Worker) faceBox(r *record.Recording, at float64, whole image.Rectangle) image.Rectangle {
	m, err := w.Mesh(r, max(0, at-0.5), at+0.5)
	if err != nil || len(m.Frames) == 0 {
		return whole
	}
	best := 0
	for i, t := range m.T {
		if math.Abs(t-at) < math.Abs(m.T[best]-at) {
			best = i
		}
	}
	x0, y0, x1, y1 := 1.0, 1.0, 0.0, 0.0
	for i := 0; i+1 < len(m.Frames[best]); i += 2 {
		x, y := float64(m.Frames[best][i]), float64(m.Frames[best][i+1])
		x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
	}
	width, height := float64(whole.Dx()), float64(whole.Dy())
	cx, cy := (x0+x1)/2*width, (y0+y1)/2*height
	half := 0.75 * max((x1-x0)*width, (y1-y0)*height)
	box := image.Rect(int(cx-half), int(cy-half), int(cx+half), int(cy+half)).Intersect(whole)
	if box.Dx() < 16 || box.Dy() < 16 {
		return whole
	}
	return box
}

func shrink(img image.Image, box image.Rectangle) ([]byte, error) {
	f := min(1, float64(frameSide)/float64(max(box.Dx(), box.Dy())))
	out := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(box.Dx())*f)), max(1, int(float64(box.Dy())*f))))
	draw.ApproxBiLinear.Scale(out, out.Bounds(), img, box, draw.Src, nil)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, out, &jpeg.Options{Quality: 85}); err != nil {
		return nil, fmt.Errorf("writing a picture: %w", err)
	}
	return b.Bytes(), nil
}
