// The tile instructions of AMX in plain C, for processors without them: the same sums in the same order as Intel's manual
// gives for TDPBF16PS, with tiles that belong to a thread and must be given their shape before they are used.
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TARGET

static _Thread_local float emulated_tiles[8][16][16];
static _Thread_local int emulated_tiles_are_shaped;

static inline void shape_tiles(void) { emulated_tiles_are_shaped = 1; }

static inline float (*emulated_tile(int tile))[16] {
  if (!emulated_tiles_are_shaped) {
    fprintf(stderr, "a tile is used before it has a shape\n");
    abort();
  }
  return emulated_tiles[tile];
}

static inline float without_subnormal(float x) { return fabsf(x) < 0x1p-126f ? copysignf(0, x) : x; }

static inline float emulated_sum(float sum, float a, float b) {
  return without_subnormal(fmaf(without_subnormal(a), without_subnormal(b), sum));
}

// One of the two bfloat16 of a word.
static inline float part_of_word(float word, int part) {
  uint16_t both[2];
  uint32_t bits;
  float value;
  memcpy(both, &word, sizeof word);
  bits = (uint32_t)both[part] << 16;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline void emulated_dot(float (*sum)[16], float (*a)[16], float (*b)[16]) {
  for (int m = 0; m < 16; m++)
    for (int n = 0; n < 16; n++) {
      float even = 0, odd = 0;
      for (int k = 0; k < 16; k++) {
        even = emulated_sum(even, part_of_word(a[m][k], 0), part_of_word(b[k][n], 0));
        odd = emulated_sum(odd, part_of_word(a[m][k], 1), part_of_word(b[k][n], 1));
      }
      sum[m][n] = without_subnormal(without_subnormal(sum[m][n]) + without_subnormal(even + odd));
    }
}

static inline void emulated_copy(char *to, intptr_t to_stride, const char *from, intptr_t from_stride) {
  for (int i = 0; i < 16; i++) memcpy(to + i * to_stride, from + i * from_stride, 64);
}

#define ZERO_TILE(tile) memset(emulated_tile(tile), 0, 1024)
#define LOAD_TILE(tile, from, stride) emulated_copy((char *)emulated_tile(tile), 64, (const char *)(from), stride)
#define STREAM_TILE(tile, from, stride) LOAD_TILE(tile, from, stride)
#define STORE_TILE(tile, to, stride) emulated_copy((char *)(to), stride, (const char *)emulated_tile(tile), 64)
#define DOT_TILES(sum, a, b) emulated_dot(emulated_tile(sum), emulated_tile(a), emulated_tile(b))

static inline void round_row(const float *from, uint16_t *to) {
  for (int i = 0; i < 32; i++) {
    float x = without_subnormal(from[i]);
    uint32_t bits;
    memcpy(&bits, &x, sizeof x);
    to[i] = x != x ? 0x7FC0 : (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
  }
}
