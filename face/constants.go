package face

// The stage's fixed numbers that have no better place. Others stand beside their
// rule; [Constants] has them all.
const (
	samePlaceSides  = 0.4  // a face this near, in crop sides, to where it was last is the same one
	sameSizeShare   = 0.2  // if it is at least this share of the crop wide
	oneTileTimes    = 1.05 // a length up to this many squares is seen in one
	tileStepShare   = 0.7  // from one square to the next, in squares
	smallShare      = 0.2  // of the frame's longer side: a face below this is small
	leastSquarePx   = 4    // a crop smaller than this has lost its face
	mostSquareTimes = 4    // and one this many times the frame
	clockSlackS     = 0.001
	confirmS        = 0.5 // so long after one look has shown more faces, another has to show them too, s

	changeWidthTimes = 1.1  // the watched boxes are this much wider than from corner to corner
	changeLearn      = 0.02 // how fast the usual change follows
	changeLearnLuma  = 0.2

	leastYawCos   = 0.4  // what a turned head's eyes are put right by, at least
	samePauseS    = 0.5  // a shorter pause between two warnings is the same stretch
	leastStretchS = 0.15 // a shorter stretch is no warning
	stillFrames   = 3    // except in a recording of fewer frames
)

// Constants are the fixed numbers that decide which face is followed and where, by
// name. They go into the provenance of every result.
func Constants() map[string]float64 {
	return map[string]float64{
		"changeNX":         changeNX,
		"changeNY":         changeNY,
		"changeFactor":     changeFactor,
		"changeFloor":      changeFloor,
		"samePlaceSides":   samePlaceSides,
		"sameSizeShare":    sameSizeShare,
		"oneTileTimes":     oneTileTimes,
		"tileStepShare":    tileStepShare,
		"smallShare":       smallShare,
		"leastSquarePx":    leastSquarePx,
		"mostSquareTimes":  mostSquareTimes,
		"clockSlackS":      clockSlackS,
		"confirmS":         confirmS,
		"changeWidthTimes": changeWidthTimes,
		"changeLearn":      changeLearn,
		"changeLearnLuma":  changeLearnLuma,
		"leastYawCos":      leastYawCos,
		"samePauseS":       samePauseS,
		"leastStretchS":    leastStretchS,
		"stillFrames":      stillFrames,
		"wholeScore":       wholeScore,
		"deepScore":        deepScore,
		"overlapSame":      overlapSame,
		"uprightRoom":      uprightRoom,
		"minOpening":       minOpening,
		"meshFlag":         meshFlag,
		"startFlag":        startFlag,
		"smallFlag":        smallFlag,
		"smallSpan":        smallSpan,
		"upsideDown":       upsideDown,
		"clearMedian":      clearMedian,
		"clearAgainst":     clearAgainst,
		"cropScale":        cropScale,
		"slackPlace":       slackPlace,
		"slackSide":        slackSide,
		"slackAngle":       slackAngle,
		"settleRuns":       settleRuns,
		"MaxYaw":           MaxYaw,
		"MaxPitch":         MaxPitch,
		"MinEyeSpanPx":     MinEyeSpanPx,
		"MinLuma":          MinLuma,
		"MaxJump":          MaxJump,
		"litLuma":          litLuma,
		"mostGain":         mostGain,
		"brightOf":         brightOf,
	}
}
