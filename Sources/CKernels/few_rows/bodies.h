// The loops of each body, which bodies.c puts together.
#pragma once
#include "../include/few_rows.h"

attune_few_rows_loop attune_few_rows_avx512bf16_bfloat16;
attune_few_rows_loop attune_few_rows_avx512_float32, attune_few_rows_avx512_bfloat16, attune_few_rows_avx512_mixed;
attune_few_rows_loop attune_few_rows_avx2_float32, attune_few_rows_avx2_bfloat16, attune_few_rows_avx2_mixed;
attune_few_rows_loop attune_few_rows_plain_float32, attune_few_rows_plain_bfloat16, attune_few_rows_plain_mixed;
