// Package assess turns what was measured and what the person told into an
// answer that a patient understands and a neurologist can check line by line.
//
// All clinical knowledge is data: evidence/*.yaml. The code only knows how to
// read it. Facts become findings, findings become everything else:
//
//	recording, answers, diary -> facts -> findings -> red flags
//	                                               -> type
//	                                               -> differential
//	                                               -> grades
//
// A fact is a named value (video.rest_rate = 4.2, palsy = yes). A finding is a
// statement with three values, yes, no and unknown, defined by conditions over
// facts. Unknown is never "no".
//
// # The differential
//
// Each known finding f speaks for or against an entity e with
//
//	c(e,f) = cap( log10 P(f|e) / mean of P(f|.) over all entities ),  |c| <= 1.3
//
// (for an absent finding with 1-P), that is: how much better the entity explains
// the finding than the average entity does. A logarithmic opinion pool adds
// them to the log prior. Findings of one group say much the same; of each group
// only the strongest for and the strongest against count. So another finding
// that speaks for an entity never lowers it. A finding on which recording and
// answers disagree counts half. The age at which it began speaks through a curve
// for each entity (evidence/ages.yaml), so that no birthday decides.
//
// Most cells are estimates. Each cell and each prior has a plausible range, and
// every answer is tried on a hundred readings drawn from these ranges (plausible.go,
// always the same ones). What is shown is in how many of them an entity comes first;
// the best fit is named only where that is in sixty or more. docs/calibration.md holds
// that figure against published cases. The share in the result ranks and is no
// measured probability.
//
// # Type
//
// Primary or post-paralytic: a sum of terms (evidence/type.yaml), each shown,
// with the founding text's own rule beside it.
//
// # Movement lock
//
// For each kind of movement, the share that a one-sided movement follows, by the
// rule of package event: begun 0.08 s before to 0.20 s after, at least half of them,
// and three times the share expected by chance. The p value is the binomial
// probability of so large a share at that chance.
package assess
