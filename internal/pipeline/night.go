package pipeline

import (
	"context"
	"fmt"
	"math"
	"os"

	"facialis/face"
	"facialis/night"
	"facialis/spasm"
)

const (
	nightHeight    = 720   // pictures of nights are measured at this height at most
	nightStallS    = 600.0 // s without a picture after which a decoder is ended: a night has time
	pieceS         = 600.0 // s, a night is measured in pieces of this length
	lapS           = 6.0   // s before and after a piece that are measured with it
	movingMM       = 6.0   // mm within a block that the face goes, or more, is a movement
	movingDeg      = 5.0   // degrees within a block that it turns
	heldLeastS     = 1.0   // a stretch of quiet that is shorter needs no word
	leastLidFrames = 3     // fewer frames in a block say nothing of the lids: the mesh needs some to settle
)

// NightOptions choose how a night is measured.
type NightOptions struct {
	Options
	Folder string // where the pieces are kept
	All    bool   // every picture is measured, not only what moves
}

// NightProgress says how far a night is.
type NightProgress struct {
	Piece, Pieces int
	DoneS, TotalS float64 // of film
	KeptS         float64 // of DoneS, read back from an earlier run
}

// RunNight measures a night piece by piece. Pieces that an earlier run has finished,
// with the same settings, are read back from opt.Folder.
func RunNight(ctx context.Context, engine *face.Networks, segments []night.Segment, opt NightOptions, progress func(NightProgress)) ([]*Piece, error) {
	if err := os.MkdirAll(opt.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder for the night's pieces: %w", err)
	}
	opt.Options = opt.Options.forNight()
	opt.nightAll = opt.All
	type part struct {
		seg      night.Segment
		from, to float64 // of the film
	}
	var parts []part
	var total float64
	for _, s := range segments {
		n := max(1, int(math.Round(s.UseS()/pieceS)))
		for i := range n {
			from, to := s.FromS+s.UseS()*float64(i)/float64(n), s.FromS+s.UseS()*float64(i+1)/float64(n)
			parts = append(parts, part{s, from, to})
		}
		total += s.UseS()
	}
	var out []*Piece
	var done, kept float64
	tell := func(piece int, at float64) {
		if progress != nil {
			progress(NightProgress{piece, len(parts), at, total, kept})
		}
	}
	for i, p := range parts {
		tell(i, done)
		measured := false
		first := i == 0 || parts[i-1].seg != p.seg
		pc, err := runPiece(ctx, engine, p.seg, p.from, p.to, i, first, opt, func(at float64) {
			measured = true
			tell(i, done+min(max(at-p.from, 0), p.to-p.from))
		})
		if err != nil {
			return nil, err
		}
		out = append(out, pc)
		done += p.to - p.from
		if !measured {
			kept += p.to - p.from
		}
	}
	tell(len(parts), total)
	return out, nil
}

// A night has some 30000 seconds without a spasm, and lids that are shut. So more is
// asked of a movement than by day: this certainty, and of lids this size. Both were
// chosen on drawn nights (side-left, turning, healthy, back, upside).
const (
	nightZNCC    = 0.5 // a patch of dark skin is less like its template than one in the light
	nightPatchMM = 4.2 // half the side of a tracked patch: more of dark skin is needed to tell it
	nightPatchPx = 9
	nightLogOdds = 0.7  // a certainty of 0.67
	nightLidMM   = 0.45 // of the line of a closed lid
)

// nightSkinMM is the least that the skin of any other region goes.
const nightSkinMM = 0.7

// nightSpasm is the detector's settings for a night.
func nightSpasm(p spasm.Params) spasm.Params {
	p.LeastLogOdds, p.MinLidMM = max(p.LeastLogOdds, nightLogOdds), max(p.MinLidMM, nightLidMM)
	p.MinMouthMM, p.MinBrowMM, p.MinNeckMM = max(p.MinMouthMM, nightSkinMM), max(p.MinBrowMM, nightSkinMM), max(p.MinNeckMM, nightSkinMM)
	return p
}

// AsMeasured are the options with which a film is measured: a night's are stricter.
func (o Options) AsMeasured() Options {
	if o.Night {
		return o.forNight()
	}
	return o
}

// forNight are the options with which a night is measured.
func (o Options) forNight() Options {
	o.night, o.Face.AnyRoll = true, true
	o.Spasm = nightSpasm(o.Spasm)
	o.Motion.MinZNCC = min(o.Motion.MinZNCC, nightZNCC)
	o.Motion.PatchMM, o.Motion.MaxPatchPx = max(o.Motion.PatchMM, nightPatchMM), max(o.Motion.MaxPatchPx, nightPatchPx)
	return o
}

func orZero(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}
