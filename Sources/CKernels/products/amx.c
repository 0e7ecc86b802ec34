// AMX: one instruction multiplies 16 rows by 16 columns over 32 bfloat16 of the sum, and adds to float32. (It treats
// subnormal numbers as zero.) 32 × 32 results are computed at once: four tiles of sums, two of either factor, so that four
// loads feed four products.
//
// A panel stays in the first-level cache while the rows of a block pass by, from the second-level cache. Meanwhile the
// next panel is fetched, and while the first one is used, the next rows.
#include "bodies.h"

#if defined(__x86_64__)
#ifdef ATTUNE_TILE_INSTRUCTIONS
#include ATTUNE_TILE_INSTRUCTIONS
#else
#include "amx_instructions.h"
#endif
#define LANES 16
#define ROWS 16
#define VECTORS 2
#define BLOCK 128
#define PAIRS 1
#include "amx_packing.h"

// Factors of one sum whose rows are loaded from where they are; with more of them all rows are copied.
enum { FACTORS = 8, SQUARE = 2 * SIDE };
// Words of a sum from which on the rows of the first factor would push the panel out of the first-level cache.
enum { STREAMED = 192 };

// What is fetched into the second-level cache for each tile: cache lines of the next panel, a multiple of 4, and as many
// rows as follow the next 32.
struct ahead {
  const char *panel;
  intptr_t lines, rows;
};

TARGET INLINE void fetch(struct ahead ahead, intptr_t panel_offset, const char *a, intptr_t stride) {
#pragma nounroll
  for (intptr_t line = 0; line < ahead.lines; line += 4) {
    const char *from = ahead.panel + panel_offset + line * 64;
    __builtin_prefetch(from, 0, 2), __builtin_prefetch(from + 64, 0, 2);
    __builtin_prefetch(from + 128, 0, 2), __builtin_prefetch(from + 192, 0, 2);
  }
#pragma nounroll
  for (intptr_t i = SQUARE; i < SQUARE + ahead.rows; i++) __builtin_prefetch(a + i * stride, 0, 2);
}

// The sums of `tall` times `wide` tiles, of rows from the tile `row` on. `adding` starts them with what `c` holds.
TARGET INLINE void sum_tiles(const struct segment *segments, int count, intptr_t row, const char *b, char *c,
    intptr_t stride, int adding, struct ahead ahead, const int tall, const int wide, const int streamed) {
  if (adding) {
    LOAD_TILE(0, c, stride);
    if (wide > 1) LOAD_TILE(1, c + ROW_BYTES, stride);
    if (tall > 1) LOAD_TILE(2, c + SIDE * stride, stride);
    if (tall > 1 && wide > 1) LOAD_TILE(3, c + SIDE * stride + ROW_BYTES, stride);
  } else {
    ZERO_TILE(0), ZERO_TILE(1), ZERO_TILE(2), ZERO_TILE(3);
  }
  intptr_t panel_offset = 0;
  for (const struct segment *s = segments; s < segments + count; s++) {
    const char *a = s->start + row * s->below;
    const intptr_t a_stride = s->stride, step = s->step, below = s->below, tiles = s->tiles;
    const struct ahead fetched = {ahead.panel, ahead.lines, s->is_copied ? 0 : ahead.rows};
    for (intptr_t t = 0; t < tiles; t++, a += step, panel_offset += wide * TILE_BYTES) {
      fetch(fetched, panel_offset, a, a_stride);
      LOAD_TILE(4, b + panel_offset, wide * ROW_BYTES);
      if (streamed) STREAM_TILE(6, a, a_stride);
      else LOAD_TILE(6, a, a_stride);
      DOT_TILES(0, 6, 4);
      if (wide > 1) {
        LOAD_TILE(5, b + panel_offset + ROW_BYTES, wide * ROW_BYTES);
        DOT_TILES(1, 6, 5);
      }
      if (tall > 1) {
        if (streamed) STREAM_TILE(7, a + below, a_stride);
        else LOAD_TILE(7, a + below, a_stride);
        DOT_TILES(2, 7, 4);
        if (wide > 1) DOT_TILES(3, 7, 5);
      }
    }
  }
  STORE_TILE(0, c, stride);
  if (wide > 1) STORE_TILE(1, c + ROW_BYTES, stride);
  if (tall > 1) STORE_TILE(2, c + SIDE * stride, stride);
  if (tall > 1 && wide > 1) STORE_TILE(3, c + SIDE * stride + ROW_BYTES, stride);
}

#define SUM_TILES(tall, wide)                                                                                   \
  TARGET static void sum_##tall##_##wide(const struct segment *segments, int count, intptr_t row, const char *b, \
      char *c, intptr_t stride, int adding, struct ahead ahead, int streamed) {                                 \
    if (streamed) sum_tiles(segments, count, row, b, c, stride, adding, ahead, tall, wide, 1);                  \
    else sum_tiles(segments, count, row, b, c, stride, adding, ahead, tall, wide, 0);                           \
  }
SUM_TILES(1, 1)
SUM_TILES(1, 2)
SUM_TILES(2, 1)
SUM_TILES(2, 2)

// Results in memory of their own, `[32][32]`: what they are added to, and the way back.
TARGET INLINE void read_square(
    float *square, const char *c, intptr_t stride, intptr_t rows, intptr_t columns, const int rounded) {
  if (rows % SIDE != 0 || columns % SIDE != 0) memset(square, 0, SQUARE * SQUARE * sizeof(float));
  for (intptr_t i = 0; i < rows; i++, square += SQUARE, c += stride) {
    if (!rounded) memcpy(square, c, (size_t)columns * 4);
    else
      for (intptr_t j = 0; j < columns; j++) square[j] = widen1(((const uint16_t *)c)[j]);
  }
}

TARGET INLINE void write_square(
    const float *square, char *c, intptr_t stride, intptr_t rows, intptr_t columns, const int rounded) {
  for (intptr_t i = 0; i < rows; i++) {
    const float *row = square + i * SQUARE;
    if (!rounded) {
      memcpy(c + i * stride, row, (size_t)columns * 4);
    } else if (columns == SQUARE) {
      round_row(row, (uint16_t *)(c + i * stride));
    } else {
      uint16_t part[SQUARE];
      round_row(row, part);
      memcpy(c + i * stride, part, (size_t)columns * 2);
    }
  }
}

// Up to 32 × 32 results. Those that are no whole tiles, or rounded, are computed in memory of their own.
TARGET INLINE void square_of_results(const struct segment *segments, int count, intptr_t row, const char *b, char *c,
    intptr_t stride, int adding, struct ahead ahead, intptr_t rows, intptr_t columns, int streamed,
    const int rounded) {
  _Alignas(64) float square[SQUARE * SQUARE];
  const int is_apart = rounded || rows % SIDE != 0 || columns % SIDE != 0;
  for (intptr_t i = 0; i < rows; i++) __builtin_prefetch(c + i * stride, 1, 2);
  if (is_apart && adding) read_square(square, c, stride, rows, columns, rounded);
  char *to = is_apart ? (char *)square : c;
  intptr_t to_stride = is_apart ? SQUARE * 4 : stride;
  if (rows <= SIDE && columns <= SIDE) sum_1_1(segments, count, row, b, to, to_stride, adding, ahead, streamed);
  else if (rows <= SIDE) sum_1_2(segments, count, row, b, to, to_stride, adding, ahead, streamed);
  else if (columns <= SIDE) sum_2_1(segments, count, row, b, to, to_stride, adding, ahead, streamed);
  else sum_2_2(segments, count, row, b, to, to_stride, adding, ahead, streamed);
  if (is_apart) write_square(square, c, stride, rows, columns, rounded);
}

// The results of the rows of a block. From row `whole` on, all tiles were copied, to `copied`.
TARGET INLINE void product_of_block(const struct segment *segments, int count, const struct segment *copied,
    intptr_t whole, const float *packed, char *c, intptr_t stride, intptr_t rows, intptr_t columns, int adding,
    const int rounded) {
  const intptr_t total = copied->tiles, groups = (rows + SQUARE - 1) / SQUARE;
  // The groups of rows share the 32 cache lines of two tiles.
  const intptr_t lines = (32 + 4 * groups - 1) / (4 * groups) * 4;
  for (intptr_t j = 0; j < columns; j += PANEL) {
    const char *b = (const char *)(packed + j * total * SIDE);
    for (intptr_t i = 0; i < rows; i += SQUARE) {
      const struct ahead ahead = {.panel = b + total * 2 * TILE_BYTES + i / SQUARE * lines * 64,
          .lines = j + PANEL < columns ? lines : 0, .rows = j == 0 && i + 2 * SQUARE <= rows ? SQUARE : 0};
      square_of_results(i < whole ? segments : copied, i < whole ? count : 1, i / SIDE, b,
          c + i * stride + j * (rounded ? 2 : 4), stride, adding, ahead, rows - i < SQUARE ? rows - i : SQUARE,
          columns - j < PANEL ? columns - j : PANEL, total * SIDE >= STREAMED, rounded);
    }
  }
}

TARGET INLINE void product(const struct attune_factor *factors, intptr_t count, const float *packed, char *c,
    intptr_t stride, intptr_t first, intptr_t rows, intptr_t columns, int adding, char *scratch, const int rounded) {
  struct segment segments[2 * FACTORS];
  intptr_t total = 0;
  for (intptr_t i = 0; i < count; i++) total += tile_count(factors[i]);
  const struct segment copied = {scratch, ROW_BYTES, TILE_BYTES, total * TILE_BYTES, total, 1};
  shape_tiles();
  for (intptr_t block = first, last = first + rows; block < last; block += BLOCK) {
    intptr_t height = last - block < BLOCK ? last - block : BLOCK;
    // Memory after the last row is not loaded: a tile that has fewer rows is copied.
    intptr_t whole = count > FACTORS ? 0 : height % SIDE == 0 ? height : height / SQUARE * SQUARE;
    int found = pack_rows_in_tiles(factors, count, block, height, whole, scratch, total, whole > 0 ? segments : 0);
    product_of_block(
        segments, found, &copied, whole, packed, c + block * stride, stride, height, columns, adding, rounded);
  }
}

TARGET static void product_f32(const struct attune_factor *factors, intptr_t count, const float *packed, float *c,
    intptr_t stride, intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch) {
  product(factors, count, packed, (char *)c, stride * 4, first, rows, columns, adding, (char *)scratch, 0);
}

TARGET static void product_bf16(const struct attune_factor *factors, intptr_t count, const float *packed, uint16_t *c,
    intptr_t stride, intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch) {
  product(factors, count, packed, (char *)c, stride * 2, first, rows, columns, adding, (char *)scratch, 1);
}

// Panels are padded with zeros to whole tiles.
TARGET static void pack_padded_columns(
    struct attune_factor b, intptr_t first, intptr_t columns, float *packed, intptr_t offset, intptr_t total) {
  pack_columns(b, first, columns, packed, offset, total);
  intptr_t words = (b.inner + 1) / 2, padding = (words + SIDE - 1) / SIDE * SIDE - words;
  if (padding == 0) return;
  for (intptr_t j = 0; j < columns; j += PANEL) {
    intptr_t width = columns - j <= SIDE ? SIDE : PANEL;
    memset(packed + j * total + (offset + words) * width, 0, (size_t)(padding * width) * 4);
  }
}

const struct attune_product_kernels attune_amx = {
    .name = "amx", .panel = PANEL, .tile = SQUARE, .block = BLOCK, .elements = 2, .depth = SIDE,
    .pack_rows = pack_rows_once, .pack_columns = pack_padded_columns, .product_f32 = product_f32, .product_bf16 = product_bf16};
#endif
