// Whether this process may use AMX.
#include "bodies.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

// From Linux's <asm/prctl.h>, where it is new enough; the component of the extended state that tiles are.
enum { GET_PERMISSION = 0x1022, REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };

__attribute__((target("xsave"))) static int system_saves_tiles(void) {
  unsigned eax, ebx, ecx, edx;
  const unsigned os_uses_xsave = 1u << 27;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & os_uses_xsave)) return 0;
  const unsigned long long tiles = 3ull << (TILE_DATA - 1);
  return (__builtin_ia32_xgetbv(0) & tiles) == tiles;
}

static int processor_has_tiles(void) {
  unsigned eax, ebx, ecx, edx;
  const unsigned bfloat16_and_tiles = 1u << 22 | 1u << 24;
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return 0;
  if ((edx & bfloat16_and_tiles) != bfloat16_and_tiles) return 0;
  // Palette 1: at least 8 tiles of 16 rows of 64 bytes.
  if (!__get_cpuid_count(0x1D, 1, &eax, &ebx, &ecx, &edx)) return 0;
  return (ebx & 0xFFFF) == 64 && ebx >> 16 >= 8 && (ecx & 0xFFFF) >= 16;
}

// Linux saves the 8 KiB of a thread's tiles only for processes that ask. It refuses where the stack for signals that some
// thread has set is too small for them.
static int system_permits_tiles(void) {
  unsigned long permitted = 0;
  if (syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) != 0) return 0;
  if (syscall(SYS_arch_prctl, GET_PERMISSION, &permitted) != 0) return 0;
  return (permitted >> TILE_DATA & 1) != 0;
}

int attune_has_amx(void) {
  enum { unknown, no, yes };
  static atomic_int answer = unknown;
  if (atomic_load(&answer) == unknown) {
    int found = __builtin_cpu_supports("x86-64-v4") && __builtin_cpu_supports("avx512bf16") && processor_has_tiles() &&
        system_saves_tiles() && system_permits_tiles();
    atomic_store(&answer, found ? yes : no);
  }
  return atomic_load(&answer) == yes;
}
#else
int attune_has_amx(void) { return 0; }
#endif
