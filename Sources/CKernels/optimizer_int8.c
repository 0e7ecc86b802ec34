// AdamW with moments of eight bits an element, in blocks of 256 (as 2110.02861, with another code).
//
// A code names one of the floats that have three bits after the leading one, eight to an octave: the upper twelve bits
// of a float32, counted down from the block's largest. So codes are logarithmic, decoding and encoding are shifts, and a
// value that has not changed keeps its bits when the largest of its block changes.
//
//  - m: a sign and 127 levels, nearly 16 octaves. Below half of the lowest level it becomes 0: the element then moves by
//    its gradient alone until m reaches the range again.
//  - v: 255 levels, nearly 32 octaves, the range of m for √v. Only 0 becomes 0; a value below the lowest level is raised
//    to it. An element whose v were lost would move by m / ε.
//
// Values between two levels are rounded at random in proportion to their distance. Rounded to nearest, v would hardly
// move: one step changes it by (1 - β₂) (g² - v), which is mostly less than half the distance of two levels.
#include "optimizer.h"

#define BLOCK 256
#define SHIFT 20

typedef uint8_t b16 __attribute__((vector_size(16)));
typedef uint8_t b16u __attribute__((vector_size(16), aligned(1)));

struct window {
  int32_t first, second;  // what is added to a code to get the upper bits of its float
};

INLINE uint32_t bits_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return bits;
}

// A window by its upper end, the scale of a block.
INLINE struct window window(float first, float second) {
  return (struct window){(int32_t)(bits_of(first) >> SHIFT) - 127, (int32_t)(bits_of(second) >> SHIFT) - 255};
}

INLINE void decode_first(const u16 *codes, int32_t below, v16 *value) {
  i16 level = (i16)(*codes & 127);
  *value = (v16)((((level + below) << SHIFT) & (level != 0)) | (i16)((*codes & 128) << 24));
}

INLINE void decode_second(const u16 *codes, int32_t below, v16 *value) {
  i16 level = (i16)*codes;
  *value = (v16)(((level + below) << SHIFT) & (level != 0));
}

INLINE void encode_first(const v16 *value, const u16 *noise, int32_t below, u16 *codes) {
  u16 bits = (u16)*value & 0x7FFFFFFF;
  i16 level = (i16)((bits + (*noise << 4 & 0xFFFF0)) >> SHIFT) - below, cut = (i16)(bits >> SHIFT) - below;
  i16 low = level < 1;
  level = (low & (cut > -8) & 1) | (~low & level);
  *codes = (u16)level | ((u16)*value >> 31 << 7 & (u16)(level != 0));
}

INLINE void encode_second(const v16 *value, const u16 *noise, int32_t below, u16 *codes) {
  u16 bits = (u16)*value;
  i16 level = (i16)((bits + (*noise >> 12 & 0xFFFF0)) >> SHIFT) - below;
  *codes = (u16)(__builtin_elementwise_max(level, (i16){} + 1) & (bits != 0));
}

INLINE void load_codes(const uint8_t *p, intptr_t n, u16 *codes) {
  b16 bytes = {};
  if (n >= 16) bytes = *(const b16u *)p;
  else memcpy(&bytes, p, (size_t)n);
  *codes = __builtin_convertvector(bytes, u16);
}

INLINE void store_codes(uint8_t *p, intptr_t n, const u16 *codes) {
  b16 bytes = __builtin_convertvector(*codes, b16);
  if (n >= 16) *(b16u *)p = bytes;
  else memcpy(p, &bytes, (size_t)n);
}

// The scale of a block: the lowest level that is not below its largest value, and at least so large that all levels are
// above 0.
INLINE float scale_of(const u16 *largest, int levels) {
  uint32_t most = 0;
  for (int k = 0; k < 16; k++) most = (*largest)[k] > most ? (*largest)[k] : most;
  uint32_t top = (most + (1u << SHIFT) - 1) >> SHIFT;
  uint32_t bits = (top < (uint32_t)levels ? (uint32_t)levels : top) << SHIFT;
  float scale;
  memcpy(&scale, &bits, 4);
  return scale;
}

#define ADAMW(type)                                                                                                  \
  CLONES void attune_adamw_int8_##type(                                                                               \
      const struct attune_adamw_step *step, type *parameter, const float *gradient, uint8_t *first,                   \
      float *first_scales, uint8_t *second, float *second_scales, intptr_t start, intptr_t count) {                   \
    struct adamw a = adamw(step);                                                                                     \
    v16 firsts[BLOCK / 16], seconds[BLOCK / 16];                                                                      \
    for (intptr_t block = start; block < start + count; block += BLOCK) {                                             \
      intptr_t size = start + count - block < BLOCK ? start + count - block : BLOCK;                                  \
      float *first_scale = first_scales + block / BLOCK, *second_scale = second_scales + block / BLOCK;               \
      struct window w = window(*first_scale, *second_scale);                                                          \
      u16 largest1 = {}, largest2 = {}, codes, noise;                                                                 \
      for (intptr_t j = 0; j < size; j += 16) {                                                                       \
        intptr_t i = block + j, n = size - j;                                                                         \
        int whole = n >= 16;                                                                                          \
        v16 g = whole ? LOAD_f32(gradient + i) : LOAD_PART_f32(gradient + i, n, 0.0f), m, v;                          \
        v16 p = whole ? LOAD_##type(parameter + i) : LOAD_PART_##type(parameter + i, n, 0.0f);                        \
        load_codes(first + i, n, &codes);                                                                             \
        decode_first(&codes, w.first, &m);                                                                            \
        load_codes(second + i, n, &codes);                                                                            \
        decode_second(&codes, w.second, &v);                                                                          \
        adamw16(&a, &g, &m, &v, &p);                                                                                  \
        firsts[j / 16] = m;                                                                                           \
        seconds[j / 16] = v;                                                                                          \
        largest1 = MAX(largest1, (u16)m & 0x7FFFFFFF);                                                                \
        largest2 = MAX(largest2, (u16)v);                                                                             \
        if (whole) STORE_ROUNDED_##type(parameter + i, p, &a, i);                                                     \
        else STORE_ROUNDED_PART_##type(parameter + i, p, &a, i, n);                                                   \
      }                                                                                                               \
      *first_scale = scale_of(&largest1, 127);                                                                        \
      *second_scale = scale_of(&largest2, 255);                                                                       \
      w = window(*first_scale, *second_scale);                                                                        \
      for (intptr_t j = 0; j < size; j += 16) {                                                                       \
        random16(&noise, a.key, 1, block + j);                                                                        \
        encode_first(&firsts[j / 16], &noise, w.first, &codes);                                                       \
        store_codes(first + block + j, size - j, &codes);                                                             \
        encode_second(&seconds[j / 16], &noise, w.second, &codes);                                                    \
        store_codes(second + block + j, size - j, &codes);                                                            \
      }                                                                                                               \
    }                                                                                                                 \
  }

ADAMW(f32)
ADAMW(bf16)

CLONES void attune_decode_moment(const uint8_t *codes, const float *scales, float *values, intptr_t count,
                                 int is_signed) {
  for (intptr_t i = 0; i < count; i += 16) {
    struct window w = window(scales[i / BLOCK], scales[i / BLOCK]);
    u16 loaded;
    v16 value;
    load_codes(codes + i, count - i, &loaded);
    if (is_signed) decode_first(&loaded, w.first, &value);
    else decode_second(&loaded, w.second, &value);
    if (count - i >= 16) STORE_f32(values + i, value);
    else STORE_PART_f32(values + i, value, count - i);
  }
}
