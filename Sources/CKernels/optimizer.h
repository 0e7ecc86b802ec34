// One AdamW update of sixteen elements, and rounding at random, for every way of holding parameters and moments.
#pragma once
#include "vector.h"

// The numbers of an update as vectors use them.
struct adamw {
  float scale, keep, step, root, keep1, take1, keep2, take2, epsilon;
  uint64_t key;
};

// In double up to here: the relative error of 1 - 0.999f is 1e-5.
INLINE struct adamw adamw(const struct attune_adamw_step *s) {
  return (struct adamw){.scale = s->gradient_scale,
                        .keep = (float)(1.0 - s->rate * s->decay),
                        .step = (float)(s->rate / s->correction1),
                        .root = (float)(1.0 / sqrt(s->correction2)),
                        .keep1 = (float)s->beta1,
                        .take1 = (float)(1.0 - s->beta1),
                        .keep2 = (float)s->beta2,
                        .take2 = (float)(1.0 - s->beta2),
                        .epsilon = s->epsilon,
                        .key = s->key};
}

INLINE void adamw16(const struct adamw *a, const v16 *gradient, v16 *first, v16 *second, v16 *parameter) {
  v16 g = *gradient * a->scale, m = *first, v = *second;
  *first = m = m * a->keep1 + g * a->take1;
  *second = v = v * a->keep2 + g * g * a->take2;
  v16 spread = __builtin_elementwise_sqrt(v) * a->root + a->epsilon;
  *parameter = *parameter * a->keep - m * a->step / spread;
}

// Random bits for the elements i, i + 1, …, i + 15: a hash of key and index (Chris Wellons' lowbias32 with the key
// mixed in), so that they depend neither on threads nor on how the work is cut. Streams differ by `which`.
INLINE void random16(u16 *bits, uint64_t key, uint32_t which, intptr_t i) {
  key += (uint64_t)which * 0x9E3779B97F4A7C15u;
  uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32) + (uint32_t)((uint64_t)i >> 32);
  u16 x = (u16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + (uint32_t)i;
  x = (x + low) * 0x9E3779B9u;
  x = (x ^ (x >> 16)) * 0x7FEB352Du;
  x = ((x ^ (x >> 15)) + high) * 0x846CA68Bu;
  *bits = x ^ (x >> 16);
}

// Rounds to bfloat16 at random: up with the probability that the part to be cut off is of a step. So the expected value
// is the value itself, and updates that are smaller than half a step add up all the same. NaN stays NaN.
#define narrow_at_random(x, a, i)                                                                                    \
  ({                                                                                                                 \
    v16 value_ = (x);                                                                                                \
    u16 noise_;                                                                                                      \
    random16(&noise_, (a)->key, 0, (i));                                                                             \
    u16 up_ = ((u16)value_ + (noise_ & 0xFFFF)) >> 16, nan_ = (u16)(value_ != value_);                               \
    __builtin_convertvector((nan_ & 0x7FC0) | (~nan_ & up_), h16);                                                   \
  })

#define STORE_ROUNDED_f32(p, x, a, i) STORE_f32(p, x)
#define STORE_ROUNDED_bf16(p, x, a, i) (*(h16u *)(p) = narrow_at_random(x, a, i))
#define STORE_ROUNDED_PART_f32(p, x, a, i, n) STORE_PART_f32(p, x, n)
#define STORE_ROUNDED_PART_bf16(p, x, a, i, n)             \
  do {                                                     \
    h16 half_ = narrow_at_random(x, a, i);                 \
    memcpy((p), &half_, (size_t)(n) * sizeof(uint16_t));   \
  } while (0)
