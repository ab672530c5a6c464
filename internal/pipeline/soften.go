package pipeline

import (
	"facialis/face"
	"facialis/video"
)

// softened smooths the luma about the face by a ¼ ½ ¼ mean across and down, before
// movement is measured: in the dark a sensor's noise is larger than the texture of
// skin, and it has no neighbors, which texture has.
type softened struct {
	f   *video.Frame
	tmp []byte
}

// of is the picture, softened about the face. It holds until the next call.
func (s *softened) of(f *video.Frame, o *face.Observation) *video.Frame {
	if !o.Found || o.Landmarks == nil {
		return f
	}
	if s.f == nil || s.f.W != f.W || s.f.H != f.H {
		s.f = video.NewFrame(f.W, f.H)
		s.tmp = make([]byte, f.W*f.H)
	}
	x0, y0, x1, y1 := f.W, f.H, 0, 0
	for _, p := range o.Landmarks.Points {
		x0, y0, x1, y1 = min(x0, int(p.X)), min(y0, int(p.Y)), max(x1, int(p.X)), max(y1, int(p.Y))
	}
	pad := (x1 - x0 + y1 - y0) / 4
	x0, y0, x1, y1 = max(x0-pad, 1), max(y0-pad, 1), min(x1+pad, f.W-1), min(y1+pad, f.H-1)
	for y := y0 - 1; y <= y1 && y < f.H; y++ {
		row, to := f.Y[y*f.W:(y+1)*f.W], s.tmp[y*f.W:(y+1)*f.W]
		for x := x0; x < x1; x++ {
			to[x] = byte((int(row[x-1]) + 2*int(row[x]) + int(row[x+1]) + 2) >> 2)
		}
	}
	for y := y0; y < y1; y++ {
		a, b, c := s.tmp[(y-1)*f.W:], s.tmp[y*f.W:], s.tmp[(y+1)*f.W:]
		to := s.f.Y[y*f.W : (y+1)*f.W]
		for x := x0; x < x1; x++ {
			to[x] = byte((int(a[x]) + 2*int(b[x]) + int(c[x]) + 2) >> 2)
		}
	}
	s.f.Index, s.f.T, s.f.Cut, s.f.Joint, s.f.UnfilmedS, s.f.Full, s.f.BT709 = f.Index, f.T, f.Cut, f.Joint, f.UnfilmedS, f.Full, f.BT709
	s.f.Cb, s.f.Cr = f.Cb, f.Cr
	return s.f
}
