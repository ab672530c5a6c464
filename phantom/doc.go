// Package phantom draws videos of a face whose every movement is known: the
// instrument's test object.
//
// # The idea
//
// A gauge block tells whether a micrometer is right. A phantom is the gauge
// block of this instrument: a face drawn by the program (nobody's likeness), on
// which a muscle pulls one patch of skin by, say, exactly 0.8 mm at exactly
// 3.217 s. What the instrument reports can then be held against what was drawn.
//
// # Coordinates
//
// The face lives on a sheet measured in millimetres. The origin lies between
// the eyes, x grows to the right of the picture (the person's own left), y
// grows downwards. The iris has a diameter of 11.7 mm (white-to-white
// 11.71 ± 0.42 mm in adults), the pupils are 63 mm apart, the palpebral
// aperture at rest is 10.1 mm, the mouth is 54 mm wide and the face measures
// 175 mm from the hairline to the chin.
//
// # From the sheet to the picture
//
// The sheet is painted once (skin with noise at several scales, pores, spots,
// folds, hairs). Every frame asks, for each pixel p of the camera, which point
// q of the sheet is seen there:
//
//	q = M⁻¹(H⁻¹(p))
//
// H is the head: turn, tilt, sway and breathing of the sheet bent over a
// smooth depth map z(x, y), seen in perspective from 0.7 m. M is the face's
// muscles: M(q) = q + Σ a_i(t)·f_i(q), where a_i is muscle i's pull in mm and
// f_i a smooth field of vectors whose length is exactly 1 at the muscle's patch
// (see [PatchOf]). Both are inverted by fixed-point iteration on a grid finer
// than any of the fields, and the sheet is read with bilinear interpolation:
// nothing snaps to pixels, so a pull of 0.1 mm moves the skin by 0.1 mm.
//
// # Lids and lips
//
// Two slits tear the sheet. The lids are curves over a painted eyeball: with
// aperture a(t) and profile P(x) (1 at the middle, 0 at the corners), the upper
// margin lies at y_lower(x) − a(t)·P(x), so the aperture is exact and the eye
// is shut exactly when a = 0. The skin of the lid follows its margin. The lips
// part where the fields that act on the lower lip and jaw alone differ from
// those that act on both.
//
// # A spec
//
// A spec is a short YAML file; what it leaves out has a default, and what it
// misspells is an error. Its fields are those of [Spec]; the built-in presets
// are specs too, each with the source of its figures.
//
//	seconds: 20
//	seed: 7
//	person: {skin: 4, age: 62, beard: 0.5, glasses: true}
//	camera: {width: 1280, height: 720, fps: 60, noise: 2, crf: 23}
//	events:            # at given times
//	  - {at: 3, side: right, regions: [{region: depressor, mm: 1.5}]}
//	generators:        # at random times
//	  - side: right
//	    rate_per_min: 12
//	    forms: {twitch: 0.6, clonic: 0.3, tonic: 0.1}
//	    regions:
//	      - {region: orbicularis_oculi, mm: 2.5, sd: 0.3}
//	      - {region: zygomaticus, mm: 1.5, lag_ms: 15, share: 0.9}
//	tasks:             # what the person is asked for, with its movements
//	  - {task: smile, from_s: 10, to_s: 20, every_s: 5}
//
// Generated events keep 0.8 s away from each other and blinks 0.3 s, so that
// each can be told from its neighbours. The same spec and seed give the same
// bytes with the same ffmpeg.
//
// # What the truth says
//
// [Truth] holds the events by the contract of facialis.analysis/1 and, for
// every frame's exact time, each muscle's displacement. For orbicularis oculi
// the displacement is the drop of the palpebral aperture (fall of the upper
// margin plus rise of the lower one) in mm; for every other region it is the
// displacement of the skin at the muscle's patch by this muscle alone, mm (of
// the lips: outwards and up in a spasm, towards the midline in a pucker). An
// event begins when the first of its muscles exceeds 10 % of its own pull
// (event.FootShare) and ends when the last one falls below that.
//
// A peak is the largest displacement of the skin at the patch, along the
// muscle's direction, at any frame's time: what the pictures hold. It counts
// the event's other muscles of that side too, whose fields reach the patch: a
// corner that goes 3 mm carries the lip beside it 0.9 mm along.
//
// Which movements of one side are one train, what form it has, and which spasms
// are one episode or one attack, package event says, here as everywhere else.
package phantom
