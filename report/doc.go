// Package report turns an analysis into what people and programs get.
//
//	analysis.json   everything, by the contract facialis.analysis/1
//	report.html     one page and a folded appendix, with no need of a network
//	events.csv      one row per event           (spreadsheets)
//	regions.csv     one row per region's part in an event
//	seen.csv        one row per region and side: how long it was seen, and how fine
//	trace.parquet   one row per frame, in mm      (statistics programs)
//	candidates.parquet  one row per movement that was looked at and is no event
//	annotated.mp4   the recording with the events drawn in, when asked for
//
// # The contract
//
// [Analysis] is the contract; schema/analysis.schema.json says the same as a
// JSON Schema, and a test holds a full analysis to it. Names are never changed,
// only added. JSON knows no NaN: where a number may be missing its field is a
// pointer and becomes null, and a NaN behind such a pointer, or anywhere in the
// parameters or the assessment, becomes null too. A NaN in a field that must be
// there is an error that names the field.
//
// # Which clock
//
// Times count from the first picture and run as the person was filmed:
// analysis.json, events.csv, regions.csv, trace.parquet, the page, EDF+ and FHIR.
// The annotated video and the stills are made so that their own clock is this one.
// ELAN and BORIS play the file itself. Its clock may stand at 0.8 s when the first
// picture comes, or run slower than the filming did, so what is written for them
// goes through [AtFileClock], and package validate goes back by the clock in
// analysis.json.
//
// # Sides that cannot be told
//
// Where nobody knows whether a recording is mirrored, or which way up the face
// stands, the person's own right and left cannot be told apart: see
// [Analysis.SideKnown]. Events, their regions and the measures then say "unknown",
// figures of one side are left out, and the warning side_unknown says why. The
// trace (trace.parquet, the signals of EDF+) and tracking.noise_mm keep one column
// a side all the same. Their "right" is then what would be the person's right if
// the picture were upright and not mirrored. Nobody may read a side from it.
//
// Every file is written beside its place under another name and renamed when
// complete, so that a reader, or a run that was stopped, never leaves half a
// file under its final name.
//
// # The page
//
// The page begins with one printed page for a clinician: who, which recording, the
// impression, the timeline, up to three pictures, the change since the last recording,
// and what could not be seen. How much stands there is bounded, so that it stays one
// page on A4 and on Letter. Everything else is the appendix, which the page folds and
// [ForPrint] leaves out or opens. Both take their figures and their trust from the
// same functions.
//
// The appendix speaks to the person who was filmed, in short sentences, and says
// what was seen, never what they have. Every figure comes with how sure it is.
// It is drawn from three things: the analysis, the trace (for the curves) and
// the stills (for the pictures). Curves are thinned to at most 2000 points a
// line by keeping each stretch's smallest and largest value, so that a twitch
// of one frame in an hour still shows as a spike:
//
//	frames  . . . | . . | . . .      4 of 100 frames lie off the line
//	mean    ------=-----=------      and vanish in a mean
//	min–max _____|_____|______       but not here
//
// Pictures of the page are SVG with a title and a description for those who
// listen to a page; kinds of event differ by height and pattern as well as by
// color. Its words are in the catalog (package words), under keys that begin with
// "report."; words.go says numbers and names in the reader's language.
//
// The first page is put together in sheet.go, from what was recorded (sheet_facts.go),
// what was found (impression.go), how far it can be trusted (trust.go) and how it
// changed (sheet_change.go); html.go has the appendix.
package report
