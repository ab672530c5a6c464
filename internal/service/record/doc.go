// Package record is what the service keeps: people, their recordings, what was
// answered and noted, and what a person who looked at a recording said of its
// events. It holds the words and the rules; it knows no database and no HTTP.
//
// # Corrections
//
// What the program found in a recording is never changed. What people say about
// it is a list to which lines are only ever added; the events that count are
// computed from both:
//
//	machine's events ─┐
//	                  ├─ [Events] ─► events with a status each
//	corrections ──────┘
//
// confirm, reject, move and relabel speak of one event, add makes a new one, and
// undo takes back the latest line that has not been taken back. A rejected event
// stays in the list with its status; [Counted] leaves it out.
//
// # Diary
//
// Entries are written on a telephone that may be offline for days. Each has an
// id made there, and the server's number of the state that was changed. Of two
// states the one that the server received later holds, whatever the devices'
// clocks say; a state that was changed elsewhere meanwhile is kept beside it
// ([Entry.Follow]) and shown until somebody chooses.
package record
