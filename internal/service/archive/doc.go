// Package archive takes everything about one person out as a zip and brings it
// back in, in this data folder or another.
//
//	README.txt                      what is what, for people
//	person.json  fhir.json          who it is; everything as a FHIR R4 bundle
//	answers.json  answers.csv       the interview
//	diary.json                      every entry, deleted ones as well
//	days.csv  attacks.csv  treatments.csv  visits.csv
//	recordings.json  recordings.csv
//	recordings/<id>/original.mp4    the film as handed in, byte for byte
//	recordings/<id>/analysis.json   what the program found, untouched
//	recordings/<id>/trace.bin mesh.bin stills.json trace.parquet
//	recordings/<id>/marks.json        what people marked in other programs and as raters of studies
//	recordings/<id>/corrections.json  every correction ever made, by whom and when
//	recordings/<id>/corrections.csv events.csv   the events as they stand
//	manifest.json                   the form's version; length and SHA-256 of each file
//
// JSON is what is read back; the tables, the bundle and the Parquet file are for
// other programs and are made again here from the rest. Films on their way in and
// accounts are not in it.
//
// # Out
//
// [Prepare] gathers what can fail, [Export.Write] streams it: nothing is kept on
// disk, and the manifest comes last since the sums are known only then. A zip
// that broke off has no directory and is refused when it is read.
//
// # In
//
// A zip comes from anywhere, so nothing in it is believed. Names are never used
// as names of files: the program looks up the ones that it wants. [Open] holds
// the container to what this package writes (number and size of files, their
// ratio, no links, no folders, no two names that differ in case alone, all of it
// in the manifest and nothing else). [Read] checks every value by the rules that
// hold for what is typed in. Every file is read to its end and must have the
// length and the sum that the manifest says, before a row is written. Then
// work.Bring writes everything or nothing.
//
// Somebody who is here already is refused ([work.ErrHere]) rather than merged: two
// histories of one person are nothing that a program can join. [Contents.Renew]
// gives everything new ids, so that they can stand beside each other.
//
// Who made a correction is told by the zip; the audit log says who brought it in.
package archive
