// Checks the C kernels against plain references, without Swift: .ci/kernels compiles it for several processors.
#include "check.h"

int main(void) {
  check_loops();
  check_rows();
  check_products();
  printf("%ld results compared, %ld wrong\n", checked_results, wrong_results);
  return wrong_results == 0 && checked_results > 0 ? 0 : 1;
}
