// Matrix products at the width of AVX-512, blocked as in Goto and van de Geijn's "Anatomy of high-performance matrix
// multiplication" (2008): second factors are packed into panels of columns once, for all threads; each thread packs its
// rows of the first factors block by block, and a tile of results stays in registers for a whole sum.
//
// Packed factors are made of words of 32 bits: one float32, or two bfloat16 that are neighbours in the sum. One
// instruction multiplies and adds sixteen words of either kind, so both precisions share all but that instruction.
#include "vector.h"

#if defined(__x86_64__)
#define WIDE __attribute__((target("arch=x86-64-v4"), __min_vector_width__(512)))
#define WIDE_BF16 __attribute__((target("arch=x86-64-v4,avx512bf16"), __min_vector_width__(512)))
typedef __bf16 pairs __attribute__((vector_size(64)));
#define DOT_bf16(sum, a, b) __builtin_ia32_dpbf16ps_512(sum, (pairs)(a), (pairs)(b))
#else
#define WIDE
#define WIDE_BF16
// Never called there: ProductEngine chooses these loops only where the processor has the instruction.
#define DOT_bf16(sum, a, b) (sum)
#endif
#define DOT_f32(sum, a, b) ((sum) + (a) * (b))

// A tile is ROWS × COLUMNS sums: 24 registers, 3 for the columns, one for a broadcast.
enum { LANES = 16, ROWS = 8, COLUMNS = 48, BLOCK = 64 };

#define LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define BROADCAST(x) ((v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x})

// Transposes `count` (a power of two) rows of 16: every round moves the highest bit of an element's place to the lowest.
WIDE INLINE void transpose(v16 *rows, const int count) {
  v16 next[16];
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

// One row of `count` packed words, padded with zeros to `width`; `full` is the count that most rows have.
WIDE INLINE void pack_across(struct attune_factor factor, intptr_t word, intptr_t first, intptr_t count, intptr_t width,
    float *packed, const int full) {
  if (factor.layout == attune_across) {
    const float *from = (const float *)(factor.start + word * factor.stride) + first;
    if (count == full) memcpy(packed, from, full * sizeof(float));
    else memcpy(packed, from, count * sizeof(float));
  } else {
    const uint16_t *from = (const uint16_t *)(factor.start + 2 * word * factor.stride) + first;
    const uint16_t *below = (const uint16_t *)(factor.start + (2 * word + 1) * factor.stride) + first;
    uint32_t *words = (uint32_t *)packed;
    if (factor.is_odd && word == factor.words - 1)
      for (intptr_t i = 0; i < count; i++) words[i] = from[i];
    else if (count == full)
      for (int i = 0; i < full; i++) words[i] = from[i] | (uint32_t)below[i] << 16;
    else
      for (intptr_t i = 0; i < count; i++) words[i] = from[i] | (uint32_t)below[i] << 16;
  }
  if (count < width) memset(packed + count, 0, (width - count) * sizeof(float));
}

// Words along the rows of memory, `count` rows from `start` on, are packed `[total][width]`, width at most 16. What is
// packed beyond the last row is never read back: any row will do.
WIDE INLINE void pack_along(const char *start, intptr_t stride, intptr_t count, intptr_t words, float *packed,
    const intptr_t width, const int lanes) {
  const float *from[LANES];
  for (int i = 0; i < lanes; i++) from[i] = (const float *)(start + (i < count ? i : count - 1) * stride);
  intptr_t p = 0;
  for (; p + LANES <= words; p += LANES) {
    v16 rows[LANES];
#pragma unroll
    for (int i = 0; i < lanes; i++) rows[i] = LOAD_f32(from[i] + p);
    transpose(rows, lanes);
    // Sixteen lanes make a row of the packed words; eight make half of one, two to a vector.
#pragma unroll
    for (int i = 0; i < lanes; i++) STORE_f32(packed + (lanes == LANES ? (p + i) * width : p * ROWS + i * LANES), rows[i]);
  }
  for (; p < words; p++)
    for (int i = 0; i < lanes; i++) memcpy(packed + p * width + i, from[i] + p, sizeof(float));
}

// Columns of a second factor. Panels of 48 columns follow one another, each `[total][columns rounded up to 16]`; these are
// its words from `offset` on, so that the factors of several products that are summed are one below the other.
WIDE void attune_pack_columns(
    struct attune_factor b, intptr_t first, intptr_t columns, float *packed, intptr_t offset, intptr_t total) {
  for (intptr_t last = first + columns; first < last; first += COLUMNS) {
    intptr_t count = last - first < COLUMNS ? last - first : COLUMNS;
    intptr_t width = (count + LANES - 1) / LANES * LANES;
    float *panel = packed + offset * width;
    packed += total * width;
    if (b.layout == attune_along) {
      for (intptr_t lane = 0; lane < width; lane += LANES)
        pack_along(b.start + (first + lane) * b.stride, b.stride, count - lane, b.words, panel + lane, width, LANES);
      continue;
    }
    for (intptr_t p = 0; p < b.words; p++) pack_across(b, p, first, count, width, panel + p * width, COLUMNS);
  }
}

// Rows of a first factor. Panels of 8 rows follow one another, each `[total][8]`, of which these are the words from
// `offset` on.
WIDE static void pack_rows(
    struct attune_factor a, intptr_t first, intptr_t rows, float *packed, intptr_t offset, intptr_t total) {
  packed += offset * ROWS;
  for (intptr_t row = 0; row < rows; row += ROWS, packed += total * ROWS) {
    intptr_t count = rows - row < ROWS ? rows - row : ROWS;
    if (a.layout == attune_along)
      pack_along(a.start + (first + row) * a.stride, a.stride, count, a.words, packed, ROWS, ROWS);
    else
      for (intptr_t p = 0; p < a.words; p++) pack_across(a, p, first + row, count, ROWS, packed + p * ROWS, ROWS);
  }
}

// A tile that is larger than the rest of the results is computed in memory of its own.
INLINE void copy_part(
    const void *from, intptr_t from_stride, void *to, intptr_t to_stride, intptr_t rows, intptr_t bytes) {
  for (intptr_t i = 0; i < rows; i++) memcpy((char *)to + i * to_stride, (const char *)from + i * from_stride, bytes);
}

// `kind` of factors, `type` of results. One tile of 8 rows by `vectors` times 16 columns; a word of the first factor is
// at `a[row row_stride + word word_stride]`.
#define PRODUCT(name, target, kind, type)                                                                                 \
  target INLINE void tile_##name(intptr_t words, const float *a, intptr_t row_stride, intptr_t word_stride,               \
      const float *b, type *c, intptr_t stride, int adding, const int vectors) {                                          \
    v16 sums[ROWS][COLUMNS / LANES];                                                                                      \
    _Pragma("unroll") for (int i = 0; i < ROWS; i++) _Pragma("unroll") for (int v = 0; v < vectors; v++) {                \
      sums[i][v] = SPLAT(0);                                                                                              \
      __builtin_prefetch(c + i * stride + v * LANES, 1, 2);                                                               \
    }                                                                                                                     \
    for (intptr_t p = 0; p < words; p++, a += word_stride, b += vectors * LANES) {                                        \
      v16 columns[COLUMNS / LANES];                                                                                       \
      _Pragma("unroll") for (int v = 0; v < vectors; v++) {                                                               \
        columns[v] = LOAD_f32(b + v * LANES);                                                                             \
        __builtin_prefetch(b + (8 * vectors + v) * LANES);                                                                \
      }                                                                                                                   \
      _Pragma("unroll") for (int i = 0; i < ROWS; i++) {                                                                  \
        v16 row = BROADCAST(a[i * row_stride]);                                                                           \
        _Pragma("unroll") for (int v = 0; v < vectors; v++) sums[i][v] = DOT_##kind(sums[i][v], row, columns[v]);         \
      }                                                                                                                   \
    }                                                                                                                     \
    _Pragma("unroll") for (int i = 0; i < ROWS; i++) _Pragma("unroll") for (int v = 0; v < vectors; v++) {                \
      type *to = c + i * stride + v * LANES;                                                                              \
      v16 sum = adding ? LOAD_##type(to) + sums[i][v] : sums[i][v];                                                       \
      STORE_##type(to, sum);                                                                                              \
    }                                                                                                                     \
  }                                                                                                                       \
                                                                                                                          \
  target static void part_of_tile_##name(intptr_t words, const float *a, intptr_t row_stride, intptr_t word_stride,       \
      const float *b, type *c, intptr_t stride, int adding, intptr_t rows, intptr_t columns) {                            \
    type edge[ROWS * COLUMNS] = {0};                                                                                      \
    intptr_t edge_bytes = COLUMNS * sizeof(type), bytes = columns * (intptr_t)sizeof(type);                               \
    if (adding) copy_part(c, stride * (intptr_t)sizeof(type), edge, edge_bytes, rows, bytes);                             \
    switch ((columns + LANES - 1) / LANES) {                                                                              \
      case 1: tile_##name(words, a, row_stride, word_stride, b, edge, COLUMNS, adding, 1); break;                         \
      case 2: tile_##name(words, a, row_stride, word_stride, b, edge, COLUMNS, adding, 2); break;                         \
      default: tile_##name(words, a, row_stride, word_stride, b, edge, COLUMNS, adding, 3);                               \
    }                                                                                                                     \
    copy_part(edge, edge_bytes, c, stride * (intptr_t)sizeof(type), rows, bytes);                                         \
  }                                                                                                                       \
                                                                                                                          \
  target static void packed_tile_##name(intptr_t words, const float *a, const float *b, type *c, intptr_t stride,         \
      int adding, intptr_t rows, intptr_t columns) {                                                                      \
    if (rows < ROWS || columns % LANES != 0)                                                                              \
      return part_of_tile_##name(words, a, 1, ROWS, b, c, stride, adding, rows, columns);                                 \
    switch (columns / LANES) {                                                                                            \
      case 1: return tile_##name(words, a, 1, ROWS, b, c, stride, adding, 1);                                             \
      case 2: return tile_##name(words, a, 1, ROWS, b, c, stride, adding, 2);                                             \
      default: return tile_##name(words, a, 1, ROWS, b, c, stride, adding, 3);                                            \
    }                                                                                                                     \
  }                                                                                                                       \
                                                                                                                          \
  target void attune_product_##name(const struct attune_factor *factors, intptr_t count, const float *packed,             \
      type *c, intptr_t stride, intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch) {            \
    intptr_t words = 0;                                                                                                   \
    for (intptr_t i = 0; i < count; i++) words += factors[i].words;                                                       \
    for (intptr_t block = first; block < first + rows; block += BLOCK) {                                                  \
      intptr_t height = first + rows - block < BLOCK ? first + rows - block : BLOCK;                                      \
      for (intptr_t i = 0, offset = 0; i < count; offset += factors[i++].words)                                           \
        pack_rows(factors[i], block, height, scratch, offset, words);                                                     \
      for (intptr_t j = 0; j < columns; j += COLUMNS)                                                                     \
        for (intptr_t i = 0; i < height; i += ROWS)                                                                       \
          packed_tile_##name(words, scratch + i * words, packed + j * words, c + (block + i) * stride + j, stride,        \
              adding, height - i < ROWS ? height - i : ROWS, columns - j < COLUMNS ? columns - j : COLUMNS);              \
    }                                                                                                                     \
  }                                                                                                                       \
                                                                                                                          \
  target void attune_thin_product_##name(struct attune_factor a, const float *packed, type *c, intptr_t stride,           \
      intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch) {                                      \
    intptr_t whole = first + rows / ROWS * ROWS, left = rows % ROWS;                                                      \
    for (intptr_t row = first; row < whole; row += ROWS)                                                                  \
      part_of_tile_##name(a.words, (const float *)(a.start + row * a.stride), a.stride / (intptr_t)sizeof(float), 1,      \
          packed, c + row * stride, stride, adding, ROWS, columns);                                                       \
    if (left == 0) return;                                                                                                \
    pack_rows(a, whole, left, scratch, 0, a.words);                                                                       \
    part_of_tile_##name(a.words, scratch, 1, ROWS, packed, c + whole * stride, stride, adding, left, columns);            \
  }

PRODUCT(f32, WIDE, f32, f32)
PRODUCT(bf16, WIDE_BF16, bf16, bf16)
PRODUCT(bf16_f32, WIDE_BF16, bf16, f32)
