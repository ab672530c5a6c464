//go:build cgo

#include "compare.h"

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

__attribute__((target("avx2,fma"))) static inline float sum8(__m256 a) {
	__m128 s = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
	s = _mm_add_ps(s, _mm_movehl_ps(s, s));
	return _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps(s, s, 1)));
}

// row8 interpolates along the row between the two lowest bytes of each element.
__attribute__((target("avx2,fma"))) static inline __m256 row8(__m256i two, __m256i weights) {
	__m256i left = _mm256_and_si256(two, _mm256_set1_epi32(0xff));
	__m256i right = _mm256_slli_epi32(_mm256_and_si256(two, _mm256_set1_epi32(0xff00)), 8);
	return _mm256_cvtepi32_ps(_mm256_madd_epi16(_mm256_or_si256(left, right), weights));
}

// Eight samples of a row at a time. What lies beyond the row's end is read at
// the picture's beginning and counts nothing.
__attribute__((target("avx2,fma"))) static facialis_moments compare_avx2(const uint8_t *pix, int32_t w, facialis_lattice l,
                                                                         const float *t, const float *gx, const float *gy, int32_t n) {
	const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
	const __m256i ux = _mm256_mullo_epi32(lane, _mm256_set1_epi32(l.ux)), uy = _mm256_mullo_epi32(lane, _mm256_set1_epi32(l.uy));
	const __m256i width = _mm256_set1_epi32(w), one = _mm256_set1_epi32(4096), fraction = _mm256_set1_epi32(0xfff);
	const __m256 unit = _mm256_set1_ps(UNIT);
	__m256 v1 = _mm256_setzero_ps(), vv = v1, vt = v1, vx = v1, vy = v1;
	for (int32_t i = 0; i < n; i += 8) {
		const __m256i use = _mm256_cmpgt_epi32(_mm256_set1_epi32(n - i), lane);
		__m256i x = _mm256_add_epi32(_mm256_set1_epi32(l.x + i * l.ux), ux);
		__m256i y = _mm256_add_epi32(_mm256_set1_epi32(l.y + i * l.uy), uy);
		const float *tr = t + i, *xr = gx + i, *yr = gy + i;
		for (int32_t j = 0; j < n; j++) {
			__m256i at = _mm256_add_epi32(_mm256_mullo_epi32(_mm256_srai_epi32(y, 16), width), _mm256_srai_epi32(x, 16));
			at = _mm256_and_si256(at, use);
			__m256i up = _mm256_i32gather_epi32((const int *)pix, at, 1);
			__m256i low = _mm256_i32gather_epi32((const int *)(pix + w), at, 1);
			__m256i fx = _mm256_and_si256(_mm256_srai_epi32(x, 4), fraction);
			__m256i weights = _mm256_or_si256(_mm256_sub_epi32(one, fx), _mm256_slli_epi32(fx, 16));
			__m256 fy = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_and_si256(_mm256_srai_epi32(y, 4), fraction)), unit);
			__m256 a = row8(up, weights), b = row8(low, weights);
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
			x = _mm256_add_epi32(x, _mm256_set1_epi32(l.vx));
			y = _mm256_add_epi32(y, _mm256_set1_epi32(l.vy));
		}
	}
	return scaled((facialis_moments){sum8(v1), sum8(vv), sum8(vt), sum8(vx), sum8(vy)});
}
#endif

facialis_moments facialis_compare(const uint8_t *pix, int32_t w, facialis_lattice l,
                                  const float *t, const float *gx, const float *gy, int32_t n) {
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return compare_avx2(pix, w, l, t, gx, gy, n);
#endif
	return facialis_compare_plain(pix, w, l, t, gx, gy, n);
}
