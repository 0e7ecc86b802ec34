// AVX512-BF16: one instruction multiplies sixteen pairs of bfloat16 and adds both products, in float32. (It treats
// subnormal numbers as zero.)
#include "bodies.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("arch=x86-64-v4,avx512bf16"), __min_vector_width__(512)))
#define LANES 16
#define ROWS 8
#define VECTORS 3
#define BLOCK 32
#define PAIRS 1
typedef __bf16 pairs __attribute__((vector_size(64)));
#define DOT(sum, a, b) __builtin_ia32_dpbf16ps_512(sum, (pairs)(a), (pairs)(b))
#include "tiles.h"

const struct attune_product_kernels attune_avx512bf16 = KERNELS("avx512bf16");
#endif
