// The kernels of each body, which bodies.c lists.
#pragma once
#include "../include/products.h"

extern const struct attune_product_kernels attune_amx_bfloat16;
extern const struct attune_product_kernels attune_avx512bf16_bfloat16;
extern const struct attune_product_kernels attune_avx512_float32, attune_avx512_bfloat16;
extern const struct attune_product_kernels attune_avx2_float32, attune_avx2_bfloat16;
extern const struct attune_product_kernels attune_bfmmla_bfloat16, attune_bfdot_bfloat16;
extern const struct attune_product_kernels attune_neon_float32, attune_neon_bfloat16;
extern const struct attune_product_kernels attune_plain_float32, attune_plain_bfloat16;

// Whether the processor has AMX for bfloat16 and the system permits this process to use it, which this asks for.
int attune_has_amx(void);
