// What the checks of kernels share: numbers, matrices in memory, and the comparison with a reference.
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// How many results were compared, and how many differed.
extern long checked_results, wrong_results;

// Compares one result; of those that differ, the first few are printed.
void check_result(const char *what, long index, double result, double expected, double tolerance);

// The next number of a repeatable sequence, uniform between -1 and 1.
float next_random(void);

float from_bfloat16(uint16_t bits);
uint16_t to_bfloat16(float value);

// An array of float32 or bfloat16. All its bytes are 0xFF at first, which is NaN in both.
struct array {
  void *start;
  long count;
  int is_bfloat16;
};
struct array new_array(long count, int is_bfloat16);
struct array random_array(long count, int is_bfloat16);
double get(struct array array, long index);
void put(struct array array, long index, double value);

void check_products(void);
void check_loops(void);
void check_rows(void);
