// The loops over tiles of one body: every weight is read from memory once, as it is stored, and multiplied by all rows.
//
// The lanes of a vector are summed along a row first and added to one another last, in an order that is the same in tiles
// of any size: a row's results do not depend on the rows beside it.
//
// A body defines, before it includes this file:
//   TARGET   the attributes of its functions,
//   LANES    the floats of a vector: 4, 8 or 16,
//   OUTPUTS  the outputs of a tile: a power of two, at most LANES,
//   ROWS     the rows of the largest tile: at most 3,
//   DOT      where it has one, a product of two vectors of pairs of bfloat16 that is added to a sum.
#pragma once
#include "../vector.h"

#ifndef DOT
#define DOT(sum, a, b) (sum)
#endif

typedef float vector __attribute__((vector_size(4 * LANES)));
typedef uint32_t vector_bits __attribute__((vector_size(4 * LANES)));
typedef float vector_in_memory __attribute__((vector_size(4 * LANES), aligned(1), may_alias));
typedef uint16_t halves_in_memory __attribute__((vector_size(2 * LANES), aligned(1), may_alias));

// How the elements of a row get into a vector.
enum { float32, pairs_of_bfloat16, widened_bfloat16 };
#define BYTES(kind) ((kind) == float32 ? 4 : 2)
#define LOAD(p, kind)                                                                                              \
  ((kind) == widened_bfloat16 ? (vector)(__builtin_convertvector(*(const halves_in_memory *)(p), vector_bits) << 16) \
                              : (vector)(*(const vector_in_memory *)(p)))

// Two vectors interleaved: their lower halves, and their upper ones.
#if LANES == 16
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif LANES == 8
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#endif

// Adds up the lanes of each of some vectors: in every round the upper half of what is left is added to the lower one.
TARGET INLINE void add_lanes(vector *sums, const int count, float *results) {
#pragma unroll
  for (int left = count; left > 1; left /= 2) {
#pragma unroll
    for (int i = 0; i < left / 2; i++) sums[i] = LOW(sums[i], sums[i + left / 2]) + HIGH(sums[i], sums[i + left / 2]);
  }
  float lanes[LANES];
  *(vector_in_memory *)lanes = sums[0];
#pragma unroll
  for (int width = LANES / 2; width >= count; width /= 2) {
#pragma unroll
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  }
  memcpy(results, lanes, sizeof(float) * (size_t)count);
}

// Adds the products of one vector of each row with one of each output. Only `available` elements are read where they
// don't fill a vector; then the rest is zero.
TARGET INLINE void add_products(vector (*sums)[OUTPUTS], const char *x, intptr_t x_stride, const char *w,
    intptr_t w_stride, const int rows, const int outputs, const int input, const int weight, intptr_t available) {
  vector inputs[ROWS], w_vector;
  char part[4 * LANES] = {0};
#pragma unroll
  for (int r = 0; r < rows; r++) {
    if (available) memcpy(part, x + r * x_stride, (size_t)(available * BYTES(input)));
    inputs[r] = LOAD(available ? part : x + r * x_stride, input);
  }
  memset(part, 0, sizeof part);
#pragma unroll
  for (int o = 0; o < outputs; o++) {
    if (available) memcpy(part, w + o * w_stride, (size_t)(available * BYTES(weight)));
    w_vector = LOAD(available ? part : w + o * w_stride, weight);
#pragma unroll
    for (int r = 0; r < rows; r++)
      sums[r][o] = input == pairs_of_bfloat16 ? DOT(sums[r][o], inputs[r], w_vector)
                                              : sums[r][o] + inputs[r] * w_vector;
  }
}

// One tile of `rows` by `outputs` results. In every step some lines of memory that is read later are fetched.
TARGET INLINE void tile(const struct attune_few_rows *product, intptr_t row, intptr_t output, const char *later,
    intptr_t lines, const int rows, const int outputs, const int input, const int weight) {
  const intptr_t step = input == pairs_of_bfloat16 ? 2 * LANES : LANES, inner = product->inner;
  const intptr_t x_stride = product->input_stride, w_stride = inner * BYTES(weight);
  const char *x = product->input + row * x_stride, *w = product->weight + output * w_stride;
  vector sums[ROWS][OUTPUTS];
#pragma unroll
  for (int r = 0; r < rows; r++) {
#pragma unroll
    for (int o = 0; o < outputs; o++) sums[r][o] = (vector){0};
  }
  intptr_t k = 0;
  for (; k + step <= inner; k += step, x += step * BYTES(input), w += step * BYTES(weight)) {
    for (intptr_t line = 0; line < lines; line++, later += 64) __builtin_prefetch(later, 0, 2);
    add_products(sums, x, x_stride, w, w_stride, rows, outputs, input, weight, 0);
  }
  if (k < inner) add_products(sums, x, x_stride, w, w_stride, rows, outputs, input, weight, inner - k);
#pragma unroll
  for (int r = 0; r < rows; r++) {
    float results[OUTPUTS];
    add_lanes(sums[r], outputs, results);
    char *to = product->output + (row + r) * product->output_stride;
    if (product->is_rounded) {
      for (int o = 0; o < outputs; o++) ((uint16_t *)to)[output + o] = narrow1(results[o]);
    } else {
      float *y = (float *)to + output;
      for (int o = 0; o < outputs; o++) y[o] = product->is_adding ? y[o] + results[o] : results[o];
    }
  }
}

// All rows of some outputs, in tiles of nearly equal numbers of rows. All tiles but the first find the weights in the
// cache; meanwhile those of the next outputs are fetched. A single tile of pairs is as fast as memory without that.
TARGET INLINE void column(const struct attune_few_rows *product, intptr_t output, const int outputs, const int input,
    const int weight) {
  intptr_t tiles = (product->rows + ROWS - 1) / ROWS, bytes = outputs * product->inner * BYTES(weight);
  intptr_t steps = product->inner / (input == pairs_of_bfloat16 ? 2 * LANES : LANES);
  const int fetches = steps > 0 && (tiles > 1 || input != pairs_of_bfloat16);
  intptr_t lines = fetches ? (bytes / 64 + tiles * steps - 1) / (tiles * steps) : 0;
  const char *later = product->weight + (output + outputs) * (bytes / outputs);
  for (intptr_t t = 0; t < tiles; t++, later += 64 * lines * steps) {
    intptr_t row = product->rows * t / tiles;
    switch (product->rows * (t + 1) / tiles - row) {
#if ROWS > 2
      case 3: tile(product, row, output, later, lines, 3, outputs, input, weight); break;
#endif
      case 2: tile(product, row, output, later, lines, 2, outputs, input, weight); break;
      default: tile(product, row, output, later, lines, 1, outputs, input, weight);
    }
  }
}

#define FEW_ROWS(name, input, weight)                                                            \
  TARGET void name(const struct attune_few_rows *product, intptr_t first, intptr_t count) {      \
    intptr_t output = first, end = first + count;                                                \
    for (; output + OUTPUTS <= end; output += OUTPUTS) column(product, output, OUTPUTS, input, weight); \
    for (; output < end; output++) column(product, output, 1, input, weight);                    \
  }
