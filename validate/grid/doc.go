// Package grid finds out how small a spasm may be and still be seen, and how
// often one is seen that is not there.
//
// # The design
//
// A [View] is a way of seeing a face: picture size, frame rate, sensor noise,
// skin. Under every view one phantom is drawn in which each region twitches at
// each amplitude, in random order, on alternating sides, amid blinks and head
// sway; under some views a face at rest and one that talks and smiles are drawn
// besides, where every spasm reported is false. A [Method] looks at each video
// at several sensitivities, from bold to shy. Its events are matched with the
// truth (package validate): same side, onsets no more than 0.2 s apart.
//
// # The curves
//
// At one sensitivity, the share found rises with amplitude from 0 to 1. It is
// made monotone by pooling adjacent violators (isotonic regression, Ayer et al.
// 1955), and where it crosses ½ and 0.9, between two drawn amplitudes, is read
// off on a logarithmic axis:
//
//	1 |            __•      A50: half are found
//	  |       __•–´         A90: nine of ten are found
//	½ |    .•´
//	0 |•–´_________ mm
//	       A50   A90
//
// Each sensitivity gives one point (false spasms a minute, A50 or A90); all
// sensitivities together give a method's curve, and of two methods the better
// one has its curve nearer to the corner. A method is thus never judged by the
// threshold that its author happened to choose.
package grid
