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

// pairs_in_row is pairs_near for eight samples that all lie between the same two rows.
AVX2 static inline pairs pairs_in_row(const uint8_t *p, int32_t w, __m256i x) {
	__m256i a = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)p));
	__m256i b = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(p + w)));
	__m256i k = _mm256_or_si256(_mm256_srli_epi32(x, 16), _mm256_and_si256(x, _mm256_set1_epi32(0x7fff0000)));
	k = _mm256_add_epi32(k, _mm256_set1_epi32((int32_t)0x80018000));
	return (pairs){_mm256_shuffle_epi8(a, k), _mm256_shuffle_epi8(b, k)};
}

typedef struct {
	__m256 v, vv, vt, vx, vy;
} moments8;

// column8 adds the samples from column i on, eight of each row. What lies beyond the
// row's end counts nothing; whole says that nothing does. near and whole are given by
// the caller so that each kind becomes a loop of its own.
AVX2 static inline void column8(moments8 *m, const uint8_t *pix, int32_t w, facialis_lattice l,
                                const float *t, const float *gx, const float *gy, int32_t n, int32_t i, int near, int whole) {
	const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
	const __m256i ux = _mm256_mullo_epi32(lane, _mm256_set1_epi32(l.ux)), uy = _mm256_mullo_epi32(lane, _mm256_set1_epi32(l.uy));
	const __m256i one = _mm256_set1_epi32(4096), fraction = _mm256_set1_epi32(0xfff);
	const __m256 unit = _mm256_set1_ps(UNIT);
	const __m256i use = _mm256_cmpgt_epi32(_mm256_set1_epi32(n - i), lane);
	const int32_t along = (n - i < 8 ? n - i - 1 : 7) * l.uy; // from the first sample in use to the last
	moments8 s = *m;
	t += i, gx += i, gy += i;
	for (int32_t j = 0; j < n; j++) {
		const int32_t px = l.x + i * l.ux + j * l.vx, py = l.y + i * l.uy + j * l.vy;
		__m256i x, y;
		pairs p;
		if (near) {
			const int32_t first = (along < 0 ? py + along : py) >> 16, last = (along < 0 ? py : py + along) >> 16;
			const uint8_t *from = pix + (int64_t)first * w + (px >> 16);
			x = _mm256_add_epi32(_mm256_set1_epi32(px & 0xffff), ux);
			y = _mm256_add_epi32(_mm256_set1_epi32(py - first * 65536), uy);
			p = first == last ? pairs_in_row(from, w, x) : pairs_near(from, w, (int64_t)(last - first + 1) * w, x, y);
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
		if (!whole)
			v = _mm256_and_ps(v, _mm256_castsi256_ps(use));
		s.v = _mm256_add_ps(s.v, v);
		s.vv = _mm256_fmadd_ps(v, v, s.vv);
		s.vt = _mm256_fmadd_ps(v, whole ? _mm256_loadu_ps(t) : _mm256_maskload_ps(t, use), s.vt);
		s.vx = _mm256_fmadd_ps(v, whole ? _mm256_loadu_ps(gx) : _mm256_maskload_ps(gx, use), s.vx);
		s.vy = _mm256_fmadd_ps(v, whole ? _mm256_loadu_ps(gy) : _mm256_maskload_ps(gy, use), s.vy);
		t += n, gx += n, gy += n;
	}
	*m = s;
}

AVX2 static inline facialis_moments compare8(const uint8_t *pix, int32_t w, facialis_lattice l,
                                             const float *t, const float *gx, const float *gy, int32_t n, int near) {
	const __m256 zero = _mm256_setzero_ps();
	moments8 m = {zero, zero, zero, zero, zero};
	int32_t i = 0;
	for (; i + 8 <= n; i += 8)
		column8(&m, pix, w, l, t, gx, gy, n, i, near, 1);
	if (i < n)
		column8(&m, pix, w, l, t, gx, gy, n, i, near, 0);
	return scaled((facialis_moments){sum8(m.v), sum8(m.vv), sum8(m.vt), sum8(m.vx), sum8(m.vy)});
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

static void halve(const uint8_t *a, const uint8_t *b, uint8_t *restrict d, int32_t x, int32_t w) {
	for (; x < w; x++)
		d[x] = (uint8_t)((a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1] + 2) >> 2);
}

#if defined(__x86_64__)
// halves16 makes 16 pixels from 32 of each of two rows, in the order 0–7, 16–23, 8–15, 24–31.
AVX2 static inline __m256i halves16(const uint8_t *a, const uint8_t *b) {
	const __m256i ones = _mm256_set1_epi8(1);
	__m256i sum = _mm256_add_epi16(_mm256_maddubs_epi16(_mm256_loadu_si256((const __m256i *)a), ones),
	                               _mm256_maddubs_epi16(_mm256_loadu_si256((const __m256i *)b), ones));
	return _mm256_srli_epi16(_mm256_add_epi16(sum, _mm256_set1_epi16(2)), 2);
}

AVX2 static void halve_avx2(const uint8_t *a, const uint8_t *b, uint8_t *restrict d, int32_t w) {
	int32_t x = 0;
	for (; x + 32 <= w; x += 32) {
		__m256i v = _mm256_packus_epi16(halves16(a + 2 * x, b + 2 * x), halves16(a + 2 * x + 32, b + 2 * x + 32));
		_mm256_storeu_si256((__m256i *)(d + x), _mm256_permute4x64_epi64(v, 0xd8));
	}
	halve(a, b, d, x, w);
}
#endif

void facialis_halve(const uint8_t *src, int32_t src_w, uint8_t *dst, int32_t dst_w, int32_t w, int32_t h) {
	for (int32_t y = 0; y < h; y++) {
		const uint8_t *a = src + (int64_t)2 * y * src_w, *b = a + src_w;
		uint8_t *d = dst + (int64_t)y * dst_w;
#if defined(__x86_64__)
		if (__builtin_cpu_supports("avx2")) {
			halve_avx2(a, b, d, w);
			continue;
		}
#endif
		halve(a, b, d, 0, w);
	}
}

void facialis_changes(const uint8_t *pix, int32_t w, int32_t across, int32_t down, int32_t every, uint8_t *before, int32_t *out) {
	for (int32_t j = 0; j < down; j++) {
		for (int32_t i = 0; i < across; i++, before += FACIALIS_BLOCK * FACIALIS_BLOCK) {
			const uint8_t *now = pix + (int64_t)j * every * w + (int64_t)i * every;
#if defined(__x86_64__)
			// Two rows at a time: sums of differences, of what is and of what was.
			__m128i sum = _mm_setzero_si128(), is = sum, was = sum;
			const __m128i zero = sum;
			for (int32_t v = 0; v < FACIALIS_BLOCK; v += 2, now += 2 * (int64_t)w) {
				__m128i n = _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *)now), _mm_loadl_epi64((const __m128i *)(now + w)));
				__m128i *old = (__m128i *)(before + v * FACIALIS_BLOCK), o = _mm_loadu_si128(old);
				_mm_storeu_si128(old, n);
				sum = _mm_add_epi64(sum, _mm_sad_epu8(n, o));
				is = _mm_add_epi64(is, _mm_sad_epu8(n, zero));
				was = _mm_add_epi64(was, _mm_sad_epu8(o, zero));
			}
			__m128i whole = _mm_sub_epi64(is, was);
			int32_t d = _mm_cvtsi128_si32(_mm_add_epi64(whole, _mm_unpackhi_epi64(whole, whole)));
			int32_t all = _mm_cvtsi128_si32(_mm_add_epi64(sum, _mm_unpackhi_epi64(sum, sum)));
#else
			int32_t all = 0, d = 0;
			for (int32_t v = 0; v < FACIALIS_BLOCK; v++, now += w) {
				uint8_t *old = before + v * FACIALIS_BLOCK;
				for (int32_t u = 0; u < FACIALIS_BLOCK; u++) {
					int32_t by = now[u] - old[u];
					d += by;
					all += by < 0 ? -by : by;
					old[u] = now[u];
				}
			}
#endif
			*out++ = all - (d < 0 ? -d : d);
		}
	}
}
