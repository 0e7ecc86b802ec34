// The most that a body of code could reach: its multiply-adds in registers, without any memory.
#pragma once
#include <stdint.h>

// Runs the multiply-adds of a body of kernels for a number of rounds, and returns how many multiplications and additions
// these were.
typedef double (*attune_peak_function)(intptr_t rounds);

// The function for the kernels of a name, as `attune_product_kernels` has it; NULL where there is none. The processor must
// be able to run these kernels.
attune_peak_function attune_peak(const char *name);
