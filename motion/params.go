package motion

// Params are the stage's settings. Lengths are in mm of the canonical face
// unless a name says otherwise.
type Params struct {
	GridMM          float64 // spacing of tracked points where the face is expressive
	PatchMM         float64 // half the side of a tracked patch
	MinPatchPx      int     // smallest half side of a patch
	MaxPatchPx      int     // largest half side of a patch
	MaxPxPerMM      float64 // above this the frame is halved before tracking
	MinZNCC         float64 // below this likeness to its template a patch is not measured
	MeshSlackMM     float64 // how far pixels and mesh may disagree on a point's own movement
	LidSlackMM      float64 // how much further than the mesh sees a lid may have closed by pixels
	MeshLidMM       float64 // a closure smaller than this is not taken from the mesh
	PixelShare      float64 // of a region's points must be held by pixels, else the mesh speaks for it
	AgreeMM         float64 // a point this far from its region's median counts half
	RekeyDeg        float64 // head turn from the key frame at which another is taken
	RekeyScale      float64 // relative change of size at which another key frame is taken
	MaxKeys         int     // key frames kept for heads that come back
	StartupS        float64 // time after a reset in which a more neutral key frame may replace the first
	BaselineWindowS float64 // half width of the window in which a region's neutral level is sought
	BaselineStepS   float64 // spacing at which that level is sought
	RestGapMM       float64 // a less contracted level that is rest lies at least this far from the commonest one
	ShortGapMM      float64 // and this far in a film shorter than the window, where a raised brow may open one eye wider
	RestShare       float64 // and holds this share of the values
	RestMM          float64 // a side rests when its lids and its corner of the mouth lie within this of their rest
}

// DefaultParams returns the settings that docs/decisions gives the
// measurements for.
func DefaultParams() Params {
	return Params{
		GridMM: 6, PatchMM: 2.6, MinPatchPx: 3, MaxPatchPx: 7, MaxPxPerMM: 4.2,
		MinZNCC: 0.65, MeshSlackMM: 2.5, LidSlackMM: 4, MeshLidMM: 2, PixelShare: 0.3, AgreeMM: 0.6, RekeyDeg: 8, RekeyScale: 0.12, MaxKeys: 8, StartupS: 3,
		BaselineWindowS: 12, BaselineStepS: 1, RestGapMM: 0.6, ShortGapMM: 4, RestShare: 0.12, RestMM: 0.5,
	}
}
