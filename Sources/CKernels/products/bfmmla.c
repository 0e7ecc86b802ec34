// arm64 with bfloat16: BFMMLA multiplies 2 rows by 2 columns over four elements of the sum. So factors are packed in fours:
// 8 bytes of one row or column, then those of the next.
#include "bodies.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#define TARGET __attribute__((target("arch=armv8.2-a+bf16")))
#define INLINE static inline __attribute__((always_inline))

// A tile takes 24 of the 32 registers, 4 for the rows, one for two columns.
enum { ROWS = 8, PANEL = 12, BLOCK = 64, FOUR = 4 };

INLINE intptr_t fours(struct attune_factor factor) { return (factor.inner + FOUR - 1) / FOUR; }

// Packs `count` rows or columns of a factor as `[fours][width]`, with zeros for those that are missing and after the end of
// the sum.
TARGET static void pack_fours(
    struct attune_factor factor, intptr_t first, intptr_t count, uint16_t *packed, intptr_t width) {
  for (intptr_t p = 0; p < factor.inner; p += FOUR, packed += width * FOUR) {
    intptr_t left = factor.inner - p < FOUR ? factor.inner - p : FOUR;
    if (count < width || left < FOUR) memset(packed, 0, (size_t)(width * FOUR) * 2);
    if (factor.is_along) {
      const char *from = factor.start + first * factor.stride + 2 * p;
      if (left == FOUR) for (intptr_t i = 0; i < count; i++) memcpy(packed + i * FOUR, from + i * factor.stride, 8);
      else for (intptr_t i = 0; i < count; i++) memcpy(packed + i * FOUR, from + i * factor.stride, (size_t)left * 2);
    } else {
      for (intptr_t k = 0; k < left; k++) {
        const uint16_t *from = (const uint16_t *)(factor.start + (p + k) * factor.stride) + first;
        for (intptr_t i = 0; i < count; i++) packed[i * FOUR + k] = from[i];
      }
    }
  }
}

// Panels follow one another, each of as many columns, rounded up to a multiple of 4.
TARGET static void pack_columns(
    struct attune_factor b, intptr_t first, intptr_t columns, float *packed, intptr_t offset, intptr_t total) {
  for (intptr_t last = first + columns; first < last; first += PANEL) {
    intptr_t count = last - first < PANEL ? last - first : PANEL, width = (count + 3) / 4 * 4;
    pack_fours(b, first, count, (uint16_t *)(packed + offset * width), width);
    packed += total * width;
  }
}

// One tile of 8 rows by 2 × `pairs` columns, written to `results`, `[8][12]`.
TARGET INLINE void tile(intptr_t count, const uint16_t *a, const uint16_t *b, float *results, const int pairs) {
  float32x4_t sums[ROWS / 2][PANEL / 2];
#pragma unroll
  for (int i = 0; i < ROWS / 2; i++) {
#pragma unroll
    for (int j = 0; j < pairs; j++) sums[i][j] = vdupq_n_f32(0);
  }
  for (intptr_t p = 0; p < count; p++, a += ROWS * FOUR, b += 2 * pairs * FOUR) {
    bfloat16x8_t rows[ROWS / 2];
#pragma unroll
    for (int i = 0; i < ROWS / 2; i++) rows[i] = vreinterpretq_bf16_u16(vld1q_u16(a + 2 * i * FOUR));
#pragma unroll
    for (int j = 0; j < pairs; j++) {
      bfloat16x8_t columns = vreinterpretq_bf16_u16(vld1q_u16(b + 2 * j * FOUR));
#pragma unroll
      for (int i = 0; i < ROWS / 2; i++) sums[i][j] = vbfmmlaq_f32(sums[i][j], rows[i], columns);
    }
  }
  // A register holds two results of a row, then two of the next one.
#pragma unroll
  for (int i = 0; i < ROWS / 2; i++) {
#pragma unroll
    for (int j = 0; j < pairs; j++) {
      vst1_f32(results + 2 * i * PANEL + 2 * j, vget_low_f32(sums[i][j]));
      vst1_f32(results + (2 * i + 1) * PANEL + 2 * j, vget_high_f32(sums[i][j]));
    }
  }
}

// Writes a row of results, or adds it.
TARGET INLINE void write_row(const float *results, char *c, intptr_t columns, int adding, const int rounded) {
  float32x4_t sum;
  for (intptr_t j = 0; j < columns; j += 4) {
    size_t bytes = (size_t)(columns - j < 4 ? columns - j : 4) * (rounded ? 2 : 4);
    char *to = c + j * (rounded ? 2 : 4);
    sum = vld1q_f32(results + j);
    if (adding && rounded) {
      uint16x4_t before = vdup_n_u16(0);
      memcpy(&before, to, bytes);
      sum = vaddq_f32(vreinterpretq_f32_u32(vshll_n_u16(before, 16)), sum);
    } else if (adding) {
      float32x4_t before = vdupq_n_f32(0);
      memcpy(&before, to, bytes);
      sum = vaddq_f32(before, sum);
    }
    bfloat16x4_t nearest = vcvt_bf16_f32(sum);
    if (rounded) memcpy(to, &nearest, bytes);
    else memcpy(to, &sum, bytes);
  }
}

TARGET INLINE void product(const struct attune_factor *factors, intptr_t count, const float *packed, char *c,
    intptr_t stride, intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch, const int rounded) {
  intptr_t sum = 0;
  for (intptr_t i = 0; i < count; i++) sum += fours(factors[i]);
  for (intptr_t block = first; block < first + rows; block += BLOCK) {
    intptr_t height = first + rows - block < BLOCK ? first + rows - block : BLOCK;
    for (intptr_t i = 0; i < height; i += ROWS)
      for (intptr_t f = 0, offset = 0; f < count; offset += fours(factors[f++]))
        pack_fours(factors[f], block + i, height - i < ROWS ? height - i : ROWS,
            (uint16_t *)scratch + (i * sum + offset * ROWS) * FOUR, ROWS);
    for (intptr_t j = 0; j < columns; j += PANEL) {
      const uint16_t *b = (const uint16_t *)packed + j * sum * FOUR;
      intptr_t width = columns - j < PANEL ? columns - j : PANEL;
      for (intptr_t i = 0; i < height; i += ROWS) {
        const uint16_t *a = (const uint16_t *)scratch + i * sum * FOUR;
        float results[ROWS * PANEL];
        if (width > 8) tile(sum, a, b, results, 6);
        else if (width > 4) tile(sum, a, b, results, 4);
        else tile(sum, a, b, results, 2);
        for (intptr_t r = i; r < height && r < i + ROWS; r++)
          write_row(results + (r - i) * PANEL, c + (block + r) * stride + j * (rounded ? 2 : 4), width, adding, rounded);
      }
    }
  }
}

TARGET static void product_f32(const struct attune_factor *factors, intptr_t count, const float *packed, float *c,
    intptr_t stride, intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch) {
  product(factors, count, packed, (char *)c, stride * 4, first, rows, columns, adding, scratch, 0);
}

TARGET static void product_bf16(const struct attune_factor *factors, intptr_t count, const float *packed, uint16_t *c,
    intptr_t stride, intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch) {
  product(factors, count, packed, (char *)c, stride * 2, first, rows, columns, adding, scratch, 1);
}

const struct attune_product_kernels attune_bfmmla = {
    .name = "bfmmla", .panel = PANEL, .tile = ROWS, .block = BLOCK, .elements = 2, .depth = 2,
    .pack_columns = pack_columns, .product_f32 = product_f32, .product_bf16 = product_bf16};
#endif
