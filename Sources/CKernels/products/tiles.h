// The loops over tiles of one body, blocked as in Goto and van de Geijn's "Anatomy of high-performance matrix
// multiplication" (2008): second factors are packed into panels of columns once, for all threads; each thread packs its
// rows of the first factors block by block, and a tile of results stays in registers for a whole sum.
//
// Besides what packing.h needs, a body defines DOT(sum, a, b), which multiplies two vectors of words and adds.
#pragma once
#include "packing.h"

#pragma clang fp contract(fast)

// Packing the rows of a single first factor does not pay for few columns, nor for some more where sums are short.
INLINE int pays_in_place(struct attune_factor a, intptr_t columns) {
  return columns <= (word_count(a) <= 128 ? 128 : 16);
}

// Results are float32, or bfloat16 where `rounded`.
#define RESULT_BYTES(rounded) ((rounded) ? 2 : 4)
#define STORE_RESULTS(p, x, rounded)                                                                   \
  do {                                                                                                 \
    if (rounded) *(halves_in_memory *)(p) = ROUND((vector_bits)(x), (vector_bits)((x) != (x)));        \
    else *(vector_in_memory *)(p) = (x);                                                               \
  } while (0)
// Rounds to nearest even; NaN stays NaN.
#define ROUND(bits, nan)                                                                               \
  __builtin_convertvector(((nan) & 0x7FC0) | (~(nan) & (((bits) + 0x7FFF + (((bits) >> 16) & 1)) >> 16)), halves)

// One tile of ROWS by `vectors` vectors; a word of the first factor is at `a[row row_stride + word word_stride]`. `stride`
// counts bytes.
TARGET INLINE void tile(intptr_t words, const float *a, intptr_t row_stride, intptr_t word_stride, const float *b,
    char *c, intptr_t stride, int adding, const int vectors, const int rounded) {
  vector sums[ROWS][VECTORS];
#pragma unroll
  for (int i = 0; i < ROWS; i++) {
#pragma unroll
    for (int v = 0; v < vectors; v++) {
      sums[i][v] = (vector){0};
      __builtin_prefetch(c + i * stride + v * LANES * RESULT_BYTES(rounded), 1, 2);
    }
  }
  for (intptr_t p = 0; p < words; p++, a += word_stride, b += vectors * LANES) {
    vector columns[VECTORS];
#pragma unroll
    for (int v = 0; v < vectors; v++) {
      columns[v] = *(const vector_in_memory *)(b + v * LANES);
      __builtin_prefetch(b + (8 * vectors + v) * LANES);
    }
#pragma unroll
    for (int i = 0; i < ROWS; i++) {
      vector row = BROADCAST(a[i * row_stride]);
#pragma unroll
      for (int v = 0; v < vectors; v++) sums[i][v] = DOT(sums[i][v], row, columns[v]);
    }
  }
#pragma unroll
  for (int i = 0; i < ROWS; i++) {
#pragma unroll
    for (int v = 0; v < vectors; v++) {
      char *to = c + i * stride + v * LANES * RESULT_BYTES(rounded);
      vector sum = adding ? LOAD_WORDS(to, rounded) + sums[i][v] : sums[i][v];
      STORE_RESULTS(to, sum, rounded);
    }
  }
}

// A tile as wide as it needs to be.
TARGET INLINE void sized_tile(intptr_t words, const float *a, intptr_t row_stride, intptr_t word_stride, const float *b,
    char *c, intptr_t stride, int adding, intptr_t columns, const int rounded) {
  switch ((columns + LANES - 1) / LANES) {
#if VECTORS > 2
    case 2: return tile(words, a, row_stride, word_stride, b, c, stride, adding, 2, rounded);
#endif
    case 1: return tile(words, a, row_stride, word_stride, b, c, stride, adding, 1, rounded);
    default: return tile(words, a, row_stride, word_stride, b, c, stride, adding, VECTORS, rounded);
  }
}

INLINE void copy_part(
    const char *from, intptr_t from_stride, char *to, intptr_t to_stride, intptr_t rows, intptr_t bytes) {
  for (intptr_t i = 0; i < rows; i++) memcpy(to + i * to_stride, from + i * from_stride, bytes);
}

// A tile at an edge of the results: one that is larger than what is left is computed in memory of its own.
TARGET INLINE void edge_tile(intptr_t words, const float *a, intptr_t row_stride, intptr_t word_stride, const float *b,
    char *c, intptr_t stride, int adding, intptr_t rows, intptr_t columns, const int rounded) {
  if (rows == ROWS && columns % LANES == 0)
    return sized_tile(words, a, row_stride, word_stride, b, c, stride, adding, columns, rounded);
  char edge[ROWS * PANEL * 4] = {0};
  intptr_t edge_stride = PANEL * RESULT_BYTES(rounded), bytes = columns * RESULT_BYTES(rounded);
  if (adding) copy_part(c, stride, edge, edge_stride, rows, bytes);
  sized_tile(words, a, row_stride, word_stride, b, edge, edge_stride, adding, columns, rounded);
  copy_part(edge, edge_stride, c, stride, rows, bytes);
}

// Whether the words of a factor can be read where they are: float32, or whole, aligned pairs along the rows of memory.
INLINE int is_readable(struct attune_factor a) {
  if (!PAIRS) return !a.is_bfloat16;
  return a.is_along && a.inner % 2 == 0 && ((uintptr_t)a.start | (uintptr_t)a.stride) % 4 == 0;
}

// Few columns: rows are read where they are, all but a last group that is smaller than a tile.
TARGET INLINE void thin_product(struct attune_factor a, const float *packed, char *c, intptr_t stride, intptr_t first,
    intptr_t rows, intptr_t columns, int adding, float *scratch, const int rounded) {
  intptr_t words = word_count(a), whole = first + rows / ROWS * ROWS, left = rows % ROWS;
  intptr_t row_stride = a.is_along ? a.stride / 4 : 1, word_stride = a.is_along ? 1 : a.stride / 4;
  if (left > 0) pack_rows(a, whole, left, scratch, 0, words);
  for (intptr_t j = 0; j < columns; j += PANEL) {
    const float *panel = packed + j * words;
    intptr_t width = columns - j < PANEL ? columns - j : PANEL;
    char *to = c + j * RESULT_BYTES(rounded);
    for (intptr_t row = first; row < whole; row += ROWS)
      edge_tile(words, (const float *)a.start + row * row_stride, row_stride, word_stride, panel, to + row * stride,
          stride, adding, ROWS, width, rounded);
    if (left > 0) edge_tile(words, scratch, 1, ROWS, panel, to + whole * stride, stride, adding, left, width, rounded);
  }
}

TARGET INLINE void product(const struct attune_factor *factors, intptr_t count, const float *packed, char *c,
    intptr_t stride, intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch, const int rounded) {
  const int is_packed = count == 1 && factors[0].is_along == 2;
  if (count == 1 && !is_packed && pays_in_place(factors[0], columns) && is_readable(factors[0]))
    return thin_product(factors[0], packed, c, stride, first, rows, columns, adding, scratch, rounded);
  intptr_t words = 0;
  for (intptr_t i = 0; i < count; i++) words += word_count(factors[i]);
  for (intptr_t block = first; block < first + rows; block += BLOCK) {
    intptr_t height = first + rows - block < BLOCK ? first + rows - block : BLOCK;
    const float *packed_rows = is_packed ? (const float *)factors[0].start + block * words : scratch;
    for (intptr_t i = 0, offset = 0; i < count && !is_packed; offset += word_count(factors[i++]))
      pack_rows(factors[i], block, height, scratch, offset, words);
    for (intptr_t j = 0; j < columns; j += PANEL)
      for (intptr_t i = 0; i < height; i += ROWS)
        edge_tile(words, packed_rows + i * words, 1, ROWS, packed + j * words,
            c + (block + i) * stride + j * RESULT_BYTES(rounded), stride, adding, height - i < ROWS ? height - i : ROWS,
            columns - j < PANEL ? columns - j : PANEL, rounded);
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

TARGET static void pack_rows_once(struct attune_factor a, intptr_t first, intptr_t rows, float *packed) {
  pack_rows(a, first, rows, packed + first * word_count(a), 0, word_count(a));
}

// The kernels of this body.
#define KERNELS(label)                                                                                  \
  {                                                                                                     \
    .name = label, .panel = PANEL, .tile = ROWS, .block = BLOCK, .elements = PAIRS ? 2 : 1, .depth = 1, \
    .pack_columns = pack_columns, .pack_rows = pack_rows_once, .product_f32 = product_f32,              \
    .product_bf16 = product_bf16                                                                        \
  }
