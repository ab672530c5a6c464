// Package agreement says how well raters agree: with each other, with
// themselves on another day, and with the program. It is what a study of
// reliability prints.
//
// # What is compared
//
// A [Rating] is one rater's look at one film: events marked on the time line and
// scales filled in. [Analyze] takes all ratings of a study and, where there are,
// the program's events of the same films.
//
// # Figures
//
//	ICC(2,1)         amounts (events a minute, sums of scales) over films and raters,
//	                 absolute agreement, single rating; interval by Shrout and Fleiss
//	weighted kappa   items of scales, for each pair of raters; interval by the
//	                 large-sample error of Fleiss, Cohen and Everitt
//	events           share of events that both of a pair marked,
//	                 2·both/(2·both + only one + only the other), matched as package
//	                 validate does; interval by drawing films again
//	Bland–Altman     mean difference and 95 % limits, both with intervals by Student's t
//	test–retest      ICC(2,1) of a rater's first and second look, pooled; the error of
//	                 measurement sw = √(Σd²/2n) with an interval by χ²; the smallest
//	                 detectable change 1.96·√2·sw
//
// Films that one of those compared has not rated are left out of the figure, and
// each figure says of how many films it is. What cannot be computed is nil: too few
// films, or nothing that varies.
//
// # Scales
//
// The scales are data: one file each in scales/, with items, levels and source. The
// levels are written in our own short words; who rates for a study should know the original.
//
//	Shrout PE, Fleiss JL (1979) Psychol Bull 86:420–428
//	Cohen J (1968) Psychol Bull 70:213–220
//	Fleiss JL, Cohen J, Everitt BS (1969) Psychol Bull 72:323–327
//	Bland JM, Altman DG (1986) Lancet 327:307–310; (1996) BMJ 313:744
//	Light RJ (1971) Psychol Bull 76:365–377
package agreement
