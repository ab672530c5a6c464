package event

// Refusals are the names of the rules by which a one-sided movement is `other`
// and not a spasm, as they stand in [Event.Reasons]. Package spasm has the rules.
// Analyses of older versions hold other names.
var Refusals = []string{"not_seen", "slow_rise", "picture_edge", "other_eye_unseen"}
