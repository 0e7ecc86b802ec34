// The kernels of each body, which bodies.c lists.
#pragma once
#include "../include/products.h"

extern const struct attune_product_kernels attune_avx512bf16_bfloat16;
extern const struct attune_product_kernels attune_avx512_float32, attune_avx512_bfloat16;
extern const struct attune_product_kernels attune_avx2_float32, attune_avx2_bfloat16;
extern const struct attune_product_kernels attune_plain_float32, attune_plain_bfloat16;
