// The peaks that this build has, by the names of their kernels.
#include "peak.h"

#include <string.h>

volatile float attune_peak_sink, attune_peak_source = 0.5f;

static const struct {
  const char *name;
  attune_peak_function function;
} peaks[] = {
#if defined(__x86_64__)
  {"amx", attune_peak_amx},
  {"avx512bf16", attune_peak_avx512bf16},
  {"avx512", attune_peak_avx512},
  {"avx2", attune_peak_avx2},
#endif
#if defined(__aarch64__)
  {"bfmmla", attune_peak_bfmmla},
  {"bfdot", attune_peak_bfdot},
  {"neon", attune_peak_neon},
#endif
  {"plain", attune_peak_plain},
};

attune_peak_function attune_peak(const char *name) {
  for (unsigned i = 0; i < sizeof peaks / sizeof peaks[0]; i++)
    if (strcmp(name, peaks[i].name) == 0) return peaks[i].function;
  return 0;
}
