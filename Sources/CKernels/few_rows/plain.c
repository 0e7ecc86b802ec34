// Any processor: vectors of 128 bits, which every one of 64 bits has.
#include "bodies.h"

#define TARGET
#define LANES 4
#define OUTPUTS 4
#define ROWS 3
#include "tiles.h"

FEW_ROWS(attune_few_rows_plain_float32, float32, float32)
FEW_ROWS(attune_few_rows_plain_bfloat16, widened_bfloat16, widened_bfloat16)
FEW_ROWS(attune_few_rows_plain_mixed, float32, widened_bfloat16)
