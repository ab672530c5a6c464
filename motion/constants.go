package motion

// The stage's fixed numbers that have no better place: those that describe how
// pictures and curves are read, not what is looked for (that is in [Params]).
// Others stand beside their rule; [Constants] has them all.
const (
	// Patches.
	patchDamp       = 0.15 // for each pixel, against running along an edge
	patchContrast   = 1.0  // squared luma for each pixel: the least a patch must have
	gainTimes       = 2.5  // light may have changed by this factor, up or down
	coarseLike      = 0.5  // at half size: a patch less like its template was not found
	coarseAgainLike = 0.6  // and, when looked for again from the mesh, one less like than this
	fullInfo        = 20   // squared gradient for each pixel from which a patch has its full say
	bonyStable      = 0.5  // points at least this stable stand for the bone
	leastBonyPoints = 12   // fewer found do not show where the head is
	leastPointsOf   = 6    // one point in so many has to be found
	meshSlackShare  = 0.8  // of what the mesh sees, added to MeshSlackMM
	marksApartSpans = 0.11 // of the eyes' distance: marks further from the mesh's are off

	// The head.
	headCutTimes   = 4 // points this many spreads off have no say
	headCutLeastPx = 0.25
	headScaleTimes = 2.5 // a head cannot be larger or smaller than in its key frame by more
	steepestSlope  = 0.5 // a turn of more than 30 degrees is not one from this key frame
	leastYawCos    = 0.5 // what a turned head's eyes are put right by, at least

	// Key frames.
	rekeyNearerDeg = 2    // an earlier key frame has to be nearer by this much
	rekeyBackShare = 0.75 // of RekeyDeg: how near it has to be
	rekeyNewTimes  = 1.25 // of RekeyDeg and RekeyScale: from here on a new one is taken
	openShare      = 0.75 // of the key frame's aperture: an eye less open than this is not open
	widerTimes     = 1.12 // eyes this many times as wide open
	widerMM        = 0.3  // and this much more, show that a key frame's were closed

	// Lids.
	lidEdgeShare   = 0.3  // of the lid's movement: the least that a column at its corner makes
	lidContrast    = 4    // squared luma for each pixel: the least a strip must have
	lidEdge        = 0.2  // squared gradient for each pixel: the least a strip must have
	lidGainTimes   = 2.0  // light may have changed by this factor while a strip learns
	lidLeastDrop   = 0.05 // the least by which likeness falls beside its best place
	lidLongestStep = 0.6  // steps of lidStepMM in one refinement
	lidFarthest    = 2    // steps of lidStepMM from where refinement began
	lidMostTimes   = 1.2  // of the open aperture: how far an upper lid can close
	lowerLidShare  = 0.6  // and a lower one
	shutRatio      = 0.45 // of the open aperture: the mesh sees an eye as shut below this
	lidPixelShare  = 0.5  // pixels that then see less than this share of its closure are wrong

	// Curves.
	madToSD          = 1.4826 // from a median absolute deviation to a standard deviation
	noiseBlockS      = 0.5    // jitter is measured within this time
	noiseSamples     = 20000  // values that a column's level is taken of
	noiseLeastFrames = 4      // fewer values show no jitter
	relaxLeastCos    = 0.3    // a region whose action points less clearly than this up or out has no side of rest

	limbusShare = 0.6 // of limbusLuma: the least slope of the iris's rim
)

// Constants are the fixed numbers that decide what is measured, by name. They go
// into the provenance of every result.
func Constants() map[string]float64 {
	return map[string]float64{
		"patchDamp":        patchDamp,
		"patchContrast":    patchContrast,
		"gainTimes":        gainTimes,
		"coarseLike":       coarseLike,
		"coarseAgainLike":  coarseAgainLike,
		"fullInfo":         fullInfo,
		"bonyStable":       bonyStable,
		"leastBonyPoints":  leastBonyPoints,
		"leastPointsOf":    leastPointsOf,
		"tiltDamp":         tiltDamp,
		"tiltDampPins":     tiltDampPins,
		"coarseRounds":     coarseRounds,
		"fineRounds":       fineRounds,
		"coarseSteps":      coarseSteps,
		"fineSteps":        fineSteps,
		"facePad":          facePad,
		"meshSlackShare":   meshSlackShare,
		"marksApartSpans":  marksApartSpans,
		"headCutTimes":     headCutTimes,
		"headCutLeastPx":   headCutLeastPx,
		"headScaleTimes":   headScaleTimes,
		"steepestSlope":    steepestSlope,
		"leastYawCos":      leastYawCos,
		"rekeyNearerDeg":   rekeyNearerDeg,
		"rekeyBackShare":   rekeyBackShare,
		"rekeyNewTimes":    rekeyNewTimes,
		"openShare":        openShare,
		"widerTimes":       widerTimes,
		"widerMM":          widerMM,
		"lidEdgeShare":     lidEdgeShare,
		"lidContrast":      lidContrast,
		"lidEdge":          lidEdge,
		"lidGainTimes":     lidGainTimes,
		"lidLeastDrop":     lidLeastDrop,
		"lidLongestStep":   lidLongestStep,
		"lidFarthest":      lidFarthest,
		"lidMostTimes":     lidMostTimes,
		"lowerLidShare":    lowerLidShare,
		"shutRatio":        shutRatio,
		"lidPixelShare":    lidPixelShare,
		"lidHalf":          lidHalf,
		"lidApartMM":       lidApartMM,
		"madToSD":          madToSD,
		"noiseBlockS":      noiseBlockS,
		"noiseSamples":     noiseSamples,
		"noiseLeastFrames": noiseLeastFrames,
		"relaxLeastCos":    relaxLeastCos,
		"limbusShare":      limbusShare,
		"IrisMM":           IrisMM,
		"irisRel2":         irisRel2,
		"meshIris":         meshIris,
		"meshIrisSD":       meshIrisSD,
		"minRims":          minRims,
		"shutMM":           shutMM,
		"shutGapS":         shutGapS,
		"calmToSD":         calmToSD,
		"wanderMax":        wanderMax,
		"liftedStable":     liftedStable,
		"liftedShare":      liftedShare,
		"minStable":        minStable,
		"neighbors":        neighbors,
		"malarMM":          malarMM,
		"limbusRays":       limbusRays,
		"limbusSpread":     limbusSpread,
		"limbusFrom":       limbusFrom,
		"limbusTo":         limbusTo,
		"limbusSteps":      limbusSteps,
		"limbusLuma":       limbusLuma,
		"lidCols":          lidCols,
		"lidRows":          lidRows,
		"lidStepMM":        lidStepMM,
		"lidWideMM":        lidWideMM,
		"lidInMM":          lidInMM,
		"lidShiftP":        lidShiftP,
		"lidShiftN":        lidShiftN,
		"lidRest":          lidRest,
		"lidForget":        lidForget,
		"lidSteps":         lidSteps,
		"lidOutlier":       lidOutlier,
		"lidAlike":         lidAlike,
		"lidUnseenMM":      lidUnseenMM,
		"lidLeastLike":     lidLeastLike,
		"lidHopMM":         lidHopMM,
		"lidMeshMM":        lidMeshMM,
		"lidRestS":         lidRestS,
		"lidLost":          lidLost,
		"meshLidSD":        meshLidSD,
		"shownFromMM":      shownFromMM,
		"shownPastMM":      shownPastMM,
		"shownSkin":        shownSkin,
		"shownFaint":       shownFaint,
		"shownBlack":       shownBlack,
		"shownSides":       shownSides,
		"shownLeastSum":    shownLeastSum,
		"lidLower":         lidLower,
		"lidLuma":          lidLuma,
		"lidChange":        lidChange,
		"onLine":           onLine,
		"shorthShare":      shorthShare,
		"crowdMM":          crowdMM,
		"longestPx":        longestPx,
		"leftPx":           leftPx,
		"nearPx":           nearPx,
		"firstShrink":      firstShrink,
		"leastFresh":       leastFresh,
		"repeatFastMM":     repeatFastMM,
		"repeatFastPx":     repeatFastPx,
		"repeatStill":      repeatStill,
		"repeatWrong":      repeatWrong,
		"repeatFlat":       repeatFlat,
		"repeatEnter":      repeatEnter,
		"repeatLater":      repeatLater,
		"repeatPhase":      repeatPhase,
		"repeatLeave":      repeatLeave,
		"repeatRows":       repeatRows,
		"changeBlock":      changeBlock,
		"changeEvery":      changeEvery,
		"changeTop":        changeTop,
		"changeLeast":      changeLeast,
		"changeNoise":      changeNoise,
		"changeFall":       changeFall,
		"changeWeight":     changeWeight,
		"longestPeriod":    longestPeriod,
		"wholeShare":       wholeShare,
		"frozenS":          frozenS,
		"frozenUsual":      frozenUsual,
		"frozenJump":       frozenJump,
		"frozenShare":      frozenShare,
		"frozenCalm":       frozenCalm,
		"frozenLeast":      frozenLeast,
		"slopeOverMM":      slopeOverMM,
		"neckTurnMM":       neckTurnMM,
		"neckSpeedMM":      neckSpeedMM,
		"neckSpeedS":       neckSpeedS,
		"neckUnseenMM":     neckUnseenMM,
		"leftSlopeMM":      leftSlopeMM,
		"leftNeckMM":       leftNeckMM,
		"leftSizeMM":       leftSizeMM,
		"leftBendDeg":      leftBendDeg,
		"leftFrames":       leftFrames,
		"leftShared":       leftShared,
		"leftRounds":       leftRounds,
		"leftLeastMM":      leftLeastMM,
		"leftFewest":       leftFewest,
		"leftUnknowns":     leftUnknowns,
		"leftLidMM":        leftLidMM,
		"leftYaw":          leftYaw,
		"nearestMM":        nearestMM,
		"poseRounds":       poseRounds,
		"farAwayPx":        farAwayPx,
		"sharedErrors":     sharedErrors,
		"medianToSD":       medianToSD,
		"samplesMost":      samplesMost,
		"samplesKeys":      samplesKeys,
		"sampleDeg":        sampleDeg,
		"sampleSize":       sampleSize,
		"samplesPose":      samplesPose,
		"sampleApartS":     sampleApartS,
		"sampleLinkMax":    sampleLinkMax,
		"retellRounds":     retellRounds,
		"unitFrames":       unitFrames,
		"steepestSkin":     steepestSkin,
		"meshErrorMM":      meshErrorMM,
		"depthTimes":       depthTimes,
		"depthSD":          depthSD,
		"depthReachMM":     depthReachMM,
		"depthOwnMM":       depthOwnMM,
		"neckSDTimes":      neckSDTimes,
		"depthStepMM":      depthStepMM,
		"centerApartMM":    centerApartMM,
		"lensUsual":        lensUsual,
		"lensSpread":       lensSpread,
		"lensCut":          lensCut,
		"lensToldSD":       lensToldSD,
		"lensToldSteps":    lensToldSteps,
		"shapeNoisePx":     shapeNoisePx,
		"shapeShared":      shapeShared,
		"missLeastPx":      missLeastPx,
		"shapeRounds":      shapeRounds,
		"shapeFirst":       shapeFirst,
		"lensSamples":      lensSamples,
		"zeroSamples":      zeroSamples,
		"shapeFewest":      shapeFewest,
		"meshRounds":       meshRounds,
		"bellDamp":         bellDamp,
	}
}
