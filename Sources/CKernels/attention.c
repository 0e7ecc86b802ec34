// What attention computes between its products: the running softmax of a block of scores, and its derivative.
//
// Scores are [rows, stride] in float32, stride a multiple of 32; query row r sees the keys from `hidden + r` up to
// `visible + r`, cut to the block's columns. Exponents are in base 2, so `scale` includes log₂ e. What is multiplied
// further is written in float32 or, rounded, in bfloat16, with zeros up to a multiple of 32 columns.
#include "vector.h"

enum { STEP = 32 };

typedef uint16_t h64 __attribute__((vector_size(64)));
typedef uint16_t h64u __attribute__((vector_size(64), aligned(2)));

// NaN stays NaN: the second operand is the result unless the first is larger.
#define LARGER(a, b) SELECT((a) > (b), (a), (b))

// 2^x for x ≤ 0, relative error below 2e-7; 0 for x ≤ -100. x = n + r, a polynomial for 2^r, and n added to the exponent.
INLINE void power_of_two(v16 *value) {
  v16 magic = SPLAT(12582912.0f);  // 1.5 · 2^23: adding it rounds to a whole number
  v16 x = LARGER(SPLAT(-100), *value);
  v16 shifted = x + magic;
  v16 r = x - (shifted - magic);
  v16 p = r * SPLAT(1.326472731e-3f) + SPLAT(9.671512991e-3f);
  p = p * r + SPLAT(5.550733581e-2f);
  p = p * r + SPLAT(2.402224243e-1f);
  p = p * r + SPLAT(6.931470037e-1f);
  p = p * r + SPLAT(1);
  *value = (v16)((i16)p + ((i16)shifted << 23)) - SPLAT(0x1p-100f);
}

// Stores 32 results that will be factors. Rounded to nearest, ties away from zero.
#define STORE_PAIR_f32(to, a, b) (STORE_f32(to, a), STORE_f32((to) + 16, b))
#define STORE_PAIR_bf16(to, a, b)                                                                                         \
  (*(h64u *)(to) = __builtin_shufflevector((h64)((u16)(a) + 0x8000), (h64)((u16)(b) + 0x8000), 1, 3, 5, 7, 9, 11, 13, 15, \
       17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63))

#define FOLD(name, combine)                                                                                               \
  INLINE float name(const v16 *values) { \
    v16 x = *values; \
    x = combine(x, __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));            \
    x = combine(x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7));                        \
    x = combine(x, __builtin_shufflevector(x, x, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3));                        \
    x = combine(x, __builtin_shufflevector(x, x, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));                        \
    return x[0];                                                                                                          \
  }
#define PLUS(a, b) ((a) + (b))
FOLD(sum_of, PLUS)
FOLD(largest_of, LARGER)

// The seen columns of a row as a run of steps of 32, and which lanes of a step's halves are among them.
typedef struct {
  intptr_t start, end, first, last;
} seen_run;

INLINE seen_run seen_by(intptr_t r, intptr_t columns, intptr_t hidden, intptr_t visible) {
  intptr_t end = visible + r < columns ? visible + r : columns, start = hidden + r > 0 ? hidden + r : 0;
  if (end < 0) end = 0;
  if (start > end) start = end;
  return (seen_run){start, end, start / STEP * STEP, (end + STEP - 1) / STEP * STEP};
}

INLINE void only_seen(v16 *x, intptr_t column, const seen_run *seen, float other) {
  i16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  i16 place = lane + (int32_t)column;
  *x = SELECT((place >= (int32_t)seen->start) & (place < (int32_t)seen->end), *x, SPLAT(other));
}

#define ATTENTION(T)                                                                                                      \
  INLINE void clear_unseen_##T(T *factors, const seen_run *seen, intptr_t padded) {                                       \
    memset(factors, 0, seen->first * sizeof(T));                                                                          \
    if (padded > seen->last) memset(factors + seen->last, 0, (padded - seen->last) * sizeof(T));                          \
  }                                                                                                                       \
                                                                                                                          \
  INLINE float softmax_row_##T(const float *s, T *factors, const seen_run *seen, float scale, float *maximum,             \
      float *total, const int whole) {                                                                                    \
    v16 best = SPLAT(-INFINITY), sum = SPLAT(0);                                                                          \
    for (intptr_t i = seen->first; i < seen->last; i += STEP) {                                                           \
      v16 a = LOAD_f32(s + i), b = LOAD_f32(s + i + 16);                                                                  \
      if (!whole) only_seen(&a, i, seen, -INFINITY), only_seen(&b, i + 16, seen, -INFINITY);                        \
      a = LARGER(b, a);                                                                                                   \
      best = LARGER(a, best);                                                                                             \
    }                                                                                                                     \
    float largest = largest_of(&best) * scale, older = 1;                                                                  \
    if (largest <= *maximum) largest = *maximum;                                                                          \
    else older = *maximum == -INFINITY ? 0 : exp2f(*maximum - largest);                                                   \
    for (intptr_t i = seen->first; i < seen->last; i += STEP) {                                                           \
      v16 a = LOAD_f32(s + i), b = LOAD_f32(s + i + 16);                                                                  \
      a = a * scale - largest, b = b * scale - largest; power_of_two(&a); power_of_two(&b);                                       \
      if (!whole) only_seen(&a, i, seen, 0), only_seen(&b, i + 16, seen, 0);                                        \
      sum += a + b;                                                                                                       \
      STORE_PAIR_##T(factors + i, a, b);                                                                                  \
    }                                                                                                                     \
    *total = *total * older + sum_of(&sum);                                                                                \
    *maximum = largest;                                                                                                   \
    return older;                                                                                                         \
  }                                                                                                                       \
                                                                                                                          \
  CLONES void attune_attention_softmax_##T(const float *scores, T *factors, intptr_t stride, intptr_t rows,               \
      intptr_t columns, intptr_t hidden, intptr_t visible, float scale, float *maxima, float *sums, float *output,        \
      intptr_t width) {                                                                                                   \
    intptr_t padded = (columns + STEP - 1) / STEP * STEP;                                                                 \
    for (intptr_t r = 0; r < rows; r++) {                                                                                 \
      const float *s = scores + r * stride;                                                                               \
      T *p = factors + r * stride;                                                                                        \
      seen_run seen = seen_by(r, columns, hidden, visible);                                                               \
      clear_unseen_##T(p, &seen, padded);                                                                                 \
      if (seen.start == seen.end) continue;                                                                               \
      float older = seen.start == seen.first && seen.end == seen.last                                                     \
          ? softmax_row_##T(s, p, &seen, scale, maxima + r, sums + r, 1)                                                  \
          : softmax_row_##T(s, p, &seen, scale, maxima + r, sums + r, 0);                                                 \
      if (older != 1.0f)                                                                                                  \
        for (intptr_t i = 0; i < width; i++) output[r * width + i] *= older;                                              \
    }                                                                                                                     \
  }                                                                                                                       \
                                                                                                                          \
  INLINE void gradient_row_##T(const float *s, const float *d, T *p, T *g, const seen_run *seen, float scale,             \
      float log, float factor, float delta, const int whole) {                                                            \
    for (intptr_t i = seen->first; i < seen->last; i += STEP) {                                                           \
      v16 a = LOAD_f32(s + i) * scale - log, b = LOAD_f32(s + i + 16) * scale - log; power_of_two(&a); power_of_two(&b);          \
      if (!whole) only_seen(&a, i, seen, 0), only_seen(&b, i + 16, seen, 0);                                        \
      v16 da = LOAD_f32(d + i) * factor - delta, db = LOAD_f32(d + i + 16) * factor - delta;                              \
      if (!whole) only_seen(&da, i, seen, 0), only_seen(&db, i + 16, seen, 0);                                    \
      STORE_PAIR_##T(p + i, a, b);                                                                                        \
      STORE_PAIR_##T(g + i, a * da, b * db);                                                                              \
    }                                                                                                                     \
  }                                                                                                                       \
                                                                                                                          \
  CLONES void attune_attention_gradient_##T(const float *scores, const float *upstream, T *factors, T *gradients,         \
      intptr_t stride, intptr_t rows, intptr_t columns, intptr_t hidden, intptr_t visible, float scale,                   \
      float factor, const float *logs, const float *deltas) {                                                             \
    intptr_t padded = (columns + STEP - 1) / STEP * STEP;                                                                 \
    for (intptr_t r = 0; r < rows; r++) {                                                                                 \
      const float *s = scores + r * stride, *d = upstream + r * stride;                                                   \
      T *p = factors + r * stride, *g = gradients + r * stride;                                                           \
      seen_run seen = seen_by(r, columns, hidden, visible);                                                               \
      clear_unseen_##T(p, &seen, padded);                                                                                 \
      clear_unseen_##T(g, &seen, padded);                                                                                 \
      if (seen.start == seen.first && seen.end == seen.last)                                                              \
        gradient_row_##T(s, d, p, g, &seen, scale, logs[r], factor, deltas[r] * factor, 1);                               \
      else                                                                                                                \
        gradient_row_##T(s, d, p, g, &seen, scale, logs[r], factor, deltas[r] * factor, 0);                               \
    }                                                                                                                     \
  }

ATTENTION(f32)
ATTENTION(bf16)
