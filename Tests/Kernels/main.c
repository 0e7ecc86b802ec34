// Checks the C kernels against plain references, without Swift: .ci/kernels compiles it for several processors.
#include "../../Sources/CKernels/include/peak.h"
#include "../../Sources/CKernels/include/products.h"
#include "check.h"

// Every body that runs here has a loop that measures its peak.
static void check_peaks(void) {
  for (int i = 0; attune_body(i); i++)
    if (attune_body(i)->is_available()) {
      attune_peak_function run = attune_peak(attune_body(i)->name);
      check_result(attune_body(i)->name, 0, run ? run(10) : 0, run ? 2 * run(5) : 1, 0);
    }
}

int main(void) {
  check_loops();
  check_rows();
  check_products();
  check_peaks();
  printf("%ld results compared, %ld wrong\n", checked_results, wrong_results);
  return wrong_results == 0 && checked_results > 0 ? 0 : 1;
}
