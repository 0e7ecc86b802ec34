// AdamW (1711.05101) as PyTorch's: decoupled decay, bias-corrected moments, epsilon outside the root.
#include "optimizer.h"

// Parameters of either element type with moments in float32. Sixteen elements at a time, the last ones in local memory.
#define ADAMW(type)                                                                                                  \
  CLONES void attune_adamw_##type(const struct attune_adamw_step *step, type *parameter, const float *gradient,       \
                                  float *first, float *second, intptr_t start, intptr_t count) {                      \
    struct adamw a = adamw(step);                                                                                     \
    for (intptr_t i = start; i < start + count; i += 16) {                                                            \
      intptr_t n = start + count - i;                                                                                 \
      int whole = n >= 16;                                                                                            \
      v16 g = whole ? LOAD_f32(gradient + i) : LOAD_PART_f32(gradient + i, n, 0.0f);                                  \
      v16 m = whole ? LOAD_f32(first + i) : LOAD_PART_f32(first + i, n, 0.0f);                                        \
      v16 v = whole ? LOAD_f32(second + i) : LOAD_PART_f32(second + i, n, 0.0f);                                      \
      v16 p = whole ? LOAD_##type(parameter + i) : LOAD_PART_##type(parameter + i, n, 0.0f);                          \
      adamw16(&a, &g, &m, &v, &p);                                                                                    \
      if (whole) {                                                                                                    \
        STORE_f32(first + i, m);                                                                                      \
        STORE_f32(second + i, v);                                                                                     \
        STORE_ROUNDED_##type(parameter + i, p, &a, i);                                                                \
      } else {                                                                                                        \
        STORE_PART_f32(first + i, m, n);                                                                              \
        STORE_PART_f32(second + i, v, n);                                                                             \
        STORE_ROUNDED_PART_##type(parameter + i, p, &a, i, n);                                                        \
      }                                                                                                               \
    }                                                                                                                 \
  }

ADAMW(f32)
ADAMW(bf16)
