package video

import (
	"fmt"
	"math"

	"facialis/words"
)

// MaxMegapixelRate is how many megapixels a second of film may hold: 4K at 60
// pictures a second and 1080p at 240 are below it. A film of a few hundred
// kilobytes can ask for far more.
const MaxMegapixelRate = 600.0

const (
	// Above this rate, pictures a second, a header's word is not taken: some
	// programs write their clock's rate there. What the film then holds is counted.
	fastest = 240.0
)

// The pictures that are read may run ahead of the rate by so many seconds.
var aheadS = 10.0

// budget is how far the pictures that were read are ahead of the rate. Time in
// which nothing was filmed saves nothing up.
type budget struct {
	ahead float64 // megapixels
	last  float64 // s, the latest picture's time
}

// megapixels is the size of a picture, as stored or as given, whichever is larger.
func (i Info) megapixels() float64 {
	return float64(max(i.Width*i.Height, i.stored[0]*i.stored[1])) / 1e6
}

// tooMany is the refusal of a film with rate pictures a second.
func (i Info) tooMany(path string, rate float64) error {
	return &fault{ErrTooLarge, path, say("video.detail.rate", words.Args{"Width": i.stored[0], "Height": i.stored[1], "Rate": fmt.Sprintf("%.4g", rate),
		"Megapixels": fmt.Sprintf("%.0f", i.megapixels()*rate), "Most": fmt.Sprintf("%.0f", MaxMegapixelRate)}), say("video.advice.smaller")}
}

// spend counts a picture that was read. A film that holds more than its header
// promised is refused once it is aheadS ahead. The seconds are those in which
// the file plays, slow motion or not.
func (r *Reader) spend(p picture) error {
	b := &r.budget
	if passed := (p.frame.T - b.last) * r.pace.slow; passed > 0 {
		b.ahead = math.Max(0, b.ahead-passed*MaxMegapixelRate)
	}
	b.last = p.frame.T
	b.ahead += math.Max(r.info.megapixels(), float64(p.storedW*p.storedH)/1e6)
	if b.ahead <= MaxMegapixelRate*aheadS {
		return nil
	}
	return r.info.tooMany(r.path, math.Min(1/r.pace.usual, 1e6))
}
