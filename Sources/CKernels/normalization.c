// RMSNorm (1910.07467): y = w x / rms(x), rms(x) = √(mean(x²) + ε), over rows of `width` elements.
#include "vector.h"

#define RMS_NORM(X, Y)                                                                                        \
  CLONES void attune_rms_norm_##X##_##Y(const X *input, const float *weight, Y *output, float *inverse,       \
                                        intptr_t rows, intptr_t width, float epsilon) {                       \
    for (intptr_t r = 0; r < rows; r++) {                                                                     \
      const X *x = input + r * width;                                                                         \
      Y *y = output + r * width;                                                                              \
      v16 squares = SPLAT(0.0f);                                                                              \
      intptr_t i = 0;                                                                                         \
      for (; i + 16 <= width; i += 16) {                                                                      \
        v16 part = LOAD_##X(x + i);                                                                           \
        squares += part * part;                                                                               \
      }                                                                                                       \
      float total = sum16(&squares);                                                                          \
      for (; i < width; i++) total += GET_##X(x + i) * GET_##X(x + i);                                        \
      float scale = 1.0f / sqrtf(total / (float)width + epsilon);                                             \
      inverse[r] = scale;                                                                                     \
      for (i = 0; i + 16 <= width; i += 16) {                                                                 \
        v16 part = LOAD_##X(x + i) * scale * LOAD_f32(weight + i);                                            \
        STORE_##Y(y + i, part);                                                                               \
      }                                                                                                       \
      for (; i < width; i++) PUT_##Y(y + i, GET_##X(x + i) * scale * weight[i]);                              \
    }                                                                                                         \
  }

// With n = x / rms and g = w dy:  dx = (g - n mean(g n)) / rms,  dw = Σ rows dy n.
// `input` is x, or, where `isNormal`, the result y; n is x / rms, or y `columns` with 1 / w in `columns`.
// `inputGradient` is added to where `adding`, otherwise written; `weightGradient` may be null and is added to.
#define RMS_NORM_BACKWARD(I, X, Y)                                                                            \
  CLONES void attune_rms_norm_backward_##I##_##X##_##Y(                                                       \
      const I *input, int isNormal, const float *columns, const float *weight, const float *inverse,          \
      const Y *upstream, X *inputGradient, int adding, float *weightGradient, intptr_t rows, intptr_t width) { \
    for (intptr_t r = 0; r < rows; r++) {                                                                     \
      const I *x = input + r * width;                                                                         \
      const Y *d = upstream + r * width;                                                                      \
      X *out = inputGradient ? inputGradient + r * width : 0;                                                 \
      float scale = inverse[r], factor = isNormal ? 1.0f : scale;                                             \
      v16 products = SPLAT(0.0f);                                                                             \
      intptr_t i = 0;                                                                                         \
      for (; i + 16 <= width; i += 16) {                                                                      \
        v16 normal = LOAD_##I(x + i) * factor * LOAD_f32(columns + i), up = LOAD_##Y(d + i);                  \
        products += up * LOAD_f32(weight + i) * normal;                                                       \
        if (weightGradient) STORE_f32(weightGradient + i, LOAD_f32(weightGradient + i) + up * normal);        \
      }                                                                                                       \
      float total = sum16(&products);                                                                         \
      for (; i < width; i++) {                                                                                \
        float normal = GET_##I(x + i) * factor * columns[i];                                                  \
        total += GET_##Y(d + i) * weight[i] * normal;                                                         \
        if (weightGradient) weightGradient[i] += GET_##Y(d + i) * normal;                                     \
      }                                                                                                       \
      if (!out) continue;                                                                                     \
      float mean = total / (float)width;                                                                      \
      for (i = 0; i + 16 <= width; i += 16) {                                                                 \
        v16 normal = LOAD_##I(x + i) * factor * LOAD_f32(columns + i);                                        \
        v16 part = (LOAD_##Y(d + i) * LOAD_f32(weight + i) - normal * mean) * scale;                          \
        if (adding) part += LOAD_##X(out + i);                                                                \
        STORE_##X(out + i, part);                                                                             \
      }                                                                                                       \
      for (; i < width; i++) {                                                                                \
        float normal = GET_##I(x + i) * factor * columns[i];                                                  \
        float part = (GET_##Y(d + i) * weight[i] - normal * mean) * scale;                                    \
        PUT_##X(out + i, part + (adding ? GET_##X(out + i) : 0.0f));                                          \
      }                                                                                                       \
    }                                                                                                         \
  }

RMS_NORM(f32, f32)
RMS_NORM(f32, bf16)
RMS_NORM(bf16, bf16)
RMS_NORM_BACKWARD(f32, f32, f32)
RMS_NORM_BACKWARD(f32, f32, bf16)
RMS_NORM_BACKWARD(bf16, f32, bf16)
RMS_NORM_BACKWARD(bf16, bf16, bf16)
