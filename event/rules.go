package event

// The definitions shared by whoever draws, detects, scores or shows events. Gaps
// run from the end of one to the onset of the next, in seconds.
const (
	TrainGapS   = 0.25 // excursions closer than this are one train
	EpisodeGapS = 0.5  // spasms closer than this are one episode
	AttackGapS  = 10   // episodes closer than this are one attack
	TonicS      = 1    // a hold this long is tonic

	// A movement may be locked to another when it begins at most LockLeadS before
	// and LockLagS after it.
	LockLeadS = 0.08
	LockLagS  = 0.20
)
