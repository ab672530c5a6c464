//go:build cgo

#include "compare.h"

#include <math.h>

// A product must be rounded before it is added, as in Go.
#pragma STDC FP_CONTRACT OFF

// A value is summed in steps of 1/4096 of luma: 12 bits of the fraction along a
// row make whole numbers, and the fraction down a column is a float.
#define UNIT (1.0f / 4096)

static facialis_moments scaled(facialis_moments m) {
	m.v *= UNIT;
	m.vv *= UNIT * UNIT;
	m.vt *= UNIT;
	m.vx *= UNIT;
	m.vy *= UNIT;
	return m;
}

facialis_moments facialis_compare_plain(const uint8_t *pix, int32_t w, facialis_lattice l,
                                        const float *t, const float *gx, const float *gy, int32_t n) {
	facialis_moments m = {0};
	for (int32_t j = 0; j < n; j++) {
		int32_t x = l.x + j * l.vx, y = l.y + j * l.vy;
		for (int32_t i = 0; i < n; i++) {
			const uint8_t *p = pix + (int64_t)(y >> 16) * w + (x >> 16), *q = p + w;
			int32_t fx = x >> 4 & 0xfff, fy = y >> 4 & 0xfff;
			float top = (float)(p[0] * (4096 - fx) + p[1] * fx);
			float low = (float)(q[0] * (4096 - fx) + q[1] * fx);
			float v = top + (low - top) * ((float)fy * UNIT);
			m.v += v;
			m.vv += v * v;
			m.vt += v * *t++;
			m.vx += v * *gx++;
			m.vy += v * *gy++;
			x += l.ux;
			y += l.uy;
		}
	}
	return scaled(m);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))

AVX2 static inline float sum8(__m256 a) {
	__m128 s = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
	s = _mm_add_ps(s, _mm_movehl_ps(s, s));
	return _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps(s, s, 1)));
}

// pairs are, for eight samples, the pixel left of each and the one right of it as
// two 16-bit numbers: in the row above the samples and in the one below.
typedef struct {
	__m256i up, low;
} pairs;

// spread8 makes the two lowest bytes of each element 16-bit numbers.
AVX2 static inline __m256i spread8(__m256i two) {
	__m256i left = _mm256_and_si256(two, _mm256_set1_epi32(0xff));
	return _mm256_or_si256(left, _mm256_slli_epi32(_mm256_and_si256(two, _mm256_set1_epi32(0xff00)), 8));
}

// pairs_anywhere reads each of the eight samples at (x, y) by itself, those that
// are not in use at the picture's beginning.
AVX2 static inline pairs pairs_anywhere(const uint8_t *pix, int32_t w, __m256i x, __m256i y, __m256i use) {
	__m256i at = _mm256_add_epi32(_mm256_mullo_epi32(_mm256_srai_epi32(y, 16), _mm256_set1_epi32(w)), _mm256_srai_epi32(x, 16));
	at = _mm256_and_si256(at, use);
	return (pairs){spread8(_mm256_i32gather_epi32((const int *)pix, at, 1)),
	               spread8(_mm256_i32gather_epi32((const int *)(pix + w), at, 1))};
}

// A patch that is hardly turned and not much larger than its template has any
// eight samples of a row within 16 pixels of at most two rows.
enum { NEAR = 16 };

static inline int is_near(facialis_lattice l, int32_t w) {
	return w >= NEAR && l.ux >= 0 && 7 * l.ux <= (NEAR - 2) << 16 && 7 * l.uy <= 1 << 16 && -7 * l.uy <= 1 << 16;
}

// pairs_near reads the same pixels as pairs_anywhere, but as three stretches of
// rows at once: from p on, from the row below and from `below` bytes on. x and y
// are the samples' places from p.
AVX2 static inline pairs pairs_near(const uint8_t *p, int32_t w, int64_t below, __m256i x, __m256i y) {
	__m256i a = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)p));
	__m256i b = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(p + w)));
	__m256i c = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(p + below)));
	// Bytes 0 and 2 of each element take the pixels k and k + 1, the others 0.
	__m256i k = _mm256_or_si256(_mm256_srli_epi32(x, 16), _mm256_and_si256(x, _mm256_set1_epi32(0x7fff0000)));
	k = _mm256_add_epi32(k, _mm256_set1_epi32((int32_t)0x80018000));
	a = _mm256_shuffle_epi8(a, k);
	b = _mm256_shuffle_epi8(b, k);
	c = _mm256_shuffle_epi8(c, k);
	__m256i second = _mm256_cmpgt_epi32(y, _mm256_set1_epi32(0xffff));
	return (pairs){_mm256_blendv_epi8(a, b, second), _mm256_blendv_epi8(b, c, second)};
}

// Eight samples of a row at a time. What lies beyond the row's end counts nothing.
// near is given by the caller so that each kind becomes a loop of its own.
AVX2 static inline facialis_moments compare8(const uint8_t *pix, int32_t w, facialis_lattice l,
                                             const float *t, const float *gx, const float *gy, int32_t n, int near) {
	const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
	const __m256i ux = _mm256_mullo_epi32(lane, _mm256_set1_epi32(l.ux)), uy = _mm256_mullo_epi32(lane, _mm256_set1_epi32(l.uy));
	const __m256i one = _mm256_set1_epi32(4096), fraction = _mm256_set1_epi32(0xfff);
	const __m256 unit = _mm256_set1_ps(UNIT);
	__m256 v1 = _mm256_setzero_ps(), vv = v1, vt = v1, vx = v1, vy = v1;
	for (int32_t i = 0; i < n; i += 8) {
		const __m256i use = _mm256_cmpgt_epi32(_mm256_set1_epi32(n - i), lane);
		const int32_t along = (n - i < 8 ? n - i - 1 : 7) * l.uy; // from the first sample in use to the last
		const float *tr = t + i, *xr = gx + i, *yr = gy + i;
		for (int32_t j = 0; j < n; j++) {
			const int32_t px = l.x + i * l.ux + j * l.vx, py = l.y + i * l.uy + j * l.vy;
			__m256i x, y;
			pairs p;
			if (near) {
				const int32_t first = (along < 0 ? py + along : py) >> 16, last = (along < 0 ? py : py + along) >> 16;
				x = _mm256_add_epi32(_mm256_set1_epi32(px & 0xffff), ux);
				y = _mm256_add_epi32(_mm256_set1_epi32(py - first * 65536), uy);
				p = pairs_near(pix + (int64_t)first * w + (px >> 16), w, (int64_t)(last - first + 1) * w, x, y);
			} else {
				x = _mm256_add_epi32(_mm256_set1_epi32(px), ux);
				y = _mm256_add_epi32(_mm256_set1_epi32(py), uy);
				p = pairs_anywhere(pix, w, x, y, use);
			}
			__m256i fx = _mm256_and_si256(_mm256_srai_epi32(x, 4), fraction);
			__m256i weights = _mm256_or_si256(_mm256_sub_epi32(one, fx), _mm256_slli_epi32(fx, 16));
			__m256 fy = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_and_si256(_mm256_srai_epi32(y, 4), fraction)), unit);
			__m256 a = _mm256_cvtepi32_ps(_mm256_madd_epi16(p.up, weights)), b = _mm256_cvtepi32_ps(_mm256_madd_epi16(p.low, weights));
			__m256 v = _mm256_fmadd_ps(_mm256_sub_ps(b, a), fy, a);
			v = _mm256_and_ps(v, _mm256_castsi256_ps(use));
			v1 = _mm256_add_ps(v1, v);
			vv = _mm256_fmadd_ps(v, v, vv);
			vt = _mm256_fmadd_ps(v, _mm256_maskload_ps(tr, use), vt);
			vx = _mm256_fmadd_ps(v, _mm256_maskload_ps(xr, use), vx);
			vy = _mm256_fmadd_ps(v, _mm256_maskload_ps(yr, use), vy);
			tr += n;
			xr += n;
			yr += n;
		}
	}
	return scaled((facialis_moments){sum8(v1), sum8(vv), sum8(vt), sum8(vx), sum8(vy)});
}

AVX2 static facialis_moments compare_avx2(const uint8_t *pix, int32_t w, facialis_lattice l,
                                          const float *t, const float *gx, const float *gy, int32_t n) {
	if (is_near(l, w))
		return compare8(pix, w, l, t, gx, gy, n, 1);
	return compare8(pix, w, l, t, gx, gy, n, 0);
}
#endif

typedef facialis_moments (*comparison)(const uint8_t *, int32_t, facialis_lattice, const float *, const float *, const float *, int32_t);

// fastest is the comparison that suits the processor best.
static comparison fastest(void) {
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return compare_avx2;
#endif
	return facialis_compare_plain;
}

facialis_moments facialis_compare(const uint8_t *pix, int32_t w, facialis_lattice l,
                                  const float *t, const float *gx, const float *gy, int32_t n) {
	return fastest()(pix, w, l, t, gx, gy, n);
}

static inline float size(float v) {
	return v < 0 ? -v : v;
}

static inline float clamp(float v, float limit) {
	return v < -limit ? -limit : v > limit ? limit : v;
}

// lay is picture.lay in picture.go.
static inline int lay(int32_t w, int32_t h, const facialis_search *s, float x, float y, facialis_lattice *l) {
	const float *a = s->a, r = (float)s->r, one = 65536;
	float ex = r * (size(a[0]) + size(a[1])), ey = r * (size(a[2]) + size(a[3]));
	if (!(x - ex >= 1 && y - ey >= 1 && x + ex < (float)(w - 2) && y + ey < (float)(h - 2)))
		return 0;
	*l = (facialis_lattice){(int32_t)((x - r * a[0] - r * a[1]) * one), (int32_t)((y - r * a[2] - r * a[3]) * one),
	                        (int32_t)(a[0] * one), (int32_t)(a[2] * one), (int32_t)(a[1] * one), (int32_t)(a[3] * one)};
	return 1;
}

// find is patches.findGo in patch.go, step by step. Both must round alike, so
// neither changes alone.
static inline facialis_place find(comparison compare, const uint8_t *pix, int32_t w, int32_t h, const facialis_search *s,
                                  const float *t, const float *gx, const float *gy) {
	const int32_t side = 2 * s->r + 1;
	const float *inv = s->inv, *a = s->a;
	float x = s->x, y = s->y, shrink = s->first_shrink, last = 0;
	for (int32_t i = 0;; i++) {
		facialis_lattice l;
		if (!lay(w, h, s, x, y, &l))
			return (facialis_place){x, y, 0};
		facialis_moments m = compare(pix, w, l, t, gx, gy, side);
		float ss = m.vv - m.v * m.v / (float)(side * side);
		if (ss <= 0)
			return (facialis_place){x, y, 0};
		float like = m.vt / (float)sqrt((double)ss * (double)s->norm);
		if (i == s->iterations)
			return (facialis_place){x, y, like};
		float g = s->norm / m.vt;
		if (!(g > s->least_gain && g < s->most_gain))
			g = 1;
		float ex = g * m.vx - s->self[0], ey = g * m.vy - s->self[1];
		float dx = clamp(inv[0] * ex + inv[1] * ey, s->longest), dy = clamp(inv[1] * ex + inv[2] * ey, s->longest);
		x -= a[0] * dx + a[1] * dy;
		y -= a[2] * dx + a[3] * dy;
		float step = dx * dx + dy * dy;
		if (i > 0)
			shrink = step / last;
		if (step < s->near && step * shrink < s->left)
			return (facialis_place){x, y, like};
		last = step;
	}
}

facialis_place facialis_find(const uint8_t *pix, int32_t w, int32_t h, facialis_search s,
                             const float *t, const float *gx, const float *gy) {
	return find(fastest(), pix, w, h, &s, t, gx, gy);
}

facialis_place facialis_find_plain(const uint8_t *pix, int32_t w, int32_t h, facialis_search s,
                                   const float *t, const float *gx, const float *gy) {
	return find(facialis_compare_plain, pix, w, h, &s, t, gx, gy);
}

void facialis_halve(const uint8_t *src, int32_t src_w, uint8_t *dst, int32_t dst_w, int32_t w, int32_t h) {
	for (int32_t y = 0; y < h; y++) {
		const uint8_t *a = src + (int64_t)2 * y * src_w, *b = a + src_w;
		uint8_t *restrict d = dst + (int64_t)y * dst_w;
		for (int32_t x = 0; x < w; x++)
			d[x] = (uint8_t)((a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1] + 2) >> 2);
	}
}
