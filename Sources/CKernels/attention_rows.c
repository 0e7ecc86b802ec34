// Attention of a few queries by keys and values as they are stored, and the rows of one head among those of others.
#include "folding.h"

// A few query rows [rows, padded], with zeros from `width` on, by `count` keys of one head: scores [rows, columns].
#define DOTS(T)                                                                                                       \
  CLONES void attune_attention_dots_##T(const T *keys, intptr_t stride, intptr_t count, intptr_t width,               \
      const float *queries, intptr_t rows, intptr_t padded, float *scores, intptr_t columns) {                        \
    for (intptr_t first = 0; first < count; first += 16) {                                                         \
      intptr_t keys_left = count - first < 16 ? count - first : 16;                                             \
      for (intptr_t r = 0; r < rows; r++) {                                                                           \
        v16 of_keys[16] = {0};                                                                                     \
        for (intptr_t k = 0; k < keys_left; k++) {                                                                    \
          const T *key = keys + (first + k) * stride;                                                                 \
          v16 sum = SPLAT(0.0f);                                                                                      \
          intptr_t i = 0;                                                                                             \
          for (; i + 16 <= width; i += 16) sum += LOAD_##T(key + i) * LOAD_f32(queries + r * padded + i);             \
          if (i < width) sum += LOAD_PART_##T(key + i, width - i, 0.0f) * LOAD_f32(queries + r * padded + i);         \
          of_keys[k] = sum;                                                                                           \
        }                                                                                                             \
        fold_sums(of_keys);                                                                                           \
        STORE_f32(scores + r * columns + first, of_keys[0]);                                                          \
      }                                                                                                               \
    }                                                                                                                 \
  }

// `output` [rows, width] += factors [rows, columns] by `count` values of one head.
#define SUMS(T)                                                                                                       \
  CLONES void attune_attention_sums_##T(const T *values, intptr_t stride, intptr_t count, intptr_t width,             \
      const float *factors, intptr_t columns, intptr_t rows, float *output) {                                         \
    for (intptr_t r = 0; r < rows; r++) {                                                                             \
      const float *p = factors + r * columns;                                                                         \
      float *o = output + r * width;                                                                                  \
      intptr_t i = 0;                                                                                                 \
      for (; i + 64 <= width; i += 64) {                                                                              \
        v16 a = LOAD_f32(o + i), b = LOAD_f32(o + i + 16), c = LOAD_f32(o + i + 32), d = LOAD_f32(o + i + 48);        \
        for (intptr_t k = 0; k < count; k++) {                                                                        \
          const T *value = values + k * stride + i;                                                                   \
          a += LOAD_##T(value) * p[k];                                                                                \
          b += LOAD_##T(value + 16) * p[k];                                                                           \
          c += LOAD_##T(value + 32) * p[k];                                                                           \
          d += LOAD_##T(value + 48) * p[k];                                                                           \
        }                                                                                                             \
        STORE_f32(o + i, a);                                                                                          \
        STORE_f32(o + i + 16, b);                                                                                     \
        STORE_f32(o + i + 32, c);                                                                                     \
        STORE_f32(o + i + 48, d);                                                                                     \
      }                                                                                                               \
      for (; i + 16 <= width; i += 16) {                                                                              \
        v16 a = LOAD_f32(o + i);                                                                                      \
        for (intptr_t k = 0; k < count; k++) a += LOAD_##T(values + k * stride + i) * p[k];                           \
        STORE_f32(o + i, a);                                                                                          \
      }                                                                                                               \
      for (; i < width; i++)                                                                                          \
        for (intptr_t k = 0; k < count; k++) o[i] += GET_##T(values + k * stride + i) * p[k];                         \
    }                                                                                                                 \
  }

// Σ a b of every head of every row, `[heads, rows]`: delta = Σ ∂o o.
#define HEAD_DOTS(T)                                                                                                  \
  CLONES void attune_head_dots_##T(const T *a, const T *b, intptr_t first, intptr_t last, intptr_t heads,             \
      intptr_t width, float *dots, intptr_t rows) {                                                                   \
    for (intptr_t r = first; r < last; r++)                                                                           \
      for (intptr_t h = 0; h < heads; h++) {                                                                          \
        const T *x = a + (r * heads + h) * width, *y = b + (r * heads + h) * width;                                   \
        v16 sum = SPLAT(0.0f);                                                                                        \
        intptr_t i = 0;                                                                                               \
        for (; i + 16 <= width; i += 16) sum += LOAD_##T(x + i) * LOAD_##T(y + i);                                    \
        float total = sum16(&sum);                                                                                    \
        for (; i < width; i++) total += GET_##T(x + i) * GET_##T(y + i);                                              \
        dots[h * rows + r] = total;                                                                                   \
      }                                                                                                               \
  }

// Rows that lie `from_stride` bytes apart, copied.
void attune_copy_rows(
    const void *from, intptr_t from_stride, void *to, intptr_t to_stride, intptr_t rows, intptr_t bytes) {
  for (intptr_t r = 0; r < rows; r++) memcpy((char *)to + r * to_stride, (const char *)from + r * from_stride, bytes);
}

// Rows of `width` elements, added.
CLONES void attune_add_rows(
    const float *from, intptr_t from_stride, float *to, intptr_t to_stride, intptr_t rows, intptr_t width) {
  for (intptr_t r = 0; r < rows; r++)
    for (intptr_t i = 0; i < width; i++) to[r * to_stride + i] += from[r * from_stride + i];
}

DOTS(f32)
DOTS(bf16)
SUMS(f32)
SUMS(bf16)
HEAD_DOTS(f32)
HEAD_DOTS(bf16)
