// The vector loops over the rows of a matrix: norms, softmax, cross-entropy, products by few rows.
#include "../../Sources/CKernels/include/few_rows.h"
#include "../../Sources/CKernels/include/kernels.h"
#include "../../Sources/CKernels/include/products.h"
#include "check.h"

enum { ROWS = 5 };

static void check_rms_norm(long width, int is_bfloat16) {
  const double epsilon = 1e-5;
  struct array x = random_array(ROWS * width, is_bfloat16), w = random_array(width, 0);
  struct array d = random_array(ROWS * width, is_bfloat16), ones = new_array(width, 0);
  struct array y = new_array(ROWS * width, is_bfloat16), inverse = new_array(ROWS, 0);
  struct array dx = new_array(ROWS * width, is_bfloat16), dw = new_array(width, 0);
  for (long i = 0; i < width; i++) put(ones, i, 1), put(dw, i, 0);
  if (is_bfloat16) {
    attune_rms_norm_bf16_bf16(x.start, w.start, y.start, inverse.start, ROWS, width, (float)epsilon);
    attune_rms_norm_backward_bf16_bf16_bf16(
        x.start, 0, ones.start, w.start, inverse.start, d.start, dx.start, 0, dw.start, ROWS, width);
  } else {
    attune_rms_norm_f32_f32(x.start, w.start, y.start, inverse.start, ROWS, width, (float)epsilon);
    attune_rms_norm_backward_f32_f32_f32(
        x.start, 0, ones.start, w.start, inverse.start, d.start, dx.start, 0, dw.start, ROWS, width);
  }
  double *weight_gradient = calloc((size_t)width, sizeof(double));
  for (long r = 0; r < ROWS; r++) {
    double squares = 0, products = 0;
    for (long i = r * width; i < (r + 1) * width; i++) squares += get(x, i) * get(x, i);
    double rms = sqrt(squares / (double)width + epsilon);
    for (long i = r * width; i < (r + 1) * width; i++) products += get(w, i - r * width) * get(d, i) * get(x, i) / rms;
    for (long i = 0; i < width; i++) {
      long at = r * width + i;
      double normal = get(x, at) / rms, expected = get(w, i) * normal;
      double slope = (get(w, i) * get(d, at) - normal * products / (double)width) / rms;
      check_result("norm", at, get(y, at), expected, (is_bfloat16 ? 4e-3 : 1e-6) * fabs(expected) + 1e-7);
      check_result("norm, dx", at, get(dx, at), slope, (is_bfloat16 ? 4e-3 : 0) * fabs(slope) + 3e-6 / rms);
      weight_gradient[i] += get(d, at) * normal;
    }
  }
  for (long i = 0; i < width; i++) check_result("norm, dw", i, get(dw, i), weight_gradient[i], 5e-6);
  free(x.start), free(w.start), free(d.start), free(ones.start), free(y.start), free(inverse.start), free(dx.start);
  free(dw.start), free(weight_gradient);
}

static void check_softmax(long width) {
  struct array x = random_array(ROWS * width, 0), y = new_array(ROWS * width, 0);
  struct array logits = new_array(ROWS * width, 0), losses = new_array(ROWS, 0);
  int32_t targets[ROWS];
  uint8_t hits[ROWS];
  for (long i = 0; i < ROWS * width; i++) put(x, i, get(x, i) * 10), put(logits, i, get(x, i));
  for (long r = 0; r < ROWS; r++) targets[r] = (int32_t)(r * 7 % width);
  attune_softmax(x.start, y.start, ROWS, width);
  attune_cross_entropy(logits.start, targets, losses.start, hits, ROWS, width, 1);
  for (long r = 0; r < ROWS; r++) {
    double largest = -INFINITY, sum = 0, score = get(x, r * width + targets[r]);
    for (long i = r * width; i < (r + 1) * width; i++) largest = fmax(largest, get(x, i));
    for (long i = r * width; i < (r + 1) * width; i++) sum += exp(get(x, i) - largest);
    for (long i = 0; i < width; i++) {
      double p = exp(get(x, r * width + i) - largest) / sum;
      check_result("softmax", i, get(y, r * width + i), p, 1e-6);
      check_result("cross-entropy, gradient", i, get(logits, r * width + i), p - (i == targets[r]), 1e-6);
    }
    check_result("cross-entropy", r, get(losses, r), largest + log(sum) - score, 4e-6);
    check_result("cross-entropy, hit", r, hits[r], score == largest, 0);
  }
  free(x.start), free(y.start), free(logits.start), free(losses.start);
}

static void check_columns(long width, int is_bfloat16) {
  struct array x = random_array(ROWS * width, is_bfloat16), f = random_array(width, 0);
  struct array y = new_array(ROWS * width, is_bfloat16), sums = new_array(width, 0);
  for (long i = 0; i < width; i++) put(sums, i, 0.25);
  if (is_bfloat16) {
    attune_multiply_row_bf16(x.start, f.start, y.start, ROWS, width);
    attune_add_columns_bf16(x.start, ROWS, width, sums.start, width);
  } else {
    attune_multiply_row_f32(x.start, f.start, y.start, ROWS, width);
    attune_add_columns_f32(x.start, ROWS, width, sums.start, width);
  }
  for (long i = 0; i < width; i++) {
    double sum = 0.25;
    for (long r = 0; r < ROWS; r++) {
      double product = get(x, r * width + i) * get(f, i);
      check_result("multiply row", i, get(y, r * width + i), product, (is_bfloat16 ? 4e-3 : 1e-6) * fabs(product));
      sum += get(x, r * width + i);
    }
    check_result("add columns", i, get(sums, i), sum, 2e-6);
  }
  free(x.start), free(f.start), free(y.start), free(sums.start);
}

// `types` has bit 0 set where the inputs are bfloat16, bit 1 where the weights are.
static void check_few_rows(const char *body, attune_few_rows_loop *loop, long inner, int types) {
  enum { OUTPUTS = 21 };
  struct array x = random_array(ROWS * inner, types & 1), w = random_array(OUTPUTS * inner, types >> 1);
  struct array y = new_array(ROWS * OUTPUTS, 0);
  struct attune_few_rows product = {x.start, inner * (types & 1 ? 2 : 4), ROWS, w.start, inner, y.start, OUTPUTS * 4, 0, 0};
  loop(&product, 0, 5);
  loop(&product, 5, OUTPUTS - 5);
  for (long r = 0; r < ROWS; r++)
    for (long n = 0; n < OUTPUTS; n++) {
      double sum = 0;
      for (long k = 0; k < inner; k++) sum += get(x, r * inner + k) * get(w, n * inner + k);
      check_result(body, n, get(y, r * OUTPUTS + n), sum, 1e-7 * (double)inner + 1e-7);
    }
  free(x.start), free(w.start), free(y.start);
}

static void check_bodies_of_few_rows(long inner) {
  for (int i = 0; attune_body(i); i++) {
    const char *name = attune_body(i)->name;
    if (!attune_body(i)->is_available()) continue;
    struct attune_few_rows_loops loops = attune_few_rows_body(name);
    check_few_rows(name, loops.float32, inner, 0);
    check_few_rows(name, loops.mixed, inner, 2);
    check_few_rows(name, loops.bfloat16, inner, 3);
  }
}

void check_rows(void) {
  static const long widths[] = {1, 16, 67, 130};
  for (int i = 0; i < 4; i++) {
    check_softmax(widths[i]);
    check_bodies_of_few_rows(widths[i]);
    for (int is_bfloat16 = 0; is_bfloat16 < 2; is_bfloat16++) {
      check_rms_norm(widths[i], is_bfloat16);
      check_columns(widths[i], is_bfloat16);
    }
  }
}
