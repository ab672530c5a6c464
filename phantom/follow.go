package phantom

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"facialis/anatomy"
)

// followMM is the farthest that a region is drawn from its rest by [Follow], mm.
const followMM = 12.0

// How the lower lid and the skin below it go along with a drop of the aperture that was
// measured without them: as in a gesture, see scheduler.task.
const (
	followLower = 0.2  // share of the drop
	followSkin  = 0.15 // mm of the skin's rise per mm of drop
)

// Movement is how far each region of each side is from its rest at a time, mm along its
// own direction; of orbicularis_oculi the loss of aperture. What is not a number, or
// negative, is drawn at rest.
type Movement func(t float64) [2][anatomy.NumRegions]float64

// Follow draws a face that does nothing but what movement says, as a video file at path
// like [Render]: the spec's person and camera, and its length, without its happenings. The
// same spec and movement give the same bytes.
func Follow(ctx context.Context, spec *Spec, movement Movement, path string) error {
	s := *spec
	s.Events, s.Generators, s.Tasks, s.Talk = nil, nil, nil, nil
	if err := s.Validate(); err != nil {
		return fmt.Errorf("drawing a movement: %w", err)
	}
	sc := newScene(&s)
	ts, filter := s.times()
	tmp := filepath.Join(filepath.Dir(path), ".part-"+filepath.Base(path))
	defer os.Remove(tmp)
	err := encode(ctx, &s, tmp, filter, func(w io.Writer) error {
		tl, r := schedule(sc.spec), newRenderer(sc)
		for i, t := range ts {
			if err := ctx.Err(); err != nil {
				return err
			}
			st := tl.at(t)
			st.follow(movement(t))
			r.frame(st, i)
			for _, plane := range [][]byte{r.y, r.cb, r.cr} {
				if _, err := w.Write(plane); err != nil {
					return fmt.Errorf("handing a frame to ffmpeg: %w", err)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("naming a drawn video: %w", err)
	}
	return nil
}

// follow moves a face at rest.
func (st *state) follow(mm [2][anatomy.NumRegions]float64) {
	for s := range mm {
		for k, v := range mm[s] {
			if !(v > 0) {
				continue
			}
			v = min(v, followMM)
			if k == anatomy.AtOrbicularisOculi {
				v = min(v, st.aperture[s])
				st.aperture[s] -= v
				st.rise[s] += followLower * v
				st.skin[s] = followSkin * v
			}
			st.pull[s][k] = v
		}
	}
}
