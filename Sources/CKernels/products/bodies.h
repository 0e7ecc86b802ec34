// The kernels of each body, which bodies.c lists.
#pragma once
#include "../include/products.h"

extern const struct attune_product_kernels attune_avx512bf16, attune_avx512, attune_avx2, attune_plain;
