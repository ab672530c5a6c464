// Package spasm says what happened: it turns the trace of a face into events,
// each with a side, regions, a form, a kind and a trigger.
//
// # From a trace to candidates
//
// A movement is what one side does beyond the other: right minus mirrored left, or
// the side by itself where the other is not seen. Each region and side is searched in
// three bands: quick (less its median within ±0.75 s), medium (less its median within
// ±2 s) and held. The noise that a movement is held against is local, of the same
// band, taken of half-second blocks apart from the movements, and bounded by what the
// calmer side shows: who has strong or many spasms does not raise the threshold for
// them.
//
//	sd        = √(noise² + (share · common)²)
//	candidate = excess > K · sd and > floor
//
// common is what the other side does the same way at the time. In a blink the lids
// are held against how unevenly this person usually blinks. Onset and offset are where
// the movement passes a tenth of its peak above its foot, between frames.
//
// Picture two seismographs, one for each half of the face. A needle that swings
// alone is a candidate for a spasm; two that swing together are a blink, a smile
// or a brow raise.
//
// # From candidates to events
//
// Movements of one side less than a quarter of a second apart are one event if they
// are about as clear and, in different regions, last about as long. What one region does
// without a pause is a rival of such a chain, and the score chooses. The region that
// began first leads; of those that began within 50 ms the one that moves most, and the
// others are tied with it. The form is twitch (one excursion), clonic (several) or
// tonic (held at least 1 s above half the peak; the 1 s is the cut of the Jankovic
// scale, Jankovic & Orman 1987).
//
// A few gates close what is no contraction of this face that anybody saw. Everything
// else is a term of one additive score ([Features], [Model]), fitted by make fit on
// labeled recordings and judged on people held out. No feature is a region or a side,
// and no movement is refused for being large: whether a forehead leads, or both sides
// twitch at once, is found and not expected. What scores below the operating point
// stays a candidate ([Find]). [Rules] lists all of it; docs/detector.md has the
// figures.
//
// Kinds:
//
//	blink       both lids, short, standing out of what lies around, or between
//	            open eyes and a look down
//	voluntary   both sides together, or one side in a task that asked for it
//	synkinesis  one-sided, starting and rising with blinks or with a class of
//	            voluntary movements in at least half of at least three of them,
//	            and three times as often as chance would have it, in another
//	            region than the one that moves most; or a lid that closes twice as
//	            far as the other with the mouth's movements
//	other       what a gate closes although it scores high enough
//	spasm       the rest: one side contracts, and nobody asked for it as far as
//	            the trace shows
//
// Spasms less than 0.5 s apart are one episode, episodes less than 10 s apart
// one attack.
//
// # Long recordings
//
// Beyond 20 minutes at 30 frames a second movements are sought in stretches that
// overlap and are joined at a moment without movement. What has to be known of the
// whole (noise, the usual blink, locks) is known of the whole, so the events are the
// same.
package spasm
