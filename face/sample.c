//go:build cgo

#include "sample.h"

// A product must be rounded before it is added, as in Go.
#pragma STDC FP_CONTRACT OFF

typedef struct {
	const uint8_t *y, *cb, *cr;
} planes;

// What a place's chroma adds to red, green and blue (×2¹⁶).
typedef struct {
	int32_t r, g, b;
} tint;

static inline int32_t clamp(int32_t v, int32_t least, int32_t most) {
	return v < least ? least : v > most ? most : v;
}

// product is v·m / 2⁸, rounded down; v·m alone may not fit 32 bits.
static inline int32_t product(int32_t v, int32_t m) {
	return (int32_t)((int64_t)v * m >> 8);
}

static inline int32_t mix(int32_t a, int32_t b, int32_t f) {
	return a * 256 + f * (b - a);
}

// edge_luma is the outermost pixel (×256) for a place less than half a pixel
// outside, and -1 for one farther out.
static int32_t edge_luma(const facialis_crop *c, const uint8_t *y, int32_t px, int32_t py) {
	if (px < -32768 || py < -32768 || px >= c->w * 65536 - 32768 || py >= c->h * 65536 - 32768)
		return -1;
	int32_t ix = clamp((px + 32768) >> 16, 0, c->w - 1), iy = clamp((py + 32768) >> 16, 0, c->h - 1);
	return y[iy * c->w + ix] * 256;
}

// luma is the picture's brightness (×256) at a place, -1 outside of it.
static inline int32_t luma(const facialis_crop *c, const uint8_t *y, int32_t px, int32_t py) {
	if (c->samples == 1) {
		int32_t ix = px >> 16, iy = py >> 16, fx = px >> 8 & 255, fy = py >> 8 & 255;
		if (ix < 0 || iy < 0 || ix >= c->w - 1 || iy >= c->h - 1)
			return edge_luma(c, y, px, py);
		const uint8_t *p = y + iy * c->w + ix, *q = p + c->w;
		return mix(mix(p[0], p[1], fx), mix(q[0], q[1], fx), fy) >> 8;
	}
	int32_t ix = (px + 32768) >> 16, iy = (py + 32768) >> 16;
	if (ix < c->reach || iy < c->reach || ix >= c->w - c->reach || iy >= c->h - c->reach)
		return edge_luma(c, y, px, py);
	const uint8_t *p = y + iy * c->w + ix;
	int32_t sum = 0;
	for (int32_t i = 0; i < c->samples; i++)
		sum += p[c->patch[i]];
	return sum * c->share >> 8;
}

// chroma_at is a chroma plane's value around 0 (×256): p, the sample right of it
// and the two below, by what each of them counts (×2¹⁶).
static inline int32_t chroma_at(const uint8_t *p, int32_t w, const int32_t *weights) {
	return ((weights[0] * p[0] + weights[1] * p[1] + weights[2] * p[w] + weights[3] * p[w + 1]) >> 8) - (128 << 8);
}

// chroma gives the tint at a place in pixels of the chroma planes, the nearest
// one where the place is outside of them. It reports whether it is inside.
static inline int chroma(const facialis_crop *c, planes f, int32_t x, int32_t y, tint *t) {
	int32_t w = (c->w + 1) / 2, h = (c->h + 1) / 2, ix = x >> 16, iy = y >> 16;
	*t = (tint){0};
	if (w < 2 || h < 2)
		return 0;
	int inside = ix >= 0 && iy >= 0 && ix < w - 1 && iy < h - 1;
	if (!inside) {
		ix = clamp(ix, 0, w - 2), iy = clamp(iy, 0, h - 2);
		x = clamp(x, 0, (w - 1) * 65536), y = clamp(y, 0, (h - 1) * 65536);
	}
	int32_t fx = (x - ix * 65536) >> 8, fy = (y - iy * 65536) >> 8, both = fx * fy;
	int32_t weights[4] = {65536 - fx * 256 - fy * 256 + both, fx * 256 - both, fy * 256 - both, both};
	int32_t u = chroma_at(f.cb + iy * w + ix, w, weights), v = chroma_at(f.cr + iy * w + ix, w, weights);
	t->r = product(v, c->rv);
	t->g = (int32_t)(-((int64_t)u * c->gu + (int64_t)v * c->gv) >> 8);
	t->b = product(u, c->bu);
	return inside;
}

static inline float stored(const facialis_crop *c, int32_t v) {
	return (float)clamp((v + 32768) >> 16, 0, 255) * c->scale + c->shift;
}

// block fills the 2 × 2 pixels from dst on, whose first lies at px, py.
static inline void block(const facialis_crop *c, planes f, int32_t px, int32_t py, float *dst) {
	const int32_t plane = c->n * c->n;
	int32_t mx = px + (c->dx - c->dy) / 2, my = py + (c->dy + c->dx) / 2; // its middle
	tint t;
	int inside = chroma(c, f, (mx - 32768) >> 1, (my - 32768) >> 1, &t);
	int far = !inside && (mx < -65536 || my < -65536 || mx > c->w * 65536 || my > c->h * 65536);
	for (int32_t i = 0; i < 4; i++) {
		int32_t right = i & 1, down = i >> 1;
		int32_t l = far ? -1 : luma(c, f.y, px + right * c->dx - down * c->dy, py + right * c->dy + down * c->dx);
		float *at = dst + right + down * c->n;
		if (l < 0) {
			at[0] = at[plane] = at[2 * plane] = c->shift;
			continue;
		}
		l = product(l - c->y_off, c->y);
		at[0] = stored(c, l + t.r);
		at[plane] = stored(c, l + t.g);
		at[2 * plane] = stored(c, l + t.b);
	}
}

// blocks fills the columns from x to end of two rows, whose first pixel lies at
// px, py.
static void blocks(const facialis_crop *c, planes f, int32_t px, int32_t py, int32_t x, int32_t end, float *row) {
	for (; x < end; x += 2)
		block(c, f, px + x * c->dx, py + x * c->dy, row + x);
}

void facialis_sample_plain(const facialis_crop *c, const uint8_t *y, const uint8_t *cb, const uint8_t *cr, float *dst) {
	for (int32_t j = 0; j < c->n; j += 2)
		blocks(c, (planes){y, cb, cr}, c->starts[j / 2][0], c->starts[j / 2][1], 0, c->n, dst + j * c->n);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

// STRETCH is how many columns of two rows are done together: 8 blocks.
enum { STRETCH = 16 };

// well_inside says that a stretch whose first pixel lies at px, py is nowhere
// nearer to the picture's edge than margin. Its places are linear in row and
// column, so the farthest of them lie in its corners.
static inline int well_inside(const facialis_crop *c, int32_t px, int32_t py, int32_t margin) {
	int32_t along_x = (STRETCH - 1) * c->dx, along_y = (STRETCH - 1) * c->dy;
	int32_t x0 = px + (along_x < 0 ? along_x : 0) - (c->dy > 0 ? c->dy : 0), x1 = px + (along_x > 0 ? along_x : 0) - (c->dy < 0 ? c->dy : 0);
	int32_t y0 = py + (along_y < 0 ? along_y : 0) + (c->dx < 0 ? c->dx : 0), y1 = py + (along_y > 0 ? along_y : 0) + (c->dx > 0 ? c->dx : 0);
	return x0 >> 16 >= margin && y0 >> 16 >= margin && x1 >> 16 < c->w - margin && y1 >> 16 < c->h - margin;
}

// gather8 reads four bytes from each place on; what is wanted are the first one or two.
AVX2 static inline __m256i gather8(const uint8_t *p, __m256i at) {
	return _mm256_i32gather_epi32((const int *)p, at, 1);
}

// pairs8 makes the two lowest bytes of each element 16-bit numbers.
AVX2 static inline __m256i pairs8(__m256i v) {
	const __m256i spread = _mm256_setr_epi8(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1,
	                                        0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1);
	return _mm256_shuffle_epi8(v, spread);
}

// product8 is product for eight, in two parts that fit 32 bits.
AVX2 static inline __m256i product8(__m256i v, int32_t m) {
	__m256i high = _mm256_mullo_epi32(v, _mm256_set1_epi32(m >> 8));
	__m256i low = _mm256_mullo_epi32(v, _mm256_set1_epi32(m & 255));
	return _mm256_add_epi32(high, _mm256_srai_epi32(low, 8));
}

AVX2 static inline __m256i offsets8(__m256i x, __m256i y, int32_t w) {
	return _mm256_add_epi32(_mm256_mullo_epi32(_mm256_srai_epi32(y, 16), _mm256_set1_epi32(w)), _mm256_srai_epi32(x, 16));
}

// fraction8 is the first 8 bits of each element's fraction.
AVX2 static inline __m256i fraction8(__m256i v) {
	return _mm256_and_si256(_mm256_srli_epi32(v, 8), _mm256_set1_epi32(255));
}

AVX2 static inline __m256i bilinear8(const facialis_crop *c, const uint8_t *y, __m256i px, __m256i py) {
	__m256i at = offsets8(px, py, c->w), fx = fraction8(px), fy = fraction8(py);
	__m256i weights = _mm256_or_si256(_mm256_sub_epi32(_mm256_set1_epi32(256), fx), _mm256_slli_epi32(fx, 16));
	__m256i top = _mm256_madd_epi16(pairs8(gather8(y, at)), weights);
	__m256i low = _mm256_madd_epi16(pairs8(gather8(y + c->w, at)), weights);
	__m256i between = _mm256_mullo_epi32(fy, _mm256_sub_epi32(low, top));
	return _mm256_add_epi32(top, _mm256_srai_epi32(between, 8));
}

AVX2 static inline __m256i mean8(const facialis_crop *c, const uint8_t *y, __m256i px, __m256i py) {
	const __m256i half = _mm256_set1_epi32(32768), byte = _mm256_set1_epi32(255);
	__m256i at = offsets8(_mm256_add_epi32(px, half), _mm256_add_epi32(py, half), c->w), sum = _mm256_setzero_si256();
	for (int32_t i = 0; i < c->samples; i++)
		sum = _mm256_add_epi32(sum, _mm256_and_si256(gather8(y + c->patch[i], at), byte));
	return _mm256_srai_epi32(_mm256_mullo_epi32(sum, _mm256_set1_epi32(c->share)), 8);
}

// is_near says that four pixels next to each other in a row of the crop take each
// of their luma samples from within 16 pixels of at most two rows.
static inline int is_near(const facialis_crop *c) {
	return c->w >= 16 && c->dx >= 0 && 3 * c->dx <= 15 << 16 && 3 * c->dy <= 1 << 16 && -3 * c->dy <= 1 << 16;
}

// mean8_near is mean8 for eight pixels from px, py on, where is_near. Instead of
// each sample by itself it reads two stretches of two rows, for four pixels each.
AVX2 static inline __m256i mean8_near(const facialis_crop *c, const uint8_t *y, int32_t px, int32_t py) {
	const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 0, 1, 2, 3);
	const __m256i step_x = _mm256_mullo_epi32(lane, _mm256_set1_epi32(c->dx)), step_y = _mm256_mullo_epi32(lane, _mm256_set1_epi32(c->dy));
	const int32_t up = c->dy < 0 ? 3 * c->dy : 0;
	px += 32768, py += 32768;
	const int32_t qx = px + 4 * c->dx, qy = py + 4 * c->dy; // the fifth pixel
	const int32_t p_row = (py + up) >> 16, q_row = (qy + up) >> 16;
	// Places from the beginning of their stretch.
	__m256i x = _mm256_add_epi32(_mm256_set_m128i(_mm_set1_epi32(qx & 0xffff), _mm_set1_epi32(px & 0xffff)), step_x);
	__m256i down = _mm256_add_epi32(_mm256_set_m128i(_mm_set1_epi32(qy - q_row * 65536), _mm_set1_epi32(py - p_row * 65536)), step_y);
	const __m256i second = _mm256_cmpgt_epi32(down, _mm256_set1_epi32(0xffff));
	const __m256i pick = _mm256_or_si256(_mm256_srli_epi32(x, 16), _mm256_set1_epi32((int32_t)0x80808000));
	const uint8_t *p = y + p_row * c->w + (px >> 16), *q = y + q_row * c->w + (qx >> 16);
	__m256i sum = _mm256_setzero_si256();
	for (int32_t i = 0; i < c->samples; i++) {
		const uint8_t *a = p + c->patch[i], *b = q + c->patch[i];
		__m256i first = _mm256_loadu2_m128i((const __m128i *)b, (const __m128i *)a);
		__m256i below = _mm256_loadu2_m128i((const __m128i *)(b + c->w), (const __m128i *)(a + c->w));
		sum = _mm256_add_epi32(sum, _mm256_blendv_epi8(_mm256_shuffle_epi8(first, pick), _mm256_shuffle_epi8(below, pick), second));
	}
	return _mm256_srai_epi32(_mm256_mullo_epi32(sum, _mm256_set1_epi32(c->share)), 8);
}

// chroma8 is chroma_at for eight.
AVX2 static inline __m256i chroma8(const uint8_t *p, int32_t w, __m256i at, const __m256i *weights) {
	const __m256i byte = _mm256_set1_epi32(255);
	__m256i top = gather8(p, at), low = gather8(p + w, at);
	__m256i sum = _mm256_add_epi32(
		_mm256_add_epi32(_mm256_mullo_epi32(weights[0], _mm256_and_si256(top, byte)),
		                 _mm256_mullo_epi32(weights[1], _mm256_and_si256(_mm256_srli_epi32(top, 8), byte))),
		_mm256_add_epi32(_mm256_mullo_epi32(weights[2], _mm256_and_si256(low, byte)),
		                 _mm256_mullo_epi32(weights[3], _mm256_and_si256(_mm256_srli_epi32(low, 8), byte))));
	return _mm256_sub_epi32(_mm256_srai_epi32(sum, 8), _mm256_set1_epi32(128 << 8));
}

typedef struct {
	__m256i r, g, b;
} tint8;

// tints8 is the tint of eight blocks, of which the first begins at px, py and
// each next one two steps farther.
AVX2 static inline tint8 tints8(const facialis_crop *c, planes f, int32_t px, int32_t py, __m256i step_x, __m256i step_y) {
	int32_t mx = px + (c->dx - c->dy) / 2 - 32768, my = py + (c->dy + c->dx) / 2 - 32768, w = (c->w + 1) / 2;
	__m256i x = _mm256_srai_epi32(_mm256_add_epi32(_mm256_set1_epi32(mx), _mm256_slli_epi32(step_x, 1)), 1);
	__m256i y = _mm256_srai_epi32(_mm256_add_epi32(_mm256_set1_epi32(my), _mm256_slli_epi32(step_y, 1)), 1);
	__m256i at = offsets8(x, y, w), fx = fraction8(x), fy = fraction8(y), both = _mm256_mullo_epi32(fx, fy);
	__m256i right = _mm256_sub_epi32(_mm256_slli_epi32(fx, 8), both), down = _mm256_sub_epi32(_mm256_slli_epi32(fy, 8), both);
	__m256i rest = _mm256_sub_epi32(_mm256_set1_epi32(65536), _mm256_add_epi32(both, _mm256_add_epi32(right, down)));
	const __m256i weights[4] = {rest, right, down, both};
	__m256i u = chroma8(f.cb, w, at, weights), v = chroma8(f.cr, w, at, weights);
	__m256i high = _mm256_add_epi32(_mm256_mullo_epi32(u, _mm256_set1_epi32(c->gu >> 8)), _mm256_mullo_epi32(v, _mm256_set1_epi32(c->gv >> 8)));
	__m256i low = _mm256_add_epi32(_mm256_mullo_epi32(u, _mm256_set1_epi32(c->gu & 255)), _mm256_mullo_epi32(v, _mm256_set1_epi32(c->gv & 255)));
	low = _mm256_srai_epi32(_mm256_sub_epi32(_mm256_setzero_si256(), low), 8);
	return (tint8){product8(v, c->rv), _mm256_sub_epi32(low, high), product8(u, c->bu)};
}

AVX2 static inline void store8(const facialis_crop *c, float *dst, __m256i v) {
	v = _mm256_srai_epi32(_mm256_add_epi32(v, _mm256_set1_epi32(32768)), 16);
	v = _mm256_min_epi32(_mm256_max_epi32(v, _mm256_setzero_si256()), _mm256_set1_epi32(255));
	_mm256_storeu_ps(dst, _mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(v), _mm256_set1_ps(c->scale)), _mm256_set1_ps(c->shift)));
}

// How luma is sampled: between pixels, or as a mean of samples that lie near each
// other or anywhere.
typedef enum { BILINEAR, NEAR, FAR } kind;

// stretch fills 16 columns of two rows from dst on, all of them well inside.
// kind is given by the caller so that each becomes a loop of its own.
AVX2 static inline void stretch(const facialis_crop *c, planes f, int32_t px, int32_t py, float *dst, kind kind) {
	const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), twice = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
	const __m256i step_x = _mm256_mullo_epi32(lane, _mm256_set1_epi32(c->dx)), step_y = _mm256_mullo_epi32(lane, _mm256_set1_epi32(c->dy));
	const int32_t plane = c->n * c->n;
	const tint8 t = tints8(c, f, px, py, step_x, step_y);
	for (int32_t half = 0; half < 2; half++) {
		const __m256i pick = _mm256_add_epi32(twice, _mm256_set1_epi32(4 * half)); // each block's tint for two columns
		const __m256i r = _mm256_permutevar8x32_epi32(t.r, pick), g = _mm256_permutevar8x32_epi32(t.g, pick), b = _mm256_permutevar8x32_epi32(t.b, pick);
		for (int32_t down = 0; down < 2; down++) {
			const int32_t first_x = px + 8 * half * c->dx - down * c->dy, first_y = py + 8 * half * c->dy + down * c->dx;
			__m256i x = _mm256_add_epi32(_mm256_set1_epi32(first_x), step_x), y = _mm256_add_epi32(_mm256_set1_epi32(first_y), step_y);
			__m256i l = kind == BILINEAR ? bilinear8(c, f.y, x, y) : kind == NEAR ? mean8_near(c, f.y, first_x, first_y) : mean8(c, f.y, x, y);
			l = product8(_mm256_sub_epi32(l, _mm256_set1_epi32(c->y_off)), c->y);
			float *at = dst + 8 * half + down * c->n;
			store8(c, at, _mm256_add_epi32(l, r));
			store8(c, at + plane, _mm256_add_epi32(l, g));
			store8(c, at + 2 * plane, _mm256_add_epi32(l, b));
		}
	}
}

// fetch has the cache begin to read the luma that the stretch from px, py on will
// need. The decoder works on another processor, so pictures come from afar, and
// waiting for them takes longer than the sums. It is a hint: any place may be named.
static inline void fetch(const facialis_crop *c, const uint8_t *y, int32_t px, int32_t py) {
	const int32_t rows = 2 * c->dx >> 16;
	const uint8_t *p = y + (py >> 16) * c->w + (px >> 16);
	for (int32_t i = 0; i <= rows; i++)
		__builtin_prefetch(p + i * c->w);
}

AVX2 static void sample_avx2(const facialis_crop *c, planes f, float *dst) {
	// A gather reads up to three bytes too many. With a row of each plane to
	// spare below, which is two of luma, none of them lies beyond the end.
	// The same goes for the 16 bytes that mean8_near reads.
	const int32_t margin = c->samples == 1 ? 4 : c->reach + 2;
	const int near = is_near(c);
	for (int32_t j = 0; j < c->n; j += 2) {
		const int32_t px = c->starts[j / 2][0], py = c->starts[j / 2][1];
		float *row = dst + j * c->n;
		int32_t i = 0;
		for (; i + STRETCH <= c->n; i += STRETCH) {
			const int32_t x = px + i * c->dx, y = py + i * c->dy;
			fetch(c, f.y, x - 2 * c->dy, y + 2 * c->dx); // the stretch below
			if (!well_inside(c, x, y, margin))
				blocks(c, f, px, py, i, i + STRETCH, row);
			else if (c->samples == 1)
				stretch(c, f, x, y, row + i, BILINEAR);
			else if (near)
				stretch(c, f, x, y, row + i, NEAR);
			else
				stretch(c, f, x, y, row + i, FAR);
		}
		blocks(c, f, px, py, i, c->n, row);
	}
}
#endif

void facialis_sample(const facialis_crop *c, const uint8_t *y, const uint8_t *cb, const uint8_t *cr, float *dst) {
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2")) {
		sample_avx2(c, (planes){y, cb, cr}, dst);
		return;
	}
#endif
	facialis_sample_plain(c, y, cb, cr, dst);
}
