// The bodies that this build has, the best first.
#include "bodies.h"

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

static int always(void) { return 1; }

#if defined(__x86_64__)
static int has_avx512bf16(void) {
  return __builtin_cpu_supports("x86-64-v4") && __builtin_cpu_supports("avx512bf16");
}
static int has_avx512(void) { return __builtin_cpu_supports("x86-64-v4") != 0; }
static int has_avx2(void) { return __builtin_cpu_supports("x86-64-v3") != 0; }
#endif

#if defined(__aarch64__)
static int has_bfloat16(void) {
#if defined(__linux__)
  return (getauxval(AT_HWCAP2) >> 14 & 1) != 0;  // HWCAP2_BF16
#else
  return 0;
#endif
}
#endif

static const struct attune_body bodies[] = {
#if defined(__x86_64__)
  {"amx", attune_has_amx, &attune_avx512, &attune_amx},
  {"avx512bf16", has_avx512bf16, &attune_avx512, &attune_avx512bf16},
  {"avx512", has_avx512, &attune_avx512, &attune_avx512},
  {"avx2", has_avx2, &attune_avx2, &attune_avx2},
#endif
#if defined(__aarch64__)
  {"bfmmla", has_bfloat16, &attune_neon, &attune_bfmmla},
  {"bfdot", has_bfloat16, &attune_neon, &attune_bfdot},
  {"neon", always, &attune_neon, &attune_neon},
#endif
  {"plain", always, &attune_plain, &attune_plain},
};

const struct attune_body *attune_body(int index) {
  return index >= 0 && index < (int)(sizeof bodies / sizeof bodies[0]) ? &bodies[index] : 0;
}
