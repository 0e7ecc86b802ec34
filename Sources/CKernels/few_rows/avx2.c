// AVX2 with FMA: bfloat16 is widened to float32 in registers.
#include "bodies.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("arch=x86-64-v3"), __min_vector_width__(256)))
#define LANES 8
#define OUTPUTS 4
#define ROWS 3
#include "tiles.h"

FEW_ROWS(attune_few_rows_avx2_float32, float32, float32)
FEW_ROWS(attune_few_rows_avx2_bfloat16, widened_bfloat16, widened_bfloat16)
FEW_ROWS(attune_few_rows_avx2_mixed, float32, widened_bfloat16)
#endif
