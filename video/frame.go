package video

// Frame is one decoded picture with its true time. Planes are 8-bit YUV 4:2:0
// as the decoder gives them, upright (display rotation already applied).
// A frame belongs to a Reader's pool: call Release when done with it, and do
// not touch its planes afterwards. They are for reading only: they may lie in
// memory that is shared with the decoder.
type Frame struct {
	Index int     // 0-based, counted in the order of presentation
	T     float64 // seconds from the first frame, by presentation time stamp
	// Cut says that this picture does not go on from the one before: nothing was
	// filmed between them, the film's clock jumped, or the size at which the film
	// stores its pictures changed, or there is a joint. UnfilmedS is how long nothing was
	// filmed, seconds.
	Cut       bool
	Joint     bool // another film, place or light begins; only with Options.Joints
	UnfilmedS float64
	W, H      int
	Y         []byte // W*H luma
	Cb, Cr    []byte // ((W+1)/2)*((H+1)/2) chroma
	// Full is true for full-range luma (0..255), false for 16..235. BT709
	// chooses the color matrix, else BT.601.
	Full, BT709 bool

	buf     []byte // the mark before a picture, Y, Cb and Cr, as they come through the pipe
	slot    uint32 // in the memory that is shared with the decoder
	release func(*Frame)
}

// Release gives the frame's planes back for reuse.
func (f *Frame) Release() {
	if f.release != nil {
		f.release(f)
	}
}

// NewFrame makes a black frame outside any pool, for pictures that were drawn
// and not decoded.
func NewFrame(w, h int) *Frame {
	f := &Frame{}
	f.allocate(w, h)
	for i := range f.Y {
		f.Y[i] = 16
	}
	for i := range f.Cb {
		f.Cb[i], f.Cr[i] = 128, 128
	}
	return f
}

// allocate gives f planes of w × h pixels.
func (f *Frame) allocate(w, h int) {
	luma, chroma := w*h, ((w+1)/2)*((h+1)/2)
	f.W, f.H = w, h
	f.buf = make([]byte, len(frameMark)+luma+2*chroma)
	planes := f.buf[len(frameMark):]
	f.Y = planes[:luma:luma]
	f.Cb = planes[luma : luma+chroma : luma+chroma]
	f.Cr = planes[luma+chroma:]
}
