// Products of a matrix with very few rows: y[r, n] = Σ x[r, k] w[n, k]. Generation reads every weight once a token, so
// this runs at the memory's speed, in the precision the weights are stored in.
#include "vector.h"

#define MATVEC(W)                                                                                             \
  CLONES void attune_matvec_##W(const float *input, const W *weight, float *output, intptr_t rows,            \
                                intptr_t outputs, intptr_t inputs, intptr_t outputStride) {                   \
    for (intptr_t r = 0; r < rows; r++) {                                                                     \
      const float *x = input + r * inputs;                                                                    \
      for (intptr_t n = 0; n < outputs; n++) {                                                                \
        const W *w = weight + n * inputs;                                                                     \
        v16 a = SPLAT(0.0f), b = SPLAT(0.0f), c = SPLAT(0.0f), d = SPLAT(0.0f);                               \
        intptr_t k = 0;                                                                                       \
        for (; k + 64 <= inputs; k += 64) {                                                                   \
          a += LOAD_f32(x + k) * LOAD_##W(w + k);                                                             \
          b += LOAD_f32(x + k + 16) * LOAD_##W(w + k + 16);                                                   \
          c += LOAD_f32(x + k + 32) * LOAD_##W(w + k + 32);                                                   \
          d += LOAD_f32(x + k + 48) * LOAD_##W(w + k + 48);                                                   \
        }                                                                                                     \
        for (; k + 16 <= inputs; k += 16) a += LOAD_f32(x + k) * LOAD_##W(w + k);                             \
        a += b;                                                                                               \
        c += d;                                                                                               \
        a += c;                                                                                               \
        float total = sum16(&a);                                                                              \
        for (; k < inputs; k++) total += x[k] * GET_##W(w + k);                                               \
        output[r * outputStride + n] = total;                                                                 \
      }                                                                                                       \
    }                                                                                                         \
  }

MATVEC(f32)
MATVEC(bf16)
