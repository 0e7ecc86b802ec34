// The peaks of the bodies that multiply float32.
#include "peak.h"

PEAK(plain, , 4, 12, 2, MULTIPLY_ADD)

#if defined(__x86_64__)
PEAK(avx2, __attribute__((target("arch=x86-64-v3"), __min_vector_width__(256))), 8, 12, 2, MULTIPLY_ADD)
PEAK(avx512, __attribute__((target("arch=x86-64-v4"), __min_vector_width__(512))), 16, 24, 2, MULTIPLY_ADD)
#endif
