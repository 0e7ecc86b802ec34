// Multiply-adds in registers: `sum = sum * a + b` in as many independent sums as cover their latency.
#pragma once
#include "../include/peak.h"

#pragma clang fp contract(fast)

double attune_peak_plain(intptr_t rounds);
double attune_peak_avx2(intptr_t rounds);
double attune_peak_avx512(intptr_t rounds);
double attune_peak_avx512bf16(intptr_t rounds);
double attune_peak_amx(intptr_t rounds);
double attune_peak_neon(intptr_t rounds);
double attune_peak_bfdot(intptr_t rounds);
double attune_peak_bfmmla(intptr_t rounds);

// Where results go, so that the compiler computes them, and where the factors come from, so that it does not know them.
extern volatile float attune_peak_sink, attune_peak_source;

// `lanes` floats are a vector; a step adds `operations` multiplications and additions for each of them.
#define PEAK(name, target, lanes, count, operations, step)                                          \
  target double attune_peak_##name(intptr_t rounds) {                                               \
    typedef float vector __attribute__((vector_size(lanes * sizeof(float))));                       \
    vector a, b, sums[count];                                                                       \
    for (int i = 0; i < lanes; i++) a[i] = attune_peak_source, b[i] = attune_peak_source;           \
    for (int i = 0; i < count; i++) sums[i] = a * (float)i;                                         \
    for (intptr_t round = 0; round < rounds; round++)                                               \
      _Pragma("unroll") for (int i = 0; i < count; i++) sums[i] = step(sums[i], a, b);              \
    for (int i = 1; i < count; i++) sums[0] += sums[i];                                             \
    attune_peak_sink = sums[0][0] + sums[0][lanes - 1];                                             \
    return (double)rounds * count * lanes * operations;                                             \
  }

#define MULTIPLY_ADD(sum, a, b) ((sum) * (a) + (b))
