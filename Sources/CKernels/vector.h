// Vectors of sixteen floats, written once and compiled for several instruction sets.
//
// Every exported function carries CLONES: the compiler emits one body for AVX-512, one for AVX2 with FMA and one for
// any x86-64, and the loader picks the best one for the processor. Elsewhere (arm64) there is one body. No compiler flag
// is needed, so that other packages can depend on this one.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "include/kernels.h"

#pragma clang fp contract(fast)

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

// A sanitizer's run-time library is not ready yet when the loader picks a body: sanitized builds have one body.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define CLONES                                                                                        \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), __min_vector_width__(512)))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))

typedef float v16 __attribute__((vector_size(64)));
typedef double d16 __attribute__((vector_size(128)));
typedef float v16u __attribute__((vector_size(64), aligned(4)));
typedef int32_t i16 __attribute__((vector_size(64)));
typedef uint32_t u16 __attribute__((vector_size(64)));
typedef uint16_t h16 __attribute__((vector_size(32)));
typedef uint16_t h16u __attribute__((vector_size(32), aligned(2)));

#define SPLAT(x) ((v16){} + (float)(x))

// Loads and stores of either element type, as float. `f32` and `bf16` are the suffixes of the exported functions.
typedef float f32;
typedef uint16_t bf16;

#define LOAD_f32(p) ((v16)(*(const v16u *)(p)))
#define STORE_f32(p, x) (*(v16u *)(p) = (x))
#define LOAD_bf16(p) ((v16)(__builtin_convertvector(*(const h16u *)(p), u16) << 16))
#define STORE_bf16(p, x) (*(h16u *)(p) = narrow(x))
#define GET_f32(p) (*(p))
#define PUT_f32(p, x) (*(p) = (x))
#define GET_bf16(p) widen1(*(p))
#define PUT_bf16(p, x) (*(p) = narrow1(x))

// Rounds to nearest even; NaN stays NaN.
#define narrow(x) narrow_bits((u16)(x), (x) != (x))
#define narrow_bits(u, nan)                                                                               \
  __builtin_convertvector(                                                                                \
      ((u16)(nan) & 0x7FC0) | (~(u16)(nan) & (((u) + 0x7FFF + (((u) >> 16) & 1)) >> 16)), h16)

INLINE float widen1(uint16_t x) {
  uint32_t bits = (uint32_t)x << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

INLINE uint16_t narrow1(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return x != x ? 0x7FC0 : (uint16_t)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

#define SELECT(mask, a, b) ((v16)(((i16)(mask) & (i16)(a)) | (~(i16)(mask) & (i16)(b))))
#define MAX(a, b) __builtin_elementwise_max((a), (b))
#define MIN(a, b) __builtin_elementwise_min((a), (b))

// Functions of Clang's that GCC 12 lacks.
#if !__has_builtin(__builtin_elementwise_sqrt)
INLINE void square_roots(v16 *x) {
  for (int i = 0; i < 16; i++) (*x)[i] = sqrtf((*x)[i]);
}
#define __builtin_elementwise_abs(x) ((v16)((i16)(x) & 0x7FFFFFFF))
#define __builtin_elementwise_max(a, b) ((__typeof__(a))SELECT((a) > (b), (a), (b)))
#define __builtin_elementwise_min(a, b) ((__typeof__(a))SELECT((a) < (b), (a), (b)))
#define __builtin_elementwise_sqrt(x) ({ v16 root_ = (x); square_roots(&root_); root_; })
#endif

// exp: x = n ln 2 + r, a polynomial of degree 6 for e^r (Cephes' expf), 2^n by the exponent's bits. Relative error below
// 2e-7; 0 below -86.99, near where the result would be subnormal; infinite above 88.72; NaN stays NaN.
INLINE void exp16(v16 *value) {
  v16 x = *value;
  i16 tiny = x < SPLAT(-87.33f), huge = x > SPLAT(89.0f);
  x = SELECT(tiny, SPLAT(-87.33f), x);
  x = SELECT(huge, SPLAT(89.0f), x);
  v16 magic = SPLAT(12582912.0f);  // 1.5 * 2^23: adding it rounds to a whole number
  v16 shifted = x * SPLAT(1.44269504088896341f) + magic;
  v16 n = shifted - magic;
  v16 r = x - n * SPLAT(0.693359375f);
  r = r - n * SPLAT(-2.12194440e-4f);
  v16 p = SPLAT(1.9875691500e-4f);
  p = p * r + SPLAT(1.3981999507e-3f);
  p = p * r + SPLAT(8.3334519073e-3f);
  p = p * r + SPLAT(4.1665795894e-2f);
  p = p * r + SPLAT(1.6666665459e-1f);
  p = p * r + SPLAT(5.0000001201e-1f);
  p = p * (r * r) + r + SPLAT(1.0f);
  // 2p · 2^(n-1): n = 128 overflows where e^x does, n = -126 gives the bits of 0.
  i16 exponent = ((i16)shifted - (i16)magic + 126) << 23;
  *value = (p + p) * (v16)exponent;
}

// 1 / (1 + e^-x)
INLINE void sigmoid16(v16 *value) {
  v16 e = -*value;
  exp16(&e);
  *value = SPLAT(1.0f) / (SPLAT(1.0f) + e);
}

// tanh x = 2 sigmoid(2x) - 1, and x - x³/3 + 2x⁵/15 near zero, where that difference loses digits.
INLINE void tanh16(v16 *value) {
  v16 x = *value, s = x + x, square = x * x;
  sigmoid16(&s);
  v16 near = x * (SPLAT(1.0f) + square * (SPLAT(-1.0f / 3) + square * SPLAT(2.0f / 15)));
  i16 small = square < SPLAT(0.0025f);
  *value = SELECT(small, near, s + s - SPLAT(1.0f));
}

INLINE float sum16(const v16 *x) {
  float total = 0;
  for (int i = 0; i < 8; i++) total += (*x)[i] + (*x)[i + 8];
  return total;
}

INLINE float max16(const v16 *x) {
  float best = (*x)[0];
  for (int i = 1; i < 16; i++) best = (*x)[i] > best ? (*x)[i] : best;
  return best;
}

// One bit for each lane of the result of a comparison.
INLINE uint16_t lane_bits(const i16 *lanes) {
  uint16_t bits = 0;
#if defined(__clang__)
  typedef _Bool set_of_lanes __attribute__((ext_vector_type(16)));
  set_of_lanes set = __builtin_convertvector(*lanes, set_of_lanes);
  memcpy(&bits, &set, sizeof bits);
#else
  for (int i = 0; i < 16; i++) bits |= (uint16_t)(((*lanes)[i] & 1) << i);
#endif
  return bits;
}

// The last, shorter part of a row: sixteen lanes in local memory, so that the same code serves it.
#define LOAD_PART_f32(p, n, rest)                          \
  ({                                                       \
    v16 part_ = SPLAT(rest);                               \
    memcpy(&part_, (p), (size_t)(n) * sizeof(float));      \
    part_;                                                 \
  })
#define STORE_PART_f32(p, x, n)                            \
  do {                                                     \
    v16 part_ = (x);                                       \
    memcpy((p), &part_, (size_t)(n) * sizeof(float));      \
  } while (0)
#define LOAD_PART_bf16(p, n, rest)                         \
  ({                                                       \
    h16 half_ = narrow(SPLAT(rest));                       \
    memcpy(&half_, (p), (size_t)(n) * sizeof(uint16_t));   \
    (v16)(__builtin_convertvector(half_, u16) << 16);      \
  })
#define STORE_PART_bf16(p, x, n)                           \
  do {                                                     \
    v16 whole_ = (x);                                      \
    h16 half_ = narrow(whole_);                            \
    memcpy((p), &half_, (size_t)(n) * sizeof(uint16_t));   \
  } while (0)
