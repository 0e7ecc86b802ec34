// Loops over elements: y = f(x), y = f(x, z), and their derivatives.
#include "vector.h"

// A unary function and its derivative times the upstream gradient, for both element types. `body` maps x to y;
// `slope` maps x to dy/dx.
#define UNARY(name, body, slope)                                                                             \
  UNARY_OF(name, f32, body, slope)                                                                           \
  UNARY_OF(name, bf16, body, slope)

#define UNARY_OF(name, T, body, slope)                                                                       \
  CLONES void attune_##name##_##T(const T *input, T *output, intptr_t count) {                               \
    intptr_t i = 0;                                                                                          \
    for (; i + 16 <= count; i += 16) {                                                                       \
      v16 x = LOAD_##T(input + i), y;                                                                        \
      body;                                                                                                  \
      STORE_##T(output + i, y);                                                                              \
    }                                                                                                        \
    if (i < count) {                                                                                         \
      v16 x = LOAD_PART_##T(input + i, count - i, 1.0f), y;                                                  \
      body;                                                                                                  \
      STORE_PART_##T(output + i, y, count - i);                                                              \
    }                                                                                                        \
  }                                                                                                          \
  CLONES void attune_##name##_backward_##T(const T *input, const T *upstream, T *gradient, intptr_t count) { \
    intptr_t i = 0;                                                                                          \
    for (; i + 16 <= count; i += 16) {                                                                       \
      v16 x = LOAD_##T(input + i), d;                                                                        \
      slope;                                                                                                 \
      STORE_##T(gradient + i, d *LOAD_##T(upstream + i));                                                    \
    }                                                                                                        \
    if (i < count) {                                                                                         \
      v16 x = LOAD_PART_##T(input + i, count - i, 1.0f), d;                                                  \
      slope;                                                                                                 \
      STORE_PART_##T(gradient + i, d *LOAD_PART_##T(upstream + i, count - i, 0.0f), count - i);              \
    }                                                                                                        \
  }

UNARY(exp, {
  y = x;
  exp16(&y);
}, {
  d = x;
  exp16(&d);
})

UNARY(sigmoid, {
  y = x;
  sigmoid16(&y);
}, {
  // e^-|x| / (1 + e^-|x|)²: s (1 - s) would lose its digits where s is near 1.
  v16 e = -__builtin_elementwise_abs(x);
  exp16(&e);
  d = e / ((SPLAT(1.0f) + e) * (SPLAT(1.0f) + e));
})

UNARY(tanh, {
  y = x;
  tanh16(&y);
}, {
  // 4 e^-2|x| / (1 + e^-2|x|)²: 1 - y² would lose its digits where y is near 1.
  v16 e = SPLAT(-2.0f) * __builtin_elementwise_abs(x);
  exp16(&e);
  d = SPLAT(4.0f) * e / ((SPLAT(1.0f) + e) * (SPLAT(1.0f) + e));
})

// A NaN stays one.
UNARY(relu, {
  i16 negative = x < SPLAT(0.0f);
  y = SELECT(negative, SPLAT(0.0f), x);
}, {
  i16 positive = x > SPLAT(0.0f);
  d = SELECT(positive, SPLAT(1.0f), SPLAT(0.0f));
})

UNARY(silu, {
  v16 s = x;
  sigmoid16(&s);
  y = x * s;
}, {
  v16 s = x;
  sigmoid16(&s);
  d = s * (SPLAT(1.0f) + x * (SPLAT(1.0f) - s));
})

// Replaces x by Φ(x), the normal distribution's, and gives u = e^(-x²/2) besides. erfc is Abramowitz and Stegun's 7.1.26,
// good to 1.5e-7.
INLINE void normal16(v16 *value, v16 *exponential) {
  v16 x = *value, u = SPLAT(-0.5f) * x * x;
  exp16(&u);
  v16 t = SPLAT(1.0f) / (SPLAT(1.0f) + SPLAT(0.3275911f * 0.7071067812f) * __builtin_elementwise_abs(x));
  v16 p = SPLAT(1.421413741f) + t * (SPLAT(-1.453152027f) + t * SPLAT(1.061405429f));
  v16 tail = SPLAT(0.5f) * u * t * (SPLAT(0.254829592f) + t * (SPLAT(-0.284496736f) + t * p));
  i16 negative = x < SPLAT(0.0f);
  *value = SELECT(negative, tail, SPLAT(1.0f) - tail);
  *exponential = u;
}

// GELU (1606.08415): x Φ(x); its slope is Φ(x) + x φ(x).
UNARY(gelu, {
  v16 s = x;
  v16 u;
  normal16(&s, &u);
  y = x * s;
}, {
  v16 s = x;
  v16 u;
  normal16(&s, &u);
  d = s + SPLAT(0.3989422804f) * x * u;
})

#define BINARY(name, A, B, C, body)                                                                  \
  CLONES void attune_##name(const A *first, const B *second, C *output, intptr_t count) {            \
    intptr_t i = 0;                                                                                  \
    for (; i + 16 <= count; i += 16) {                                                               \
      v16 a = LOAD_##A(first + i), b = LOAD_##B(second + i);                                         \
      STORE_##C(output + i, body);                                                                   \
    }                                                                                                \
    if (i < count) {                                                                                 \
      v16 a = LOAD_PART_##A(first + i, count - i, 0.0f), b = LOAD_PART_##B(second + i, count - i, 1.0f); \
      STORE_PART_##C(output + i, body, count - i);                                                   \
    }                                                                                                \
  }

BINARY(add_f32, f32, f32, f32, a + b)
BINARY(add_bf16, bf16, bf16, bf16, a + b)
BINARY(add_f32_bf16, f32, bf16, f32, a + b)
BINARY(subtract_f32, f32, f32, f32, a - b)
BINARY(subtract_bf16, bf16, bf16, bf16, a - b)
BINARY(multiply_f32, f32, f32, f32, a *b)
BINARY(multiply_bf16, bf16, bf16, bf16, a *b)
BINARY(divide_f32, f32, f32, f32, a / b)

#define SCALING(T)                                                                                    \
  CLONES void attune_scale_##T(const T *input, float factor, T *output, intptr_t count) {             \
    intptr_t i = 0;                                                                                   \
    for (; i + 16 <= count; i += 16) STORE_##T(output + i, LOAD_##T(input + i) * factor);             \
    if (i < count) STORE_PART_##T(output + i, LOAD_PART_##T(input + i, count - i, 0.0f) * factor, count - i); \
  }                                                                                                   \
  CLONES void attune_add_scaled_##T(const T *input, float factor, T *sum, intptr_t count) {           \
    intptr_t i = 0;                                                                                   \
    for (; i + 16 <= count; i += 16) STORE_##T(sum + i, LOAD_##T(sum + i) + LOAD_##T(input + i) * factor); \
    if (i < count) {                                                                                  \
      v16 total = LOAD_PART_##T(sum + i, count - i, 0.0f) + LOAD_PART_##T(input + i, count - i, 0.0f) * factor; \
      STORE_PART_##T(sum + i, total, count - i);                                                      \
    }                                                                                                 \
  }

SCALING(f32)
SCALING(bf16)

// SwiGLU (2002.05202): y = silu(gate) * up.
#define SWIGLU(T)                                                                                          \
  CLONES void attune_swiglu_##T(const T *gate, const T *up, T *output, intptr_t count) {                   \
    for (intptr_t i = 0; i < count; i += 16) {                                                             \
      int whole = i + 16 <= count;                                                                         \
      v16 g = whole ? LOAD_##T(gate + i) : LOAD_PART_##T(gate + i, count - i, 0.0f);                       \
      v16 u = whole ? LOAD_##T(up + i) : LOAD_PART_##T(up + i, count - i, 0.0f);                           \
      v16 s = g;                                                                                           \
      sigmoid16(&s);                                                                                       \
      v16 y = g * s * u;                                                                                   \
      if (whole) STORE_##T(output + i, y);                                                                 \
      else STORE_PART_##T(output + i, y, count - i);                                                       \
    }                                                                                                      \
  }                                                                                                        \
  CLONES void attune_swiglu_backward_##T(const T *gate, const T *up, const T *upstream, T *gateGradient,   \
                                         T *upGradient, intptr_t count) {                                  \
    for (intptr_t i = 0; i < count; i += 16) {                                                             \
      int whole = i + 16 <= count;                                                                         \
      v16 g = whole ? LOAD_##T(gate + i) : LOAD_PART_##T(gate + i, count - i, 0.0f);                       \
      v16 u = whole ? LOAD_##T(up + i) : LOAD_PART_##T(up + i, count - i, 0.0f);                           \
      v16 d = whole ? LOAD_##T(upstream + i) : LOAD_PART_##T(upstream + i, count - i, 0.0f);               \
      v16 s = g;                                                                                           \
      sigmoid16(&s);                                                                                       \
      v16 dg = d * u * s * (SPLAT(1.0f) + g * (SPLAT(1.0f) - s)), du = d * g * s;                          \
      if (whole) {                                                                                         \
        STORE_##T(gateGradient + i, dg);                                                                   \
        STORE_##T(upGradient + i, du);                                                                     \
      } else {                                                                                             \
        STORE_PART_##T(gateGradient + i, dg, count - i);                                                   \
        STORE_PART_##T(upGradient + i, du, count - i);                                                     \
      }                                                                                                    \
    }                                                                                                      \
  }

SWIGLU(f32)
SWIGLU(bf16)

CLONES void attune_widen(const bf16 *input, float *output, intptr_t count) {
  intptr_t i = 0;
  for (; i + 16 <= count; i += 16) STORE_f32(output + i, LOAD_bf16(input + i));
  for (; i < count; i++) output[i] = widen1(input[i]);
}

CLONES void attune_narrow(const float *input, bf16 *output, intptr_t count) {
  intptr_t i = 0;
  for (; i + 16 <= count; i += 16) {
    v16 x = LOAD_f32(input + i);
    STORE_bf16(output + i, x);
  }
  for (; i < count; i++) output[i] = narrow1(input[i]);
}

CLONES double attune_sum(const float *input, intptr_t count) {
  double total = 0;
  for (intptr_t start = 0; start < count; start += 4096) {
    intptr_t end = start + 4096 < count ? start + 4096 : count, i = start;
    v16 part = SPLAT(0.0f);
    for (; i + 16 <= end; i += 16) part += LOAD_f32(input + i);
    if (i < end) part += LOAD_PART_f32(input + i, end - i, 0.0f);
    total += sum16(&part);
  }
  return total;
}

CLONES double attune_sum_of_squares(const float *input, intptr_t count) {
  double total = 0;
  for (intptr_t start = 0; start < count; start += 4096) {
    intptr_t end = start + 4096 < count ? start + 4096 : count, i = start;
    v16 part = SPLAT(0.0f);
    for (; i + 16 <= end; i += 16) {
      v16 x = LOAD_f32(input + i);
      part += x * x;
    }
    if (i < end) {
      v16 x = LOAD_PART_f32(input + i, end - i, 0.0f);
      part += x * x;
    }
    total += sum16(&part);
  }
  return total;
}

#define COLUMNS(T)                                                                                         \
  CLONES void attune_add_columns_##T(const T *input, intptr_t rows, intptr_t stride, float *sums, intptr_t columns) { \
    for (intptr_t r = 0; r < rows; r++) {                                                                  \
      const T *row = input + r * stride;                                                                   \
      intptr_t i = 0;                                                                                      \
      for (; i + 16 <= columns; i += 16) STORE_f32(sums + i, LOAD_f32(sums + i) + LOAD_##T(row + i));      \
      for (; i < columns; i++) sums[i] += GET_##T(row + i);                                                \
    }                                                                                                      \
  }                                                                                                        \
  CLONES void attune_add_row_##T(const T *input, const float *addend, T *output, intptr_t rows, intptr_t columns) { \
    for (intptr_t r = 0; r < rows; r++) {                                                                  \
      const T *row = input + r * columns;                                                                  \
      T *out = output + r * columns;                                                                       \
      intptr_t i = 0;                                                                                      \
      for (; i + 16 <= columns; i += 16) {                                                                 \
        v16 y = LOAD_##T(row + i) + LOAD_f32(addend + i);                                                  \
        STORE_##T(out + i, y);                                                                             \
      }                                                                                                    \
      for (; i < columns; i++) PUT_##T(out + i, GET_##T(row + i) + addend[i]);                             \
    }                                                                                                      \
  }

COLUMNS(f32)
COLUMNS(bf16)

// Dropout (Srivastava et al., 2014), inverted: an element stays with probability 1 - rate and is then divided by it. Which
// ones stay is a hash of the seed and the element's index, so that the backward pass finds them again without a mask.
#define DROPOUT(T)                                                                                          \
  CLONES void attune_dropout_##T(const T *input, T *output, uint32_t seed, uint32_t first, float rate,      \
                                 intptr_t count) {                                                          \
    float keep = 1.0f / (1.0f - rate);                                                                      \
    uint32_t threshold = (uint32_t)((double)rate * 4294967296.0);                                           \
    for (intptr_t i = 0; i < count; i++) {                                                                  \
      uint32_t hash = (first + (uint32_t)i) * 0x9E3779B9u ^ seed;                                           \
      hash = (hash ^ (hash >> 16)) * 0x85EBCA6Bu;                                                           \
      hash = (hash ^ (hash >> 13)) * 0xC2B2AE35u;                                                           \
      hash ^= hash >> 16;                                                                                   \
      PUT_##T(output + i, hash >= threshold ? GET_##T(input + i) * keep : 0.0f);                            \
    }                                                                                                       \
  }

DROPOUT(f32)
DROPOUT(bf16)

// Every row times, or plus its product with, a row of factors: y = x f, and f's gradient Σ rows dy x.
#define ROW_FACTORS(T)                                                                                         \
  CLONES void attune_multiply_row_##T(const T *input, const float *factors, T *output, intptr_t rows,          \
                                      intptr_t columns) {                                                      \
    for (intptr_t r = 0; r < rows; r++)                                                                        \
      for (intptr_t i = 0; i < columns; i++)                                                                   \
        PUT_##T(output + r * columns + i, GET_##T(input + r * columns + i) * factors[i]);                      \
  }                                                                                                            \
  CLONES void attune_multiply_row_backward_##T(const T *input, const T *upstream, float *sums, intptr_t rows,  \
                                               intptr_t stride, intptr_t columns) {                            \
    for (intptr_t r = 0; r < rows; r++)                                                                        \
      for (intptr_t i = 0; i < columns; i++)                                                                   \
        sums[i] += GET_##T(input + r * stride + i) * GET_##T(upstream + r * stride + i);                       \
  }

ROW_FACTORS(f32)
ROW_FACTORS(bf16)
