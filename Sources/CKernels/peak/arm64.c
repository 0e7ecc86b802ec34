// The peaks of the bodies for arm64.
#include "peak.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#define BFLOAT16 __attribute__((target("arch=armv8.2-a+bf16")))
#define DOT(sum, a, b) ((vector)vbfdotq_f32((float32x4_t)(sum), (bfloat16x8_t)(a), (bfloat16x8_t)(b)))
#define MULTIPLY_MATRICES(sum, a, b) ((vector)vbfmmlaq_f32((float32x4_t)(sum), (bfloat16x8_t)(a), (bfloat16x8_t)(b)))

PEAK(neon, , 4, 24, 2, MULTIPLY_ADD)
PEAK(bfdot, BFLOAT16, 4, 24, 4, DOT)
PEAK(bfmmla, BFLOAT16, 4, 24, 8, MULTIPLY_MATRICES)
#endif
