// Matrix products: `c (+)= Σ a b`, by one of several bodies of code. Which one a processor can run is found out at run time.
#pragma once
#include <stdint.h>

// One of the factors of a product. Packed factors are made of words of 32 bits along the sum: one float32, or two bfloat16.
struct attune_factor {
  const char *start;
  // Bytes from one row in memory to the next.
  intptr_t stride;
  // Elements of the sum.
  intptr_t inner;
  // Whether the sum runs along the rows in memory (a first factor as it is, a second one transposed), or across them. 2 for
  // a factor whose rows `pack_rows` packed, to `start`; then `stride` is the bytes of 16 rows.
  int is_along;
  int is_bfloat16;
};

// A body's code. Factors are bfloat16 where `elements` is 2; otherwise each is of either type, and bfloat16 is widened to
// float32 while it is packed.
struct attune_product_kernels {
  const char *name;
  // Columns of a panel of packed second factors, rows of a tile of results, and rows of first factors packed at a time.
  intptr_t panel, tile, block;
  // Elements of a word; and what the words of each factor are padded to a multiple of, with zeros.
  intptr_t elements, depth;
  // Packs some columns of a second factor, from a multiple of `panel` on, into panels of `total` words, of which these are
  // the ones from `offset` on: the factors of several products that are summed lie one below the other. `packed` has room
  // for `total` words of the columns rounded up to whole panels.
  void (*pack_columns)(
      struct attune_factor b, intptr_t first, intptr_t columns, float *packed, intptr_t offset, intptr_t total);
  // Packs some rows of a first factor for all threads, from a multiple of `tile` on; otherwise each thread packs those that
  // it multiplies. `packed` has room for the words of all rows, rounded up to a multiple of 16. Such a factor is the only one
  // of its sum. NULL where a body has no use for it.
  void (*pack_rows)(struct attune_factor a, intptr_t first, intptr_t rows, float *packed);
  // `c (+)= Σ a b` for some rows, with first factors that are packed here, block by block, and all packed columns. `stride`
  // counts elements; `scratch` has room for `block` times `total` words.
  void (*product_f32)(const struct attune_factor *factors, intptr_t count, const float *packed, float *c, intptr_t stride,
      intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch);
  // The same with results in bfloat16.
  void (*product_bf16)(const struct attune_factor *factors, intptr_t count, const float *packed, uint16_t *c,
      intptr_t stride, intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch);
};

// The words of a sum over `inner` elements.
static inline intptr_t attune_words(const struct attune_product_kernels *kernels, intptr_t inner) {
  intptr_t unit = kernels->elements * kernels->depth;
  return (inner + unit - 1) / unit * kernels->depth;
}

// One body: its name, whether this processor can run it, its code for any factors, and its code for bfloat16 alone.
struct attune_body {
  const char *name;
  int (*is_available)(void);
  const struct attune_product_kernels *float32, *bfloat16;
};
// The bodies that this build has, the best first; NULL after the last.
const struct attune_body *attune_body(int index);
