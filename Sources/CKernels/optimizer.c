// AdamW (1711.05101) as PyTorch's: decoupled decay, bias-corrected moments, epsilon outside the root.
#include "vector.h"

CLONES void attune_adamw(float *parameter, const float *gradient, float *first, float *second, intptr_t count,
                         float gradientScale, double rate, double beta1, double beta2, float epsilon, double decay,
                         double correction1, double correction2) {
  // In double up to here: the relative error of 1 - 0.999f is 1e-5.
  float keep = (float)(1.0 - rate * decay), step = (float)(rate / correction1), root = (float)(1.0 / sqrt(correction2));
  float keep1 = (float)beta1, take1 = (float)(1.0 - beta1), keep2 = (float)beta2, take2 = (float)(1.0 - beta2);
  for (intptr_t i = 0; i < count; i += 16) {
    int whole = i + 16 <= count;
    intptr_t n = count - i;
    v16 g = (whole ? LOAD_f32(gradient + i) : LOAD_PART_f32(gradient + i, n, 0.0f)) * gradientScale;
    v16 m = whole ? LOAD_f32(first + i) : LOAD_PART_f32(first + i, n, 0.0f);
    v16 v = whole ? LOAD_f32(second + i) : LOAD_PART_f32(second + i, n, 0.0f);
    v16 p = whole ? LOAD_f32(parameter + i) : LOAD_PART_f32(parameter + i, n, 0.0f);
    m = m * keep1 + g * take1;
    v = v * keep2 + g * g * take2;
    v16 spread = __builtin_elementwise_sqrt(v) * root + epsilon;
    p = p * keep - m * step / spread;
    if (whole) {
      STORE_f32(first + i, m);
      STORE_f32(second + i, v);
      STORE_f32(parameter + i, p);
    } else {
      STORE_PART_f32(first + i, m, n);
      STORE_PART_f32(second + i, v, n);
      STORE_PART_f32(parameter + i, p, n);
    }
  }
}
