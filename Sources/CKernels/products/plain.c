// Any processor: vectors of 128 bits, which every one of 64 bits has.
#include "bodies.h"

#define TARGET
#define LANES 4
#define ROWS 4
#define VECTORS 2
#define BLOCK 64
#define PAIRS 0
#define DOT(sum, a, b) ((sum) + (a) * (b))
#include "tiles.h"

const struct attune_product_kernels attune_plain = KERNELS("plain");
