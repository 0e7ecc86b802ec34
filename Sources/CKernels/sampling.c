// Passes over a row of logits for choosing a token. A row is looked at in blocks of 64 vectors; each lane of a block has
// a result of its own, so that nothing is added up or compared across lanes: lane j of block b stands for the elements
// 1024 b + j, 1024 b + 16 + j, …
#include "vector.h"

#define BLOCK 1024

INLINE void load_logits(const float *x, intptr_t i, intptr_t end, v16 *part) {
  if (i + 16 <= end) *part = LOAD_f32(x + i);
  else *part = LOAD_PART_f32(x + i, end - i, -INFINITY);
}

// The largest element of each lane of every block; whether all elements are finite.
CLONES int attune_lane_maxima(const float *x, intptr_t count, float *maxima) {
  // 0 x is 0 where x is finite, and NaN otherwise. Four sums and maxima, so that none waits for the one before it.
  v16 zeros[4] = {};
  for (intptr_t start = 0; start < count; start += BLOCK, maxima += 16) {
    intptr_t end = start + BLOCK < count ? start + BLOCK : count, i = start;
    v16 best[4];
    for (int j = 0; j < 4; j++) best[j] = SPLAT(-INFINITY);
    for (; i + 64 <= end; i += 64) {
      for (int j = 0; j < 4; j++) {
        v16 part = LOAD_f32(x + i + 16 * j);
        best[j] = MAX(best[j], part);
        zeros[j] += part * 0.0f;
      }
    }
    for (; i < end; i += 16) {
      v16 part;
      load_logits(x, i, end, &part);
      best[0] = MAX(best[0], part);
      zeros[0] += i + 16 <= end ? part * 0.0f : LOAD_PART_f32(x + i, end - i, 0.0f) * 0.0f;
    }
    best[0] = MAX(best[0], best[1]);
    best[2] = MAX(best[2], best[3]);
    best[0] = MAX(best[0], best[2]);
    STORE_f32(maxima, best[0]);
  }
  zeros[0] += zeros[1] + zeros[2] + zeros[3];
  return sum16(&zeros[0]) == 0.0f;
}

// Σ e^(scale (x - shift)) of each lane of every block.
CLONES void attune_lane_exp_sums(const float *x, intptr_t count, float shift, float scale, float *sums) {
  for (intptr_t start = 0; start < count; start += BLOCK, sums += 16) {
    intptr_t end = start + BLOCK < count ? start + BLOCK : count;
    v16 sum = SPLAT(0.0f);
    for (intptr_t i = start; i < end; i += 16) {
      v16 e;
      load_logits(x, i, end, &e);
      e = (e - shift) * scale;
      exp16(&e);
      sum += e;
    }
    STORE_f32(sums, sum);
  }
}

// e^(scale (x - shift)), element by element.
CLONES void attune_exp_scaled(const float *x, intptr_t count, float shift, float scale, float *y) {
  intptr_t i = 0;
  for (; i < count; i += 16) {
    v16 e;
    load_logits(x, i, count, &e);
    e = (e - shift) * scale;
    exp16(&e);
    if (i + 16 <= count) STORE_f32(y + i, e);
    else STORE_PART_f32(y + i, e, count - i);
  }
}

// How many elements are at least a threshold; their indices, ascending, are written unless `indices` is null.
CLONES intptr_t attune_elements_from(const float *x, intptr_t count, const float *maxima, float threshold,
                                     int32_t *indices) {
  intptr_t found = 0;
  for (intptr_t start = 0; start < count; start += BLOCK, maxima += 16) {
    intptr_t end = start + BLOCK < count ? start + BLOCK : count;
    v16 lanes = LOAD_f32(maxima);
    if (max16(&lanes) < threshold) continue;
    for (intptr_t i = start; i < end; i += 16) {
      v16 part;
      load_logits(x, i, end, &part);
      i16 hits = part >= threshold;
      uint16_t bits = lane_bits(&hits);
      // What lies after the row's end equals a threshold of -∞.
      if (i + 16 > end) bits &= (uint16_t)((1u << (end - i)) - 1);
      if (!indices) found += __builtin_popcount(bits);
      else
        for (; bits; bits &= (uint16_t)(bits - 1)) indices[found++] = (int32_t)(i + __builtin_ctz(bits));
    }
  }
  return found;
}
