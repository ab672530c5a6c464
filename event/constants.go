package event

// Constants are the fixed numbers of this package's rules, by name. They go into
// the provenance of every result. TrainGapS, EpisodeGapS and AttackGapS are not
// among them: they are the defaults of the detector's parameters, which go there
// themselves.
func Constants() map[string]float64 {
	return map[string]float64{
		"LockLeadS":      LockLeadS,
		"LockLagS":       LockLagS,
		"LockShare":      LockShare,
		"LockOverChance": LockOverChance,
		"LockCertain":    LockCertain,
		"LockTriggers":   LockTriggers,
		"TonicS":         TonicS,
		"HoleS":          HoleS,
		"FootShare":      FootShare,
		"SeenMM":         SeenMM,
	}
}
