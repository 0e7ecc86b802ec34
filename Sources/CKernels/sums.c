// Sums over elements, rows and columns, and the rows that are combined with every row of a matrix.
#include "vector.h"

// Summed in float32 in pieces of 4096, whose sums are added in double.
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

// Summed in double, where the square of a float is exact: every processor gives the same bits.
CLONES double attune_sum_of_squares(const float *input, intptr_t count) {
  d16 sums = {};
  for (intptr_t i = 0; i < count; i += 16) {
    v16 part = i + 16 <= count ? LOAD_f32(input + i) : LOAD_PART_f32(input + i, count - i, 0.0f);
    d16 x = __builtin_convertvector(part, d16);
    sums += x * x;
  }
  double total = 0;
  for (int i = 0; i < 8; i++) total += sums[i] + sums[i + 8];
  return total;
}

// sums += the sum of every column, and y = x + a row.
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

// Every row times a row of factors, y = x f, and the gradient of f, Σ rows dy x.
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
