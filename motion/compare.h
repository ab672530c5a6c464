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

#endif
