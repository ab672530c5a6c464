package spasm

// The detector's fixed numbers: those that describe how a curve is read, not how
// strict the detector is (that is in [Params]). Shares are of the movement's own
// peak unless a comment says otherwise. Others stand beside their rule; [Constants]
// has them all.
const (
	leastFrames = 5   // fewer frames hold no event
	halfPeak    = 0.5 // rise time, a blink's width and a hold are taken above this share
	mostShare   = 0.5 // more than this share of something is most of it

	// Excursions.
	dipThresholdShare = 0.4  // of the threshold: a piece goes on while it stays above this
	dipPeakShare      = 0.12 // and above this share
	dipFrames         = 3    // frames below, after which a piece is over
	leastMovementS    = 0.03 // what is shorter is no movement
	flatPeakShare     = 0.03 // a foot is flat where it falls by less than this share
	flatNoiseTimes    = 0.5  // and this many noise floors more
	footMostShare     = 0.35 // a foot lies at most this high
	twitchShare       = 0.35 // maxima that stand out by this share are twitches of their own
	twitchNoiseTimes  = 3    // or by this many noise floors, where that is more

	// One side, or both.
	ownShare       = 0.45 // a side that makes less than this share of the difference does not move alone
	ownMostTimes   = 1.25 // the difference counts up to this many times what the side itself moves
	bothShare      = 0.35 // the lesser side of a movement of both makes more than this share of the other
	bothNoiseTimes = 1.5  // a movement of both sides stands this many times further out of the noise than NoiseK
	bothGapS       = 0.3  // movements of both sides closer than this are one

	// Curves.
	lidLagS       = 0.07 // in a blink one lid may be this much behind the other, s
	togetherS     = 0.12 // both sides move together when they do within this, s
	aroundSamples = 400  // values that a median over seconds is taken of
	bridgeFrames  = 4    // frames from one value to the next across which a gap is bridged

	// Events made of movements.
	leakShare  = 0.45 // a region that moves less than this share of its neighbor is drawn along by it
	clearShare = 0.5  // what stands out at least this share of the clearest movement of its moment belongs to the same event
	alongTimes = 2.5  // what goes along with an event lasts about as long: within this factor
	clearSNR   = 8    // and what stands out this much by itself
	faintShare = 0.35 // what stands out less than this share of another of its moment is faint beside it

	// Kinds.
	doubtAtThreshold = 0.5 // what is lacking from certainty at the threshold
	doubtDecay       = 1.2 // how fast this falls, for each threshold more
	gestureShare     = 0.5 // of the largest movement: a gesture's region moves at least so far
	followRise       = 1.5 // a movement rises with its trigger when it takes at most this many times as long
	followSlackS     = 0.1 // and this much more

	// Blinks.
	openWindowS      = 6    // the open eye's aperture is sought within this, before and after
	sameBlinkS       = 0.05 // blinks of pixels and mesh this close are one
	blinkSeedShare   = 0.6  // of BlinkMinMM: what is smaller does not count toward the usual blink
	blinkWidthShare  = 0.85 // of BlinkMaxS: the longest time above half the peak
	blinkRippleShare = 0.05 // what lids may close again on their way up
	blinkWeakerShare = 0.45 // the lid that goes less far closes by at least this share

)

// Constants are the fixed numbers that decide what the detector finds, by name.
// They go into the provenance of every result.
func Constants() map[string]float64 {
	return map[string]float64{
		"loweredS":          loweredS,
		"loweredShare":      loweredShare,
		"loweredMM":         loweredMM,
		"loweredOpen":       loweredOpen,
		"leastFrames":       leastFrames,
		"halfPeak":          halfPeak,
		"mostShare":         mostShare,
		"dipThresholdShare": dipThresholdShare,
		"dipPeakShare":      dipPeakShare,
		"dipFrames":         dipFrames,
		"leastMovementS":    leastMovementS,
		"flatPeakShare":     flatPeakShare,
		"flatNoiseTimes":    flatNoiseTimes,
		"footMostShare":     footMostShare,
		"twitchShare":       twitchShare,
		"twitchNoiseTimes":  twitchNoiseTimes,
		"ownShare":          ownShare,
		"ownMostTimes":      ownMostTimes,
		"bothShare":         bothShare,
		"bothNoiseTimes":    bothNoiseTimes,
		"bothGapS":          bothGapS,
		"aroundSamples":     aroundSamples,
		"bridgeFrames":      bridgeFrames,
		"leakShare":         leakShare,
		"doubtAtThreshold":  doubtAtThreshold,
		"doubtDecay":        doubtDecay,
		"gestureShare":      gestureShare,
		"followRise":        followRise,
		"followSlackS":      followSlackS,
		"openWindowS":       openWindowS,
		"sameBlinkS":        sameBlinkS,
		"blinkSeedShare":    blinkSeedShare,
		"narrowLeastMM":     narrowLeastMM,
		"narrowShare":       narrowShare,
		"narrowEdge":        narrowEdge,
		"narrowNearS":       narrowNearS,
		"winkShut":          winkShut,
		"winkShare":         winkShare,
		"winkS":             winkS,
		"winkWakeS":         winkWakeS,
		"blinkWidthShare":   blinkWidthShare,
		"blinkRippleShare":  blinkRippleShare,
		"blinkWeakerShare":  blinkWeakerShare,
		"draggedCos":        draggedCos,
		"togetherOnsetS":    togetherOnsetS,
		"quickMaxS":         quickMaxS,
		"quickWinS":         quickWinS,
		"tailShare":         tailShare,
		"heldSNR":           heldSNR,
		"togetherS":         togetherS,
		"lidLagS":           lidLagS,
		"clearShare":        clearShare,
		"alongTimes":        alongTimes,
		"clearSNR":          clearSNR,
		"faintShare":        faintShare,
		"holdFirst":         holdFirst,
		"leastOfTrain":      leastOfTrain,
		"runTwitches":       runTwitches,
		"runGapS":           runGapS,
		"runFirst":          runFirst,
		"wholeFirst":        wholeFirst,
		"ownWayCos":         ownWayCos,
		"shortestS":         shortestS,
		"blinkWakeS":        blinkWakeS,
		"nearS":             nearS,
		"gateFrames":        gateFrames,
		"unseenShare":       unseenShare,
		"outOfSightS":       outOfSightS,
		"levelS":            levelS,
		"levelGapS":         levelGapS,
		"blockS":            blockS,
		"blockLeast":        blockLeast,
		"quickNoiseS":       quickNoiseS,
		"heldNoiseS":        heldNoiseS,
		"calmShare":         calmShare,
		"tailQuantile":      tailQuantile,
		"calmestShare":      calmestShare,
		"leastBlocks":       leastBlocks,
		"heldLag":           heldLag,
		"leastNoiseMM":      leastNoiseMM,
		"poseFrames":        poseFrames,
		"mostReasons":       mostReasons,
		"leastReason":       leastReason,
		"confidenceSteps":   confidenceSteps,
		"mediumMinS":        mediumMinS,
		"mediumMaxS":        mediumMaxS,
		"mediumWinS":        mediumWinS,
		"unevenFromS":       unevenFromS,
		"unevenToS":         unevenToS,
		"unevenLeast":       unevenLeast,
		"unevenMost":        unevenMost,
		"unevenSpeedS":      unevenSpeedS,
		"unevenTimeS":       unevenTimeS,
		"unevenLagS":        unevenLagS,
		"unevenWeight":      unevenWeight,
		"madToSD":           madToSD,
		"unevenShare":       unevenShare,
		"unevenBeforeS":     unevenBeforeS,
		"restShare":         restShare,
		"bothDeepShare":     bothDeepShare,
		"edgeFrames":        edgeFrames,
		"pullLeastMM":       pullLeastMM,
		"pullMostMM":        pullMostMM,
		"loneShut":          loneShut,
		"mostBrowMM":        mostBrowMM,
		"mostLidMM":         mostLidMM,
		"mostCheekMM":       mostCheekMM,
		"mostCornerMM":      mostCornerMM,
		"mostJawMM":         mostJawMM,
		"mostNeckMM":        mostNeckMM,
		"pullCos":           pullCos,
		"pullOther":         pullOther,
		"pullStraight":      pullStraight,
		"pullJump":          pullJump,
		"pullRough":         pullRough,
		"bothLeast":         bothLeast,
		"bothTrainLeast":    bothTrainLeast,
		"bothCertainty":     bothCertainty,
		"findableTimes":     findableTimes,
		"sdShare":           sdShare,
		"seenShare":         seenShare,
		"sightMarginS":      sightMarginS,
	}
}
