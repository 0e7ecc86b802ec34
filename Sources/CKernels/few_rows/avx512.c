// AVX-512: bfloat16 is widened to float32 in registers.
#include "bodies.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("arch=x86-64-v4"), __min_vector_width__(512)))
#define LANES 16
#define OUTPUTS 8
#define ROWS 3
#include "tiles.h"

FEW_ROWS(attune_few_rows_avx512_float32, float32, float32)
FEW_ROWS(attune_few_rows_avx512_bfloat16, widened_bfloat16, widened_bfloat16)
FEW_ROWS(attune_few_rows_avx512_mixed, float32, widened_bfloat16)
#endif
