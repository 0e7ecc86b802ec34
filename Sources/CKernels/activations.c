// Activations and their derivatives: y = f(x), dx = f'(x) dy, and SwiGLU.
#include "vector.h"

// A unary function and its derivative times the upstream gradient, for both element types. `body` maps x to y;
// `derivative` maps x to dy/dx.
#define UNARY(name, body, derivative)                                                                        \
  UNARY_OF(name, f32, body, derivative)                                                                      \
  UNARY_OF(name, bf16, body, derivative)

#define UNARY_OF(name, T, body, derivative)                                                                  \
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
      derivative;                                                                                            \
      STORE_##T(gradient + i, d *LOAD_##T(upstream + i));                                                    \
    }                                                                                                        \
    if (i < count) {                                                                                         \
      v16 x = LOAD_PART_##T(input + i, count - i, 1.0f), d;                                                  \
      derivative;                                                                                            \
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

// NaN stays NaN.
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

// Replaces x by Φ(x) of the normal distribution, and computes u = e^(-x²/2) as well. erfc is Abramowitz and Stegun's
// 7.1.26, accurate to 1.5e-7.
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

// GELU (1606.08415): x Φ(x); its derivative is Φ(x) + x φ(x).
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
