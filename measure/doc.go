// Package measure says how much: it turns the events of a recording into the
// figures that a person, a doctor or a study can compare from one day to the
// next.
//
// # What is counted, and over what
//
// Only events of kind spasm are counted, and only time in which something of the
// face was seen counts as time ([View]): of a side or a region, the time in which that
// was seen. If the face was out of the picture for half of a film, the rate is over
// the other half:
//
//	film     |--------------------------------------------|
//	tracked  |=========|          |=======================|
//	spasms     x   x  x             x     x  x        x
//	intervals  |-->|->|             |---->|->|------->|      none across the gap
//
// # Rates and their uncertainty
//
// n events in T minutes make a rate n/T. How far chance alone could have moved
// it is told by the exact interval for a Poisson count (Garwood, Biometrika
// 1936;28:437), from quantiles of the chi-squared distribution:
//
//	lo = χ²(0.025; 2n) / 2T        (0 when n = 0)
//	hi = χ²(0.975; 2n+2) / 2T
//
// With no spasm in three minutes the rate is 0 with an upper bound of
// 3.69/3 = 1.2 a minute: a short quiet film does not show a quiet face. The
// interval takes events to come independently. Spasms come in attacks, so the
// figure of another ten minutes can differ by more than it says.
//
// Shares (brow lift, bilateral overlap) carry Wilson's score interval (Wilson,
// J Am Stat Assoc 1927;22:209), which stays within 0..1 and is honest for few
// events. A median carries the interval between two order statistics whose
// binomial probability is at least 0.95; it needs six values.
//
// # Sizes and their uncertainty
//
// Sizes puts behind the size of each region's part in an event the interval in which
// the true size lies 95 times in 100. It is a model of the errors that sizes were seen
// to have on faces whose true sizes are known, and an estimate: the true size lies
// around gain·m, with Student's t distribution of 4 degrees of freedom and the scale
//
//	√(1 + 1/groups) · √(sd² + (share·m)² + floor²)
//
// for a size of m mm and the trace's own standard deviation sd. The numbers stand in
// sizes.json, each row with a source and a tag; docs/sizes.md shows how often the
// intervals hold the truth of faces that were left out of the fit. A region that reads
// short has an interval that lies mostly above its size. Sizes themselves stay as they
// were read.
//
// # Rhythm
//
// Intervals run from onset to onset on one side. Their coefficient of variation
// (standard deviation over mean) is near 0 for a metronome and near 1 for
// events at random; below about 0.3 they count as regular. A rate that slowly
// rises or falls inflates it, so regularity uses neighbors only, by the
// measure CV2 of Holt and others (J Neurophysiol 1996;75:1806):
//
//	CV2 = mean of 2·|I(k+1) − I(k)| / (I(k+1) + I(k))
//	regularity = 1 − CV2, not below 0
//
// which is 1 for a metronome and 0 on average for events at random.
//
// # Burden
//
// Burden is the length of the union of all spasms divided by the usable time:
// two spasms at once are one stretch of time. The tonic fraction is the part of
// that union that lies in holds of a second or more.
//
// # Sides
//
// Laterality is (R−L)/(R+L) of the spasm counts: +1 all right, −1 all left. The
// side is "both" when the side with fewer has at least a fifth of them.
// Bilateral overlap is the share of spasm events that began within 67 ms of one
// on the other side (two frames at 30 a second), near 0 where the two sides
// take turns. The lagging side of a blink or of a smile is not a spasm and
// never enters.
//
// # What the trace adds
//
// Watch looks at the trace besides the events. At rest, between movements, it
// measures how far each eye is open and how high each corner of the mouth
// stands: a contracture after a palsy shows as a difference. Landmarks may be
// off on one side of a face by half a millimeter or so, which the intervals
// hold. Into the spasms it looks for single jerks: a run of even ones
// (intervals that hardly vary) is not the uneven firing of a facial nerve. Between
// larger movements it looks for fine movement that keeps on, by spectra. And it
// measures when both eyes were shut without being asked to, whatever the detector
// calls it, and counts closures of half a second or more (a blink takes 0.1 to 0.4 s)
// and three or more in a row. An eye that looks down is as narrow as a shut one, but
// iris and lashes show between its lids instead of lashes alone.
//
// # Missing
//
// What could not be had is nil: no median without events, no interval
// statistics from one event, no rate at rest without a rest.
package measure
