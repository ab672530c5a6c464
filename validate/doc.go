// Package validate says how well two accounts of the same recording agree: a
// result and the truth of a drawn face, a result and a person's marks, or the
// marks of two people.
//
// # Who is compared
//
// An [Annotation] is one account: events with a kind, a time and, as far as the
// rater says, a side, a form, regions and sizes. [Read] takes it from a
// phantom's truth.json, an analysis.json, CSV, ELAN or BORIS. What a rater does
// not say is unknown, and unknown is not held against anybody.
//
// # Which clock
//
// analysis.json, truth.json and CSV count from the first picture. ELAN and BORIS
// play the file, whose own clock may stand elsewhere then, or run slower. Where
// one of a pair is of these and the other is an analysis.json, the former's times
// are moved by the clock that the latter tells.
//
// # How events are paired
//
// Picture two rows of blocks on one time axis, truth above and result below. A
// line may join a block above with one below when they overlap, or when their
// onsets lie within the tolerance (0.1 s). [Match] draws as many lines as
// possible with at most one at each block, and among all ways to do so the one
// whose blocks lie best on each other (intersection over union, closeness of
// onsets, same side), by the Hungarian method within each knot of blocks.
// Joined blocks are found (tp), lone ones above are missed (fn), lone ones
// below are false (fp):
//
//	precision = tp/(tp+fp)   recall = tp/(tp+fn)   F1 = 2tp/(2tp+fp+fn)
//
// Lines are drawn within one kind for the scores, and again across kinds for
// the table of confusions.
//
// # What is uncertain
//
// Proportions carry Wilson's score interval, F1 the same interval carried
// through F1 = 2J/(1+J) of the shared fraction J = tp/(tp+fp+fn), rates Garwood's
// exact Poisson interval, sizes Bland and Altman's limits of agreement. [Kappa]
// is Cohen's, frame by frame on each side; [ICC21] is Shrout and Fleiss's ICC(2,1)
// of the events a minute over many recordings.
//
//	Wilson EB (1927) J Am Stat Assoc 22:209–212
//	Newcombe RG (1998) Stat Med 17:857–872
//	Garwood F (1936) Biometrika 28:437–442
//	Bland JM, Altman DG (1986) Lancet 327:307–310
//	Cohen J (1960) Educ Psychol Meas 20:37–46
//	Shrout PE, Fleiss JL (1979) Psychol Bull 86:420–428
package validate
