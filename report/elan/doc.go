// Package elan writes an analysis as an annotation document of ELAN (.eaf, EAF
// 3.0), the program in which linguists and movement scientists mark films by
// hand.
//
// # Tiers
//
//	spasm-right  spasm-left  spasm-both      one tier a kind and side
//	synkinesis-…  blink  voluntary  other
//	task                                     what was asked for
//	quality                                  where the figures deserve less trust
//
// Annotations of one tier may not overlap; what would, goes to a second tier of
// the same name ("spasm-left 2"). An annotation says what an event is:
//
//	spasm left twitch, zygomaticus, 1.50 mm
//
// and package validate reads these words back, so that a film that was marked
// by hand and one that was analyzed are compared in the same form. What does
// not belong into that sentence (the event's number, its trigger, the other
// regions, its certainty) hangs below it in a tier "… details", as ELAN's
// symbolic association.
//
// Who marks the same film by hand adds a tier "rater:<initials>"; validate then
// takes that tier for the rater's word.
//
// ELAN plays the file itself, so times are those of the file's own clock: see
// [report.AtFileClock].
//
// ELAN counts whole milliseconds and wants each annotation at least one long.
//
// Source: the EAF 3.0 schema of the Max Planck Institute for Psycholinguistics,
// http://www.mpi.nl/tools/elan/EAFv3.0.xsd
package elan
