// Sums and maxima of many vectors at once.
#pragma once
#include "vector.h"

// The second operand where it is NaN, as the processor's instruction has it.
#define LARGER(a, b) SELECT((a) > (b), (a), (b))

// Sixteen vectors to one number each, in their order: every round combines halves of two vectors.
#define FOLD(name, combine)                                                                                             \
  INLINE void name(v16 *x) {                                                                                            \
    for (int i = 0; i < 8; i++)                                                                                         \
      x[i] = combine(__builtin_shufflevector(x[i], x[i + 8], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),    \
          __builtin_shufflevector(x[i], x[i + 8], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31));       \
    for (int i = 0; i < 4; i++)                                                                                         \
      x[i] = combine(__builtin_shufflevector(x[i], x[i + 4], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),  \
          __builtin_shufflevector(x[i], x[i + 4], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31));         \
    for (int i = 0; i < 2; i++)                                                                                         \
      x[i] = combine(__builtin_shufflevector(x[i], x[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),  \
          __builtin_shufflevector(x[i], x[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31));         \
    x[0] = combine(__builtin_shufflevector(x[0], x[1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),      \
        __builtin_shufflevector(x[0], x[1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31));                \
  }
#define PLUS(a, b) ((a) + (b))
FOLD(fold_sums, PLUS)
FOLD(fold_maxima, LARGER)
