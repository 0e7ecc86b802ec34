#include "include/kernels.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef HAS_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>

intptr_t attune_guard_bytes(void) { return 256; }

void attune_forbid(const void *start, intptr_t count) { __asan_poison_memory_region(start, (size_t)count); }

void attune_permit(const void *start, intptr_t count) { __asan_unpoison_memory_region(start, (size_t)count); }

#else

intptr_t attune_guard_bytes(void) { return 0; }

void attune_forbid(const void *start, intptr_t count) {
  (void)start;
  (void)count;
}

void attune_permit(const void *start, intptr_t count) {
  (void)start;
  (void)count;
}

#endif
