package motion

import (
	"math"
	"slices"
)

// keyFrames are the key frames that can be gone back to, and the one in use. While the
// face is lost there are none. The first in all is the most neutral and is never
// dropped; active is one of all, and no two of them have the same slot.
type keyFrames struct {
	all    []*key
	active *key   // nil while the face is lost
	cam    camera // the head's motion from the active key frame to the present frame
}

// unmoved leaves a key frame where it was taken.
var unmoved = camera{{1, 0, 0, 0}, {0, 1, 0, 0}}

// begin forgets all key frames but k, which is the present frame.
func (f *keyFrames) begin(k *key) {
	f.all = append(f.all[:0], k)
	f.active, f.cam = k, unmoved
}

// add takes the present frame as one more key frame and goes on from it; most is how
// many are kept.
func (f *keyFrames) add(k *key, most int) {
	if len(f.all) >= most {
		f.all = append(f.all[:1], f.all[2:]...)
	}
	f.all = append(f.all, k)
	f.active, f.cam = k, unmoved
}

// lose forgets all of them.
func (f *keyFrames) lose() {
	f.active = nil
	f.all = f.all[:0]
}

// freeSlot is the least number that no other key frame in use has.
func (f *keyFrames) freeSlot(k *key) int {
	for slot := 0; ; slot++ {
		if !slices.ContainsFunc(f.all, func(o *key) bool { return o != k && o.slot == slot }) {
			return slot
		}
	}
}

// place is where pin i lies in the present frame if only the head has moved, px.
func (f *keyFrames) place(i int) (x, y float64) { return f.active.place(&f.cam, i) }

// times is how many times larger the face is than in the active key frame.
func (f *keyFrames) times() float64 { return math.Hypot(f.cam[0][0], f.cam[1][0]) }

// pxPerMM is the size of the face in the present frame, px a mm of the canonical face.
func (f *keyFrames) pxPerMM() float64 { return f.active.pxPerMM * f.times() }
