// Package work does what takes long or touches more than one store: it takes
// films in, has them analysed, hands out what was found, and deletes. The HTTP
// handlers call it; it calls the instrument.
//
// # What lies where
//
//	films/<recording>/original            as handed in, byte for byte
//	films/<recording>/play                a copy that a browser plays and seeks
//	films/<recording>/<analysis>/…        analysis.json, trace.bin, mesh.bin, stills.json, trace.parquet, …
//	uploads/<upload>                      on its way in
//
// An analysis is written into a folder of its own and takes effect when the
// recording's row names it, so that a process that dies leaves either the former
// analysis or the new one. Folders that no row names are removed at the start.
//
// # How many at once
//
// One analysis keeps about two cores busy (decoding, the mesh and the movement
// work beside each other: docs/speed.md), so half as many run at once as there
// are cores.
package work
