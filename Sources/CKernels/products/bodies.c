// The bodies that this build has, the best first.
#include "bodies.h"

static int always(void) { return 1; }

#if defined(__x86_64__)
static int has_avx512bf16(void) {
  return __builtin_cpu_supports("x86-64-v4") && __builtin_cpu_supports("avx512bf16");
}
static int has_avx512(void) { return __builtin_cpu_supports("x86-64-v4") != 0; }
static int has_avx2(void) { return __builtin_cpu_supports("x86-64-v3") != 0; }
#endif

static const struct attune_body bodies[] = {
#if defined(__x86_64__)
  {"avx512bf16", has_avx512bf16, &attune_avx512, &attune_avx512bf16},
  {"avx512", has_avx512, &attune_avx512, &attune_avx512},
  {"avx2", has_avx2, &attune_avx2, &attune_avx2},
#endif
  {"plain", always, &attune_plain, &attune_plain},
};

const struct attune_body *attune_body(int index) {
  return index >= 0 && index < (int)(sizeof bodies / sizeof bodies[0]) ? &bodies[index] : 0;
}
