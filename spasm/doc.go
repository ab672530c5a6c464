// Package spasm says what happened: it turns the trace of a face into events,
// each with a side, regions, a form, a kind and a trigger.
//
// # From a trace to movements
//
// A movement is one excursion of one region beyond its noise. One-sided ones
// are sought in the right-minus-mirrored-left signal d of each region, where
//
//	threshold = max(5·noise, floor) + 1.3·common + head
//
// common is how much both sides move at the time (a mouth that talks is never
// quite even), head grows with how fast and how far the head turns. The side is
// the one that moved; the other must have moved less than 0.6 of it. Onset and
// offset are where the movement passes a tenth of its peak above its foot,
// between frames.
//
// Picture two seismographs, one for each half of the face. A needle that swings
// alone is a candidate for a spasm; two that swing together are a blink, a smile
// or a brow raise.
//
// # From movements to events
//
// Movements of one side less than a quarter of a second apart are one event; a
// movement that goes on through a pause of a region that moves further makes no one
// of two. Of regions that share skin, one that moves less than 0.45 of its
// neighbour, or aside from its own action, only follows it. The lead is the region
// that began first (within 50 ms the eye, then the cheek, then the largest). The form is twitch (one excursion), clonic (several) or tonic (held
// at least 1 s above half the peak; the 1 s is the cut of the Jankovic scale,
// Jankovic & Orman 1987).
//
// Kinds, in order:
//
//	blink       both lids, short, standing out of what lies around, or between
//	            open eyes and a look down
//	voluntary   both sides together, or one side in a task that asked for it
//	synkinesis  one-sided, starting and rising with blinks or with a class of
//	            voluntary movements in at least half of at least three of them,
//	            and three times as often as chance would have it, in another
//	            region than the one that moves most
//	other       too faint, too slow (half the peak later than 0.3 s), further than
//	            a muscle goes, begun at the rim of the face, no more than what the
//	            head's turn leaves over, or tangled up with what both sides do,
//	            together or right beside left
//	spasm       the rest: one-sided, quick, not asked for
//
// Spasms less than 0.5 s apart are one episode, episodes less than 10 s apart
// one attack.
//
// # Long recordings
//
// Beyond 20 minutes at 30 frames a second movements are sought in stretches that
// overlap and are joined at a moment without movement. What has to be known of the
// whole (noise floors, the usual blink, locks) is known of the whole, so the events
// are the same.
package spasm
