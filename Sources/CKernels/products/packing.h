// Packing of factors for the tiles of one body. A body defines, before it includes this file:
//   TARGET  the attributes of its functions,
//   LANES   the floats of a vector: 4, 8 or 16,
//   ROWS    the rows of a tile: a power of two,
//   VECTORS the vectors of a tile's row, LANES × VECTORS being the columns of a panel,
//   BLOCK   the rows that are packed at a time,
//   PAIRS   whether words are pairs of bfloat16 (otherwise bfloat16 becomes float32 here).
#pragma once
#include "../vector.h"

#define PANEL (LANES * VECTORS)
// Rows of the first factor that are transposed together.
#define GROUP (ROWS < LANES ? ROWS : LANES)

typedef float vector __attribute__((vector_size(4 * LANES)));
typedef uint32_t vector_bits __attribute__((vector_size(4 * LANES)));
typedef uint16_t halves __attribute__((vector_size(2 * LANES)));
typedef float vector_in_memory __attribute__((vector_size(4 * LANES), aligned(1), may_alias));
typedef uint16_t halves_in_memory __attribute__((vector_size(2 * LANES), aligned(1), may_alias));

#if LANES == 16
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define BROADCAST(x) ((vector){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x})
#elif LANES == 8
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define BROADCAST(x) ((vector){x, x, x, x, x, x, x, x})
#else
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define BROADCAST(x) ((vector){x, x, x, x})
#endif

// The words of a sum over some elements.
INLINE intptr_t word_count(struct attune_factor factor) { return PAIRS ? (factor.inner + 1) / 2 : factor.inner; }

// A vector of words from memory, of `widened` bfloat16 or as they are.
#define LOAD_WORDS(p, widened)                                                                                \
  ((widened) ? (vector)(__builtin_convertvector(*(const halves_in_memory *)(p), vector_bits) << 16)           \
             : (vector)(*(const vector_in_memory *)(p)))

// Transposes `count` (a power of two) vectors: every round moves the highest bit of an element's place to the lowest.
TARGET INLINE void transpose(vector *rows, const int count) {
  vector next[LANES];
  for (int rounds = count; rounds > 1; rounds /= 2) {
#pragma unroll
    for (int i = 0; i < count / 2; i++) {
      next[2 * i] = LOW(rows[i], rows[i + count / 2]);
      next[2 * i + 1] = HIGH(rows[i], rows[i + count / 2]);
    }
#pragma unroll
    for (int i = 0; i < count; i++) rows[i] = next[i];
  }
}

// Word `p` of a row in memory. A pair may lack its second element.
INLINE uint32_t word_along(const char *row, intptr_t p, intptr_t inner, const int widened) {
  uint16_t low = 0, high = 0;
  uint32_t word;
  if (PAIRS) {
    memcpy(&low, row + 4 * p, 2);
    if (2 * p + 1 < inner) memcpy(&high, row + 4 * p + 2, 2);
    return low | (uint32_t)high << 16;
  }
  if (widened) {
    memcpy(&high, row + 2 * p, 2);
    return (uint32_t)high << 16;
  }
  memcpy(&word, row + 4 * p, 4);
  return word;
}

// Sums that run along the rows of memory: `lanes` of them, of which `count` exist, are packed `[words][width]`. What is
// packed for a row that does not exist is never read back: any row will do.
TARGET INLINE void pack_along(struct attune_factor factor, intptr_t first, intptr_t count, float *packed,
    const intptr_t width, const int lanes, const int widened) {
  const char *from[LANES];
  for (int i = 0; i < lanes; i++) from[i] = factor.start + (first + (i < count ? i : count - 1)) * factor.stride;
  intptr_t p = 0, words = word_count(factor), loadable = PAIRS ? factor.inner / 2 : factor.inner;
  for (; p + LANES <= loadable; p += LANES) {
    vector rows[LANES];
#pragma unroll
    for (int i = 0; i < lanes; i++) rows[i] = LOAD_WORDS(from[i] + p * (widened ? 2 : 4), widened);
    transpose(rows, lanes);
    // As many rows as lanes make a vector of each word; fewer make a part of one, several words to a vector.
#pragma unroll
    for (int i = 0; i < lanes; i++)
      *(vector_in_memory *)(packed + (lanes == LANES ? (p + i) * width : p * lanes + i * LANES)) = rows[i];
  }
  for (; p < words; p++)
    for (int i = 0; i < lanes; i++) {
      uint32_t word = word_along(from[i], p, factor.inner, widened);
      memcpy(packed + p * width + i, &word, 4);
    }
}

// One word of `count` sums that run across the rows of memory: `row`, and for pairs the one below, unless the sum ends.
TARGET INLINE void pack_word(
    const char *row, intptr_t stride, int has_second, int is_bfloat16, intptr_t count, uint32_t *words) {
  const uint16_t *from = (const uint16_t *)row, *below = (const uint16_t *)(row + stride);
  if (PAIRS && has_second)
    for (intptr_t i = 0; i < count; i++) words[i] = from[i] | (uint32_t)below[i] << 16;
  else if (PAIRS)
    for (intptr_t i = 0; i < count; i++) words[i] = from[i];
  else if (is_bfloat16)
    for (intptr_t i = 0; i < count; i++) words[i] = (uint32_t)from[i] << 16;
  else memcpy(words, row, count * sizeof(float));
}

// Some words of `count` sums that run across the rows of memory, padded with zeros to `width`; `full` is the count that
// most have.
TARGET INLINE void pack_across(struct attune_factor factor, intptr_t start, intptr_t end, intptr_t first,
    intptr_t count, intptr_t width, float *packed, const int full) {
  intptr_t bytes = PAIRS ? 2 * factor.stride : factor.stride, pairs = PAIRS ? factor.inner / 2 : factor.inner;
  const char *row = factor.start + first * (factor.is_bfloat16 ? 2 : 4) + start * bytes;
  uint32_t *words = (uint32_t *)(packed + start * width);
  if (count == full) {
    if (!PAIRS && factor.is_bfloat16)
      for (; start < end; start++, row += bytes, words += full) pack_word(row, factor.stride, 1, 1, full, words);
    else
      for (; start < end && start < pairs; start++, row += bytes, words += full)
        pack_word(row, factor.stride, 1, 0, full, words);
  }
  for (; start < end; start++, row += bytes, words += width) {
    pack_word(row, factor.stride, start < pairs, factor.is_bfloat16, count, words);
    if (count < width) memset(words + count, 0, (width - count) * sizeof(float));
  }
}

// Columns of a second factor. Panels follow one another, each `[total][columns rounded up to whole vectors]`; these are
// its words from `offset` on, so that the factors of several products that are summed are one below the other.
TARGET static void pack_columns(
    struct attune_factor b, intptr_t first, intptr_t columns, float *packed, intptr_t offset, intptr_t total) {
  for (intptr_t last = first + columns; first < last; first += PANEL) {
    intptr_t count = last - first < PANEL ? last - first : PANEL;
    intptr_t width = (count + LANES - 1) / LANES * LANES;
    float *panel = packed + offset * width;
    packed += total * width;
    if (!b.is_along)
      pack_across(b, 0, word_count(b), first, count, width, panel, PANEL);
    else
      for (intptr_t lane = 0; lane < width; lane += LANES) {
        if (!PAIRS && b.is_bfloat16) pack_along(b, first + lane, count - lane, panel + lane, width, LANES, 1);
        else pack_along(b, first + lane, count - lane, panel + lane, width, LANES, 0);
      }
  }
}

// Rows of a first factor. The rows of a tile follow one another as `[total][ROWS]`, of which these are the words from
// `offset` on.
TARGET static void pack_rows(
    struct attune_factor a, intptr_t first, intptr_t rows, float *packed, intptr_t offset, intptr_t total) {
  packed += offset * ROWS;
  if (!a.is_along) {
    // A few rows of memory at a time, from which all tiles take their part while a first-level cache holds them.
    for (intptr_t some = 0, words = word_count(a); some < words; some += 32)
      for (intptr_t row = 0; row < rows; row += ROWS)
        pack_across(a, some, some + 32 < words ? some + 32 : words, first + row, rows - row < ROWS ? rows - row : ROWS,
            ROWS, packed + row * total, ROWS);
    return;
  }
  for (intptr_t row = 0; row < rows; row += GROUP) {
    float *group = packed + row / ROWS * ROWS * total + row % ROWS;
    if (!PAIRS && a.is_bfloat16) pack_along(a, first + row, rows - row, group, ROWS, GROUP, 1);
    else pack_along(a, first + row, rows - row, group, ROWS, GROUP, 0);
  }
}
