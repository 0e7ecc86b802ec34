#include "check.h"

long checked_results, wrong_results;

void check_result(const char *what, long index, double result, double expected, double tolerance) {
  checked_results++;
  if (fabs(result - expected) <= tolerance || (result != result && expected != expected)) return;
  if (result == expected) return;  // Both infinite.
  if (wrong_results++ < 20) fprintf(stderr, "%s, element %ld: %.9g, expected %.9g ± %.2g\n", what, index, result, expected, tolerance);
}

float next_random(void) {
  static uint64_t state = 42;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (float)((double)(state >> 40) / (1 << 23) - 1);
}

float from_bfloat16(uint16_t bits) {
  uint32_t wide = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &wide, sizeof value);
  return value;
}

uint16_t to_bfloat16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return value != value ? 0x7FC0 : (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

struct array new_array(long count, int is_bfloat16) {
  size_t bytes = (size_t)count * (is_bfloat16 ? 2 : 4);
  struct array array = {malloc(bytes + (bytes == 0)), count, is_bfloat16};
  if (!array.start) abort();
  memset(array.start, 0xFF, bytes);
  return array;
}

struct array random_array(long count, int is_bfloat16) {
  struct array array = new_array(count, is_bfloat16);
  for (long i = 0; i < count; i++) put(array, i, next_random());
  return array;
}

double get(struct array array, long index) {
  return array.is_bfloat16 ? from_bfloat16(((uint16_t *)array.start)[index]) : ((float *)array.start)[index];
}

void put(struct array array, long index, double value) {
  if (array.is_bfloat16) ((uint16_t *)array.start)[index] = to_bfloat16((float)value);
  else ((float *)array.start)[index] = (float)value;
}
