// Package night says what a face did while its owner lay in bed: when the person was
// probably asleep, what was seen of each side by the hour, and how often spasms came
// asleep and awake.
//
// # What a camera knows of sleep
//
// It sees lids and movement. So a night is cut into blocks of half a second, each of
// which knows whether the lids are open, shut or not seen and whether anything moved
// ([Block]), and [States] joins them:
//
//	awake     the lids are open
//	asleep    the lids have been shut for at least 20 s and nothing moved for long;
//	          reported as "probably asleep", from the moment the lids closed
//	unknown   all else: "cannot be told"
//
// The longer somebody lies still with shut lids, the likelier it is sleep:
//
//	certainty = 1 − ½·exp(−d/τ),  τ = 300 s
//
// for the length d of the stretch. Both numbers are conventions of this program, not
// measurements on sleepers: who lies awake with shut eyes and keeps still looks asleep
// to every camera. There are no sleep stages: they are in the brain's waves.
//
// # Joints
//
// A film may be joined of several, or the camera was moved or its lamp switched on
// between two pictures (video.Frame.Joint). From there on everything is measured and
// learned again: the head, its rest, the noise, how far the eyes open. Lids that are shut
// before and after make no one sleep, and nobody wakes at a joint.
//
// # Closed lids
//
// A closed lid has no aperture to lose, so what the lids' channel says while they are
// shut is noise of a network that looks for an eye. [Mask] takes it out, and with it
// everything that it would have become: blinks and closures of a sleeper. In its place
// stands how far the line of the closed lids is off its rest, where package pipeline
// could follow it ([ClosedLid]).
//
// # What a slow camera misses
//
// At 15 pictures a second a twitch of a tenth of a second is in one or two pictures.
// [Correct] says which share of the twitches that 25 to 30 pictures a second show is
// found at fewer, measured on traces of filmed people and of heads with every second
// or third picture left out, one person at a time held out.
//
// # Asleep over awake
//
// The ratio of the two rates has an exact interval (signal.RateRatio): given the
// total, the count asleep is binomial. Both rates are over the time in which at least
// one side was seen. The share that a slow camera misses is the same in both and
// cancels.
package night
