// The peak of AMX: each of 16 × 16 sums adds the products of 32 bfloat16.
#include "peak.h"

#if defined(__x86_64__)
#ifdef ATTUNE_TILE_INSTRUCTIONS
#include ATTUNE_TILE_INSTRUCTIONS
#else
#include "../products/amx_instructions.h"
#endif

TARGET double attune_peak_amx(intptr_t rounds) {
  float tile[16 * 16];
  for (int i = 0; i < 16 * 16; i++) tile[i] = attune_peak_source;
  shape_tiles();
  ZERO_TILE(0), ZERO_TILE(1), ZERO_TILE(2), ZERO_TILE(3);
  LOAD_TILE(4, tile, 64);
  LOAD_TILE(5, tile, 64);
  LOAD_TILE(6, tile, 64);
  LOAD_TILE(7, tile, 64);
  for (intptr_t round = 0; round < rounds; round++) {
    DOT_TILES(0, 6, 4);
    DOT_TILES(1, 6, 5);
    DOT_TILES(2, 7, 4);
    DOT_TILES(3, 7, 5);
  }
  float sum = 0;
  STORE_TILE(0, tile, 64), sum += tile[0];
  STORE_TILE(1, tile, 64), sum += tile[0];
  STORE_TILE(2, tile, 64), sum += tile[0];
  STORE_TILE(3, tile, 64), sum += tile[0];
  attune_peak_sink = sum;
  return (double)rounds * 4 * (16 * 16 * 32) * 2;
}
#endif
