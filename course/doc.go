// Package course says how it changes: it lays a person's diary, recordings and
// treatments side by side over weeks and months and reads what can be read from
// them, with how sure it is, and nothing that cannot.
//
//	diary entries  ┐                    ┌ series       a point a day, a point a recording
//	recordings     ┼─> Follow(Input) ─> ┼ trends       which way, how fast, by chance or not
//	treatments     ┘                    ├ steps        when the level changed
//	                                    ├ toxin        each injection: onset, nadir, return
//	                                    ├ decompression  relief in time, not judged early
//	                                    ├ statements   S10 S14 S15 S19 S25 for this person
//	                                    └ summary      sentences
//
// It knows no database: entries come in the shape in which the app exchanges
// them ([Entry]), recordings as the summaries of package measure. It looks at
// nothing after the present day, so that the course of a year ago can be drawn as
// it stood then. The order of the input does not matter.
//
// # Days
//
// An entry belongs to the day on the person's own clock. The number of attacks of
// a day is the one the person noted, or, where it is higher, the number of
// attacks that they started in the diary. A day on which nothing was written is
// missing, not quiet: there is no point for it, and no zero.
//
// # Recordings
//
// A recording gives a rate with its exact Poisson interval, so a film of three
// minutes with one spasm reads 0.33 a minute and up to 1.9. Attacks make the truth
// scatter more than that; a trend needs several recordings, best at the same hour.
// The stage of spread is 1 eye, 2 cheek, 3 mouth, 4 chin, 5 neck: the furthest
// region in a tenth of the spasms, or the day's worst region.
//
// # Trends
//
// Theil–Sen slope per 30 days, Sen's interval, Mann–Kendall p, with the
// autocorrelation of neighboring days measured and allowed for (package
// internal/signal). A direction is only named below p = 0.05 after that. Sixteen
// figures are looked at, so one in twenty will lean by chance now and then. Each
// trend is given over all days, and over the untreated ones where there was a
// treatment: a slope through an injection says more about the injection.
//
// # Steps
//
// Changes of level by optimal partitioning on a scale of even scatter, at least
// seven noted days to a level, with the days between which the change may lie, and
// the treatment it follows by no more than three weeks. Following is not owing to.
//
// # The toxin cycle
//
// Severity is the figure as a share of its baseline, the median of the four weeks
// before the injection (attacks a day; the recordings' rate where the diary has
// too little):
//
//	1.0 ──┐                                  ┌───  baseline
//	0.75 ─┼─x────────────────────────────x───┼───
//	      │  \                          /    │
//	      │   \_______  nadir ________ /     │
//	injection  onset                  return = duration
//
// Onset is the first day at or below three quarters with which the next days agree
// by their median; return likewise at or above. A fall that is over within a week
// was chance. The ranges around both come from two hundred resamplings, in which
// each day gets its smoothed value and a neighbor's residual, and the baseline is
// drawn again: they tell how the scatter of days moves the date, not whether the
// threshold is the right one. The area is the number of whole days of spasm that
// the injection took away. An injection given while the last one still works has
// no baseline of its own and takes over the earlier one.
//
// The predicted return is the person's own: from two completed cycles on, their
// mean with an 80 % prediction interval by Student's t; from one, give or take a
// quarter; before that the published mean and spread between people (113 ± 56
// days). It is an estimate and called one.
//
// Flagged are an effect of less than eight weeks, no fall by a quarter within four
// weeks, and an eye that is open a millimeter less than before against the other.
//
// # Decompression
//
// Relief may be there at once or come after months; of people who became free in
// the end, a third were within a week and 97 of 100 within a year. So the state is
// "free", "better" or "not yet", with the published share beside it, and never
// anything worse before twelve months.
//
// # Statements
//
// Five of the founding text's statements are about the course. Each gets a verdict
// for this person (fits, does_not_fit, unclear, not_enough_data), the figures
// behind it with intervals, and what more would be needed.
//
// For S25 the question is whether mood leads: the rank correlation of today's mood
// with tomorrow's attacks, today's attacks held fixed, and the same the other way
// round. Without holding today fixed, any two things that rise and fall together
// would seem to foretell each other. Both series are first compared with the days
// around each day, and chance is measured by shifting them against each other, so
// that a trend that they share (an injection, a bad month) makes no link.
//
// # Numbers
//
// Every threshold and published figure stands in evidence/*.yaml with its tag and
// source, and goes out with the course as its parameters.
package course
