// The peak of AVX512-BF16: each lane adds the products of two pairs.
#include "peak.h"

#if defined(__x86_64__)
typedef __bf16 pairs __attribute__((vector_size(64)));
#define DOT(sum, a, b) __builtin_ia32_dpbf16ps_512(sum, (pairs)(a), (pairs)(b))

PEAK(avx512bf16, __attribute__((target("arch=x86-64-v4,avx512bf16"), __min_vector_width__(512))), 16, 24, 4, DOT)
#endif
