// oneDNN's matrix product behind three functions. The library is found when the program runs; a build without its
// headers has the same functions, which then say that it is not there.
#pragma once
#include <stdint.h>

// Looks for the library once. Returns whether products can be computed.
int attune_onednn_open(void);

// Its version as 100·major + minor, 0 where there is none.
int attune_onednn_version(void);

// A matrix in memory: elements between its rows, whether it is bfloat16 (else float), whether it is read transposed.
typedef struct {
  void *start;
  int64_t stride;
  int bfloat16;
  int transposed;
} attune_matrix;

// c = a b, or c += a b where `adding`, on the calling thread; a is [m, k], b is [k, n], c is [m, n] as read. Returns 0,
// or another number where the library refuses.
int attune_onednn_multiply(attune_matrix a, attune_matrix b, attune_matrix c, int64_t m, int64_t n, int64_t k,
                           int adding);
