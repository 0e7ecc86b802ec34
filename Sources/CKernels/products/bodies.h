// The kernels of each body, which bodies.c lists.
#pragma once
#include "../include/products.h"

extern const struct attune_product_kernels attune_amx, attune_avx512bf16, attune_avx512, attune_avx2;
extern const struct attune_product_kernels attune_bfmmla, attune_bfdot, attune_neon;
extern const struct attune_product_kernels attune_plain;

// Whether the processor has AMX for bfloat16 and the system permits this process to use it, which this asks for.
int attune_has_amx(void);
