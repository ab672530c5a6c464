package event

// Refusals are the names of the rules by which a one-sided movement is `other`
// and not a spasm, as they stand in [Event.Reasons]. Package spasm has the rules.
var Refusals = []string{
	"under_way_at_start", "too_short", "drift", "dragged", "forehead_or_neck_leads",
	"region_too_noisy", "beyond_any_muscle", "left_over_by_a_turn", "slow_rise", "unsure",
}
