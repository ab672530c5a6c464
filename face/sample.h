// A turned square of a picture as a network's input. See crop.go for what is
// sampled and why.
#ifndef FACIALIS_SAMPLE_H
#define FACIALIS_SAMPLE_H

#include <stdint.h>

enum {
	facialis_max_side = 256, // of a crop, pixels
	facialis_max_patch = 36, // luma samples a pixel
};

// What is to be sampled. Places are in pixels of the luma plane, 16.16 fixed
// point; color factors are ×2¹⁶.
typedef struct {
	int32_t w, h;                            // the picture's size
	int32_t n;                               // the crop's side, even
	int32_t dx, dy;                          // the step along a row; down a column it is −dy, dx
	int32_t samples;                         // luma samples a pixel: 1 is bilinear, more are a mean
	int32_t patch[facialis_max_patch];       // where they lie from the pixel, as offsets in the plane
	int32_t share;                           // what each of them counts (×2¹⁶)
	int32_t reach;                           // how far they lie from the pixel at most, pixels
	int32_t y, y_off, rv, gu, gv, bu;        // from YCbCr to RGB
	float scale, shift;                      // of what is stored
	int32_t starts[facialis_max_side / 2][2]; // the first pixel of every second row
} facialis_crop;

// facialis_sample fills dst with n × n values of red, then of green, then of
// blue. The luma plane has w × h bytes, the chroma planes half of both, rounded
// up; nothing beyond their ends is read.
void facialis_sample(const facialis_crop *c, const uint8_t *y, const uint8_t *cb, const uint8_t *cr, float *dst);

// The same for processors of every kind, to hold the other against.
void facialis_sample_plain(const facialis_crop *c, const uint8_t *y, const uint8_t *cb, const uint8_t *cr, float *dst);

#endif
