// Rotary position embedding (2104.09864) in Hugging Face's layout: element i of a head turns with element i + D/2.
#include "vector.h"

#define ROTARY(T)                                                                                           \
  CLONES void attune_rotary_##T(const T *input, T *output, const float *cosines, const float *sines,        \
                                float direction, intptr_t rows, intptr_t heads, intptr_t headWidth) {       \
    intptr_t half = headWidth / 2;                                                                          \
    for (intptr_t r = 0; r < rows; r++) {                                                                   \
      const float *c = cosines + r * half, *s = sines + r * half;                                           \
      for (intptr_t h = 0; h < heads; h++) {                                                                \
        const T *x = input + (r * heads + h) * headWidth;                                                   \
        T *y = output + (r * heads + h) * headWidth;                                                        \
        intptr_t i = 0;                                                                                     \
        for (; i + 16 <= half; i += 16) {                                                                   \
          v16 a = LOAD_##T(x + i), b = LOAD_##T(x + i + half);                                              \
          v16 cosine = LOAD_f32(c + i), sine = LOAD_f32(s + i) * direction;                                 \
          v16 first = a * cosine - b * sine, second = b * cosine + a * sine;                                \
          STORE_##T(y + i, first);                                                                          \
          STORE_##T(y + i + half, second);                                                                  \
        }                                                                                                   \
        for (; i < half; i++) {                                                                             \
          float a = GET_##T(x + i), b = GET_##T(x + i + half), sine = s[i] * direction;                     \
          PUT_##T(y + i, a * c[i] - b * sine);                                                              \
          PUT_##T(y + i + half, b * c[i] + a * sine);                                                       \
        }                                                                                                   \
      }                                                                                                     \
    }                                                                                                       \
  }

ROTARY(f32)
ROTARY(bf16)
