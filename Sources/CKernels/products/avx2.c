// AVX2 with FMA. A tile takes 12 of the 16 registers, 3 for the columns, one for a broadcast.
#include "bodies.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("arch=x86-64-v3"), __min_vector_width__(256)))
#define LANES 8
#define ROWS 4
#define VECTORS 3
#define BLOCK 64
#define PAIRS 0
#define DOT(sum, a, b) ((sum) + (a) * (b))
#include "tiles.h"

const struct attune_product_kernels attune_avx2 = KERNELS("avx2");
#endif
