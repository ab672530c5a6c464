// Package boris writes an analysis for BORIS, the program in which behavior is
// coded from films: as a project (.boris), which BORIS opens with the film, and
// as its tabular export (CSV), which statistics scripts written for BORIS read.
//
// # How events become codings
//
//	subject      right, left, both: the person's own side
//	behavior    spasm, synkinesis, blink, voluntary, other;
//	             "task smile" … for what was asked for
//	modifiers    form | leading region ("None" where not known)
//	comment      how far, what set it off, how certain, the event's number
//
// Every behavior is a state event, two rows: its start and its stop. BORIS
// allows no overlap of one behavior in one subject; what would overlap is
// coded as "spasm 2". Times are seconds with three decimals, by the
// file's own clock, as BORIS plays it: see [report.AtFileClock].
//
// Package validate reads both files back.
//
// Source: the project files and exports of BORIS 9 (Friard O, Gamba M (2016)
// Methods Ecol Evol 7:1325–1330), format 7.0.
package boris
