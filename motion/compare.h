// How a patch of skin in a picture stands against its template: the sums that
// one step of registration needs. See patch.go for what becomes of them.
#ifndef FACIALIS_COMPARE_H
#define FACIALIS_COMPARE_H

#include <stdint.h>

// Sums over a patch: of its values v, of their squares and of their products
// with the template t and with its gradients x and y.
typedef struct { float v, vv, vt, vx, vy; } facialis_moments;

// Where the samples lie: the first one, the step along a row (u) and down a
// column (v), in 16.16 fixed point.
typedef struct { int32_t x, y, ux, uy, vx, vy; } facialis_lattice;

// facialis_compare reads n × n samples of the picture, whose rows are w bytes
// apart, bilinearly, and holds them against n × n values each of t, gx and gy.
// Every sample has to lie at least two pixels inside the picture.
facialis_moments facialis_compare(const uint8_t *pix, int32_t w, facialis_lattice l,
                                  const float *t, const float *gx, const float *gy, int32_t n);

// The same for processors of every kind, to hold the other against.
facialis_moments facialis_compare_plain(const uint8_t *pix, int32_t w, facialis_lattice l,
                                        const float *t, const float *gx, const float *gy, int32_t n);

// What is searched for, and how: see patches.findGo in patch.go.
typedef struct {
	int32_t r;                    // half the patch's side
	float inv[3], norm, self[2];  // what follows from the template
	float a[4];                   // from template to picture, row by row
	float x, y;                   // where to begin
	int32_t iterations;           // steps at most
	float longest;                // step in each direction
	float least_gain, most_gain;  // change of the light that is believed
	float near, left, first_shrink; // squares of what decides when to stop
} facialis_search;

// A place in the picture and the likeness to the template there, 0 where lost.
typedef struct { float x, y, like; } facialis_place;

// facialis_find seeks a template in a picture of w × h pixels.
facialis_place facialis_find(const uint8_t *pix, int32_t w, int32_t h, facialis_search s,
                             const float *t, const float *gx, const float *gy);

// The same for processors of every kind, equal bit by bit to the twin in Go.
facialis_place facialis_find_plain(const uint8_t *pix, int32_t w, int32_t h, facialis_search s,
                                   const float *t, const float *gx, const float *gy);

// facialis_halve fills w × h pixels with the means of 2 × 2 pixels each, rounded.
// Rows lie src_w and dst_w bytes apart.
void facialis_halve(const uint8_t *src, int32_t src_w, uint8_t *dst, int32_t dst_w, int32_t w, int32_t h);

// The side of the blocks of which facialis_changes tells, px.
enum { FACIALIS_BLOCK = 8 };

// facialis_changes compares across × down blocks of the picture, every so many pixels
// one, with those in before, and leaves the new ones there. out says of each block by
// how much its pixels differ in all, without what they differ by alike.
void facialis_changes(const uint8_t *pix, int32_t w, int32_t across, int32_t down, int32_t every, uint8_t *before, int32_t *out);

#endif
