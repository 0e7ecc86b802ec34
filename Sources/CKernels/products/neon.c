// arm64: the 128-bit vectors that every such processor has. A tile takes 24 of the 32 registers, 3 for the columns, one for
// a broadcast.
#include "bodies.h"

#if defined(__aarch64__)
#define TARGET
#define LANES 4
#define ROWS 8
#define VECTORS 3
#define BLOCK 64
#define PAIRS 0
#define DOT(sum, a, b) ((sum) + (a) * (b))
#include "tiles.h"

const struct attune_product_kernels attune_neon = KERNELS("neon");
#endif
