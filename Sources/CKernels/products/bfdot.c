// arm64 with bfloat16: BFDOT multiplies four pairs of bfloat16 and adds both products, in float32.
#include "bodies.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#define TARGET __attribute__((target("arch=armv8.2-a+bf16")))
#define LANES 4
#define ROWS 8
#define VECTORS 3
#define BLOCK 64
#define PAIRS 1
#define DOT(sum, a, b) ((vector)vbfdotq_f32((float32x4_t)(sum), (bfloat16x8_t)(a), (bfloat16x8_t)(b)))
#include "tiles.h"

const struct attune_product_kernels attune_bfdot = KERNELS("bfdot");
#endif
