// Arithmetic, conversions and dropout, element by element.
#include "vector.h"

// A function of two inputs a and b.
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

// output = factor input, and sum += factor input.
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

// Dropout (Srivastava et al., 2014), inverted: an element is kept with probability 1 - rate and then divided by it.
// A hash of the seed and the element's index decides, so that the backward pass needs no mask.
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
