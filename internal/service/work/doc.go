// Package work does what takes long or touches more than one store: it takes
// films in, has them analyzed, hands out what was found, and deletes. The HTTP
// handlers call it; it calls the instrument.
//
// # What lies where
//
//	films/<recording>/original            as handed in, byte for byte
//	films/<recording>/play                a copy that a browser plays and seeks
//	films/<recording>/<analysis>/…        analysis.json, trace.bin, mesh.bin, stills.json, trace.parquet, …
//	uploads/<upload>                      on its way in
//	incoming/<id>                         an archive that is being read
//	lost/…                                what no row names
//
// An analysis is written into a folder of its own and takes effect when the
// recording's row names it, so that a process that dies leaves either the former
// analysis or the new one.
//
// # What a start removes
//
// Only what the program was deleting (its key is in the table trash) or writing
// (the folder holds a file named unfinished). Everything else that no row names
// is moved to lost/, because the database may be the wrong one.
//
// # How many at once
//
// One analysis keeps about two cores busy (decoding, the mesh and the movement
// work beside each other: docs/speed.md), so half as many run at once as there
// are cores.
package work
