// The tile instructions of AMX that amx.c uses. A tile is a register of 16 rows of 64 bytes: 16 × 16 floats, or 16 × 16
// pairs of bfloat16.
#pragma once
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define TARGET                                                                                           \
  __attribute__((target("arch=x86-64-v4,avx512bf16,amx-tile,amx-bf16"), __min_vector_width__(512)))

// All eight tiles have the largest shape. What LDTILECFG reads: bytes 0 palette, 1 first row, 16… bytes of a row of each
// tile, 48… its rows.
struct tile_shapes {
  uint8_t palette, first_row, unused[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
};

// Gives the tiles of this thread their shape, unless they have it: LDTILECFG takes ten times as long as reading it. The
// tiles are not released afterwards. Linux does that when the thread waits.
TARGET static inline void shape_tiles(void) {
  _Alignas(64) static const struct tile_shapes wanted = {
      .palette = 1, .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64}, .rows = {16, 16, 16, 16, 16, 16, 16, 16}};
  _Alignas(64) struct tile_shapes current;
  _tile_storeconfig(&current);
  if (memcmp(&current, &wanted, sizeof wanted) != 0) _tile_loadconfig(&wanted);
}

// Rows are `stride` bytes apart in memory; STREAM_TILE hints that they are not read again soon.
#define ZERO_TILE(tile) _tile_zero(tile)
#define LOAD_TILE(tile, from, stride) _tile_loadd(tile, from, stride)
#define STREAM_TILE(tile, from, stride) _tile_stream_loadd(tile, from, stride)
#define STORE_TILE(tile, to, stride) _tile_stored(tile, to, stride)
// sum += a b, where b holds for each pair of the sum a row of pairs, one for each column.
#define DOT_TILES(sum, a, b) _tile_dpbf16ps(sum, a, b)

// Rounds 32 floats to bfloat16, to nearest even.
TARGET static inline void round_row(const float *from, uint16_t *to) {
  _mm512_storeu_si512(to, (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(from + 16), _mm512_loadu_ps(from)));
}
