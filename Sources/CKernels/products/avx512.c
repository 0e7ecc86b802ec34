// AVX-512 in float32, to which bfloat16 is widened while it is packed. A tile takes 24 registers, 3 for the columns, one
// for a broadcast.
#include "bodies.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("arch=x86-64-v4"), __min_vector_width__(512)))
#define LANES 16
#define ROWS 8
#define VECTORS 3
#define BLOCK 32
#define PAIRS 0
#define DOT(sum, a, b) ((sum) + (a) * (b))
#include "tiles.h"

const struct attune_product_kernels attune_avx512 = KERNELS("avx512");
#endif
