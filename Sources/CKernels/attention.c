// What attention computes between its products: the running softmax of a block of scores, and its derivative.
//
// Scores are [rows, stride] in float32, `stride` a multiple of 32. Query row r sees the keys from `hidden + r`, where its
// window begins, up to `visible + r`, cut to the block's columns. Exponents are in base 2: `scale` includes log₂ e. What is
// multiplied further is written as a factor, in float32 or rounded to bfloat16, with zeros up to a multiple of 32 columns.
#include "folding.h"

enum { STEP = 32, GROUP = 16 };

typedef uint16_t h32 __attribute__((vector_size(64)));
typedef uint16_t h32u __attribute__((vector_size(64), aligned(2)));

// 2^x for x ≤ 0, relative error below 2e-7; 0 for x ≤ -100; NaN stays NaN. x = n + r: a polynomial for 2^r, and n is added
// to the exponent.
INLINE void power_of_two(v16 *value) {
  v16 magic = SPLAT(12582912.0f);  // 1.5 · 2^23: adding it rounds to a whole number
  v16 x = LARGER(SPLAT(-100.0f), *value);
  v16 shifted = x + magic;
  v16 r = x - (shifted - magic);
  v16 p = r * SPLAT(1.326472731e-3f) + SPLAT(9.671512991e-3f);
  p = p * r + SPLAT(5.550733581e-2f);
  p = p * r + SPLAT(2.402224243e-1f);
  p = p * r + SPLAT(6.931470037e-1f);
  p = p * r + SPLAT(1.0f);
  *value = (v16)((i16)p + ((i16)shifted << 23)) - SPLAT(0x1p-100f);
}

// Stores 32 elements of a factor; bfloat16 is rounded to nearest, ties away from zero.
#define STORE_PAIR_f32(to, a, b) (STORE_f32(to, a), STORE_f32((to) + 16, b))
#define STORE_PAIR_bf16(to, a, b)                                                                                      \
  (*(h32u *)(to) = __builtin_shufflevector((h32)((u16)(a) + 0x8000), (h32)((u16)(b) + 0x8000), 1, 3, 5, 7, 9, 11,      \
       13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63))

// The columns that a row sees, and the whole steps that contain them.
typedef struct {
  intptr_t start, end, first, last;
} run;

INLINE run seen_by(intptr_t row, intptr_t columns, intptr_t hidden, intptr_t visible) {
  intptr_t start = hidden + row > 0 ? hidden + row : 0, end = visible + row < columns ? visible + row : columns;
  if (end <= start) return (run){0, 0, 0, 0};
  return (run){start, end, start / STEP * STEP, (end + STEP - 1) / STEP * STEP};
}

INLINE int is_whole(const run *seen) { return seen->start == seen->first && seen->end == seen->last; }

// Replaces what is not seen of sixteen columns.
INLINE void hide(v16 *x, intptr_t column, const run *seen, float other) {
  i16 place = (i16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + (int32_t)column;
  *x = SELECT((place >= (int32_t)seen->start) & (place < (int32_t)seen->end), *x, SPLAT(other));
}

INLINE void load_pair(
    const float *from, v16 *a, v16 *b, intptr_t column, const run *seen, float other, const int whole) {
  *a = LOAD_f32(from + column);
  *b = LOAD_f32(from + column + 16);
  if (whole) return;
  hide(a, column, seen, other);
  hide(b, column + 16, seen, other);
}

INLINE void find_largest(const float *scores, const run *seen, v16 *largest, const int whole) {
  v16 best = SPLAT(-INFINITY), a, b;
  for (intptr_t i = seen->first; i < seen->last; i += STEP) {
    load_pair(scores, &a, &b, i, seen, -INFINITY, whole);
    a = LARGER(a, b);
    best = LARGER(a, best);
  }
  *largest = best;
}

#define ATTENTION(T)                                                                                                   \
  INLINE void clear_##T(T *factors, const run *seen, intptr_t padded) {                                                \
    if (seen->first > 0) memset(factors, 0, seen->first * sizeof(T));                                                  \
    if (padded > seen->last) memset(factors + seen->last, 0, (padded - seen->last) * sizeof(T));                       \
  }                                                                                                                    \
                                                                                                                       \
  INLINE void powers_##T(const float *scores, T *factors, const run *seen, float scale, float shift, v16 *sums,        \
      const int whole) {                                                                                               \
    v16 sum = SPLAT(0.0f), a, b;                                                                                       \
    for (intptr_t i = seen->first; i < seen->last; i += STEP) {                                                        \
      load_pair(scores, &a, &b, i, seen, -INFINITY, whole);                                                            \
      a = a * scale - shift;                                                                                           \
      b = b * scale - shift;                                                                                           \
      power_of_two(&a);                                                                                                \
      power_of_two(&b);                                                                                                \
      sum += a + b;                                                                                                    \
      STORE_PAIR_##T(factors + i, a, b);                                                                               \
    }                                                                                                                  \
    *sums = sum;                                                                                                       \
  }                                                                                                                    \
                                                                                                                       \
  /* The running softmax (2205.14135, algorithm 1): factors become 2^(scale s - maximum), maxima and sums are          \
     updated, and every row of `output` [rows, width] is multiplied by what its older part needs. */                   \
  CLONES void attune_attention_softmax_##T(const float *scores, T *factors, intptr_t stride, intptr_t rows,            \
      intptr_t columns, intptr_t hidden, intptr_t visible, float scale, float *maxima, float *sums, float *output,     \
      intptr_t width) {                                                                                                \
    intptr_t padded = (columns + STEP - 1) / STEP * STEP;                                                              \
    for (intptr_t start = 0; start < rows; start += GROUP) {                                                           \
      intptr_t count = rows - start < GROUP ? rows - start : GROUP;                                                    \
      v16 of_rows[GROUP] = {0};                                                                                        \
      for (intptr_t i = 0; i < count; i++) {                                                                           \
        run seen = seen_by(start + i, columns, hidden, visible);                                                       \
        const float *s = scores + (start + i) * stride;                                                                \
        if (is_whole(&seen)) find_largest(s, &seen, of_rows + i, 1);                                                   \
        else find_largest(s, &seen, of_rows + i, 0);                                                                   \
      }                                                                                                                \
      fold_maxima(of_rows);                                                                                            \
      v16 before = LOAD_PART_f32(maxima + start, count, 0.0f), maximum = of_rows[0] * scale;                           \
      maximum = LARGER(before, maximum);                                                                               \
      STORE_PART_f32(maxima + start, maximum, count);                                                                  \
      v16 shift = SELECT(maximum == -INFINITY, SPLAT(0.0f), maximum), older = before - shift;                          \
      power_of_two(&older);                                                                                            \
      for (intptr_t i = 0; i < count; i++) {                                                                           \
        run seen = seen_by(start + i, columns, hidden, visible);                                                       \
        const float *s = scores + (start + i) * stride;                                                                \
        T *p = factors + (start + i) * stride;                                                                         \
        clear_##T(p, &seen, padded);                                                                                   \
        if (is_whole(&seen)) powers_##T(s, p, &seen, scale, shift[i], of_rows + i, 1);                                 \
        else powers_##T(s, p, &seen, scale, shift[i], of_rows + i, 0);                                                 \
        if (before[i] != maximum[i])                                                                                   \
          for (intptr_t j = 0; j < width; j++) output[(start + i) * width + j] *= older[i];                            \
      }                                                                                                                \
      fold_sums(of_rows);                                                                                              \
      v16 sum = LOAD_PART_f32(sums + start, count, 0.0f) * older + of_rows[0];                                         \
      STORE_PART_f32(sums + start, sum, count);                                                                        \
    }                                                                                                                  \
  }                                                                                                                    \
                                                                                                                       \
  INLINE void gradients_##T(const float *scores, const float *upstream, T *factors, T *gradients, const run *seen,     \
      float scale, float logarithm, float factor, float delta, const int whole) {                                      \
    v16 a, b, da, db;                                                                                                  \
    for (intptr_t i = seen->first; i < seen->last; i += STEP) {                                                        \
      load_pair(scores, &a, &b, i, seen, -INFINITY, whole);                                                            \
      load_pair(upstream, &da, &db, i, seen, 0.0f, whole);                                                             \
      a = a * scale - logarithm;                                                                                       \
      b = b * scale - logarithm;                                                                                       \
      power_of_two(&a);                                                                                                \
      power_of_two(&b);                                                                                                \
      STORE_PAIR_##T(factors + i, a, b);                                                                               \
      a *= da * factor - delta;                                                                                        \
      b *= db * factor - delta;                                                                                        \
      STORE_PAIR_##T(gradients + i, a, b);                                                                             \
    }                                                                                                                  \
  }                                                                                                                    \
                                                                                                                       \
  /* P = 2^(scale s - log), and ∂s = P (∂P - delta) factor, where `upstream` holds ∂P. */                              \
  CLONES void attune_attention_gradient_##T(const float *scores, const float *upstream, T *factors, T *gradients,      \
      intptr_t stride, intptr_t rows, intptr_t columns, intptr_t hidden, intptr_t visible, float scale,                \
      float factor, const float *logarithms, const float *deltas) {                                                    \
    intptr_t padded = (columns + STEP - 1) / STEP * STEP;                                                              \
    for (intptr_t r = 0; r < rows; r++) {                                                                              \
      run seen = seen_by(r, columns, hidden, visible);                                                                 \
      const float *s = scores + r * stride, *d = upstream + r * stride;                                                \
      T *p = factors + r * stride, *g = gradients + r * stride;                                                        \
      clear_##T(p, &seen, padded);                                                                                     \
      clear_##T(g, &seen, padded);                                                                                     \
      if (is_whole(&seen))                                                                                             \
        gradients_##T(s, d, p, g, &seen, scale, logarithms[r], factor, deltas[r] * factor, 1);                         \
      else                                                                                                             \
        gradients_##T(s, d, p, g, &seen, scale, logarithms[r], factor, deltas[r] * factor, 0);                         \
    }                                                                                                                  \
  }

// The results of a run of rows when all their keys have been seen: divided by their sums, and log₂ Σ 2^s of each.
#define FINISH(T)                                                                                                      \
  CLONES void attune_attention_finish_##T(const float *sums, const float *maxima, const float *results, T *output,     \
      intptr_t stride, intptr_t rows, intptr_t width, float *logarithms) {                                             \
    for (intptr_t r = 0; r < rows; r++) {                                                                              \
      const float *from = results + r * width;                                                                         \
      T *to = output + r * stride;                                                                                     \
      float inverse = 1 / sums[r];                                                                                     \
      intptr_t i = 0;                                                                                                  \
      for (; i + 16 <= width; i += 16) STORE_##T(to + i, LOAD_f32(from + i) * inverse);                                \
      for (; i < width; i++) PUT_##T(to + i, from[i] * inverse);                                                       \
      logarithms[r] = maxima[r] + log2f(sums[r]);                                                                      \
    }                                                                                                                  \
  }

ATTENTION(f32)
ATTENTION(bf16)
FINISH(f32)
FINISH(bf16)
