// Products of a few rows by a weight matrix `[outputs, inner]` whose rows adjoin in memory, as generation has them:
// `y[r, n] = Σ x[r, k] w[n, k]`.
#pragma once
#include <stdint.h>

// One product. Strides count bytes.
struct attune_few_rows {
  const char *input;
  intptr_t input_stride, rows;
  const char *weight;
  intptr_t inner;
  char *output;
  intptr_t output_stride;
  // Whether the output is bfloat16; and whether the results are added to what it holds, which is then float32.
  int is_rounded, is_adding;
};

// A body's code for some of the outputs. A row's results are the same whatever rows are beside it.
typedef void attune_few_rows_loop(const struct attune_few_rows *product, intptr_t first, intptr_t count);

// The loops of one body, by the types of input and weight; `mixed` has float32 inputs and bfloat16 weights.
struct attune_few_rows_loops {
  attune_few_rows_loop *float32, *bfloat16, *mixed;
};

// The loops that belong to a body of products, by its name; those of any processor where it has none of its own.
struct attune_few_rows_loops attune_few_rows_body(const char *body);
