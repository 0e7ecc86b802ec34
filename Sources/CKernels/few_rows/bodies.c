// The loops by the names of the bodies.
#include "bodies.h"

#include <string.h>

struct attune_few_rows_loops attune_few_rows_body(const char *body) {
#if defined(__x86_64__)
  // A processor with AMX has AVX512-BF16: a few rows don't fill a tile.
  if (!strcmp(body, "amx") || !strcmp(body, "avx512bf16"))
    return (struct attune_few_rows_loops){
      attune_few_rows_avx512_float32, attune_few_rows_avx512bf16_bfloat16, attune_few_rows_avx512_mixed};
  if (!strcmp(body, "avx512"))
    return (struct attune_few_rows_loops){
      attune_few_rows_avx512_float32, attune_few_rows_avx512_bfloat16, attune_few_rows_avx512_mixed};
  if (!strcmp(body, "avx2"))
    return (struct attune_few_rows_loops){
      attune_few_rows_avx2_float32, attune_few_rows_avx2_bfloat16, attune_few_rows_avx2_mixed};
#endif
  return (struct attune_few_rows_loops){
    attune_few_rows_plain_float32, attune_few_rows_plain_bfloat16, attune_few_rows_plain_mixed};
}
