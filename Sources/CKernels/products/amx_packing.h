// First factors as AMX reads them: tiles of 16 rows by 16 words (pairs of bfloat16) of the sum. Where the sum runs along
// the rows of memory, whole tiles are loaded from there. All else is copied tile by tile, with zeros after the end of a
// row: not even the product of zero and what memory holds there may enter a sum, since it may be NaN.
#pragma once
#include "packing.h"

// A tile: its extent in rows and words, the bfloat16 of a row, the bytes of a row and of all.
enum { SIDE = 16, PAIRED = 2 * SIDE, ROW_BYTES = 64, TILE_BYTES = SIDE * ROW_BYTES };
// The rows of two tiles: what a cache line holds of a row of memory that sums run across.
enum { STRIP = 2 * SIDE };
// What a factor's `is_along` is where its rows are packed.
enum { IN_TILES = 2 };

// Consecutive tiles of a block's first 16 rows. Rows are `stride` bytes apart, tiles `step`, those of the next 16 rows
// `below`.
struct segment {
  const char *start;
  intptr_t stride, step, below, tiles;
  int is_copied;
};

INLINE intptr_t tile_count(struct attune_factor factor) { return (factor.inner + PAIRED - 1) / PAIRED; }

typedef uint16_t eighth __attribute__((vector_size(16)));
typedef uint16_t eighth_in_memory __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint16_t elements __attribute__((vector_size(64)));
typedef uint16_t elements_in_memory __attribute__((vector_size(64), aligned(1), may_alias));

// Interleaves the first or second halves of each 16 bytes.
#define INTERLEAVE_LOW(a, b)                                                                                  \
  __builtin_shufflevector(a, b, 0, 32, 1, 33, 2, 34, 3, 35, 8, 40, 9, 41, 10, 42, 11, 43, 16, 48, 17, 49, 18, \
      50, 19, 51, 24, 56, 25, 57, 26, 58, 27, 59)
#define INTERLEAVE_HIGH(a, b)                                                                                  \
  __builtin_shufflevector(a, b, 4, 36, 5, 37, 6, 38, 7, 39, 12, 44, 13, 45, 14, 46, 15, 47, 20, 52, 21, 53, 22, \
      54, 23, 55, 28, 60, 29, 61, 30, 62, 31, 63)
#define JOIN(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#define JOIN_PAIRS(a, b)                                                                                      \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, \
      22, 23, 24, 25, 26, 27, 28, 29, 30, 31)

// Transposes 8 columns of 32 rows of memory: they become 8 rows of a tile.
TARGET INLINE void transpose_elements(const uint16_t *from, char *to) {
  elements rows[8], next[8];
#pragma unroll
  for (int i = 0; i < 8; i++) {
    eighth parts[4];
#pragma unroll
    for (int k = 0; k < 4; k++) parts[k] = *(const eighth *)(from + (8 * k + i) * STRIP);
    rows[i] = JOIN_PAIRS(JOIN(parts[0], parts[1]), JOIN(parts[2], parts[3]));
  }
  // Every round moves the highest bit of an element's place among 64 to the lowest.
#pragma unroll
  for (int round = 0; round < 3; round++) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      next[2 * i] = INTERLEAVE_LOW(rows[i], rows[i + 4]);
      next[2 * i + 1] = INTERLEAVE_HIGH(rows[i], rows[i + 4]);
    }
#pragma unroll
    for (int i = 0; i < 8; i++) rows[i] = next[i];
  }
#pragma unroll
  for (int i = 0; i < 8; i++) *(elements_in_memory *)(to + i * ROW_BYTES) = rows[i];
}

// Copies tiles of up to 32 rows from `first` on, of which `count` exist, with the elements from `inner` on of sums that run
// across the rows of memory. They pass through a strip of memory of their own, since rows that are a power of two apart
// push one another out of the first-level cache.
TARGET INLINE void pack_strip(
    struct attune_factor a, intptr_t first, intptr_t count, intptr_t inner, char *to, intptr_t tile_below) {
  _Alignas(64) uint16_t strip[PAIRED * STRIP];
  intptr_t left = a.inner - inner < PAIRED ? a.inner - inner : PAIRED;
  const char *from = a.start + inner * a.stride + 2 * first;
  if (count < STRIP || left < PAIRED) {
    memset(strip, 0, sizeof strip);
    for (intptr_t p = 0; p < left; p++) memcpy(strip + p * STRIP, from + p * a.stride, (size_t)(2 * count));
  } else {
    for (intptr_t p = 0; p < PAIRED; p++, from += a.stride) {
      __builtin_prefetch(from + PAIRED * a.stride, 0, 2);
      *(elements *)(strip + p * STRIP) = *(const elements_in_memory *)from;
    }
  }
  for (intptr_t i = 0; i < (count + SIDE - 1) / SIDE * SIDE; i += 8)
    transpose_elements(strip + i, to + i / SIDE * tile_below + i % SIDE * ROW_BYTES);
}

// Copies a tile of rows from `first` on, of which `count` exist, with the elements from `inner` on of sums that run along
// the rows of memory.
TARGET INLINE void pack_tile(struct attune_factor a, intptr_t first, intptr_t count, intptr_t inner, char *to) {
  intptr_t left = a.inner - inner < PAIRED ? a.inner - inner : PAIRED;
  if (count < SIDE || left < PAIRED) memset(to, 0, TILE_BYTES);
  for (intptr_t i = 0; i < count; i++)
    memcpy(to + i * ROW_BYTES, a.start + (first + i) * a.stride + 2 * inner, (size_t)(2 * left));
}

// The tiles of a factor for some rows of a block, as they are copied: tiles of 16 rows follow `below` bytes after one
// another.
TARGET static void pack_tiles(struct attune_factor a, intptr_t first, intptr_t rows, intptr_t tile, char *to, intptr_t below) {
  if (a.is_along == IN_TILES) {
    for (intptr_t i = 0; i < rows; i += SIDE, to += below)
      memcpy(to, a.start + (first + i) / SIDE * a.stride + tile * TILE_BYTES, TILE_BYTES);
  } else if (a.is_along) {
    for (intptr_t i = 0; i < rows; i += SIDE, to += below)
      pack_tile(a, first + i, rows - i < SIDE ? rows - i : SIDE, tile * PAIRED, to);
  } else {
    for (intptr_t i = 0; i < rows; i += STRIP, to += 2 * below)
      pack_strip(a, first + i, rows - i < STRIP ? rows - i : STRIP, tile * PAIRED, to, below);
  }
}

// Copies those tiles of a block's rows that cannot be loaded from where they are; from row `whole` on, all tiles. Where
// there are whole rows, `segments` says where their tiles are. Returns the number of segments, 2 for each factor at most.
TARGET static int pack_rows_in_tiles(const struct attune_factor *factors, intptr_t count, intptr_t first, intptr_t rows,
    intptr_t whole, char *packed, intptr_t total, struct segment *segments) {
  int found = 0;
  for (const struct attune_factor *a = factors; a < factors + count; a++) {
    intptr_t tiles = tile_count(*a), below = total * TILE_BYTES;
    intptr_t loadable = a->is_along == IN_TILES ? tiles : a->is_along ? a->inner / PAIRED : 0;
    for (intptr_t t = 0; t < tiles; t++) {
      intptr_t start = t < loadable ? whole : 0;
      pack_tiles(*a, first + start, rows - start, t, packed + start / SIDE * below + t * TILE_BYTES, below);
    }
    if (segments && loadable > 0 && a->is_along == IN_TILES)
      segments[found++] =
          (struct segment){a->start + first / SIDE * a->stride, ROW_BYTES, TILE_BYTES, a->stride, tiles, 1};
    else if (segments && loadable > 0)
      segments[found++] =
          (struct segment){a->start + first * a->stride, a->stride, ROW_BYTES, SIDE * a->stride, loadable, 0};
    if (segments && tiles > loadable)
      segments[found++] = (struct segment){packed + loadable * TILE_BYTES, ROW_BYTES, TILE_BYTES, below, tiles - loadable, 1};
    packed += tiles * TILE_BYTES;
  }
  return found;
}

// Packs some rows of a factor for all threads, from a multiple of 32 on.
TARGET static void pack_rows_once(struct attune_factor a, intptr_t first, intptr_t rows, float *packed) {
  intptr_t tiles = tile_count(a), below = tiles * TILE_BYTES;
  char *to = (char *)packed + first / SIDE * below;
  for (intptr_t t = 0; t < tiles; t++) pack_tiles(a, first, rows, t, to + t * TILE_BYTES, below);
}
