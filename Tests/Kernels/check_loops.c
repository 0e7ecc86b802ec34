// The vector loops over elements and rows, each against its definition in float64.
#include "../../Sources/CKernels/include/kernels.h"
#include "check.h"

// Lengths with and without whole vectors of sixteen.
static const long lengths[] = {1, 15, 16, 67};
enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

static double tolerance_of(struct array result, double expected) {
  return (result.is_bfloat16 ? 1.0 / 256 : 2e-6) * fabs(expected) + (result.is_bfloat16 ? 1e-5 : 1e-6);
}

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double relu(double x) { return x < 0 ? 0 : x; }
static double silu(double x) { return x * sigmoid(x); }
static double gelu(double x) { return x * erfc(-x / sqrt(2)) / 2; }

// One function of one input, in both element types, and its derivative by differences.
struct unary {
  const char *name;
  double (*value)(double);
  void (*f32)(const float *, float *, intptr_t);
  void (*backward_f32)(const float *, const float *, float *, intptr_t);
  void (*bf16)(const uint16_t *, uint16_t *, intptr_t);
  void (*backward_bf16)(const uint16_t *, const uint16_t *, uint16_t *, intptr_t);
};

#define UNARY(name, value)                                                                            \
  {                                                                                                   \
    #name, value, attune_##name##_f32, attune_##name##_backward_f32, attune_##name##_bf16,            \
        attune_##name##_backward_bf16                                                                 \
  }

static void check_unary(struct unary f, long count, int is_bfloat16) {
  struct array x = random_array(count, is_bfloat16), upstream = random_array(count, is_bfloat16);
  for (long i = 0; i < count; i++) put(x, i, get(x, i) * 8);
  struct array y = new_array(count, is_bfloat16), gradient = new_array(count, is_bfloat16);
  if (is_bfloat16) {
    f.bf16(x.start, y.start, count);
    f.backward_bf16(x.start, upstream.start, gradient.start, count);
  } else {
    f.f32(x.start, y.start, count);
    f.backward_f32(x.start, upstream.start, gradient.start, count);
  }
  for (long i = 0; i < count; i++) {
    double at = get(x, i), step = 1e-6, expected = f.value(at);
    check_result(f.name, i, get(y, i), expected, tolerance_of(y, expected));
    double slope = (f.value(at + step) - f.value(at - step)) / (2 * step) * get(upstream, i);
    check_result(f.name, i, get(gradient, i), slope, tolerance_of(y, slope) + 1e-6);
  }
  free(x.start), free(upstream.start), free(y.start), free(gradient.start);
}

static void check_activations(long count, int is_bfloat16) {
  static const struct unary functions[] = {UNARY(exp, exp), UNARY(sigmoid, sigmoid), UNARY(tanh, tanh),
      UNARY(relu, relu), UNARY(silu, silu), UNARY(gelu, gelu)};
  for (unsigned i = 0; i < sizeof functions / sizeof functions[0]; i++) check_unary(functions[i], count, is_bfloat16);

  struct array gate = random_array(count, is_bfloat16), up = random_array(count, is_bfloat16);
  struct array y = new_array(count, is_bfloat16);
  if (is_bfloat16) attune_swiglu_bf16(gate.start, up.start, y.start, count);
  else attune_swiglu_f32(gate.start, up.start, y.start, count);
  for (long i = 0; i < count; i++) {
    double expected = silu(get(gate, i)) * get(up, i);
    check_result("swiglu", i, get(y, i), expected, tolerance_of(y, expected));
  }
  free(gate.start), free(up.start), free(y.start);
}

static void check_arithmetic(long count, int is_bfloat16) {
  struct array a = random_array(count, is_bfloat16), b = random_array(count, is_bfloat16);
  struct array sum = new_array(count, is_bfloat16), scaled = new_array(count, is_bfloat16);
  struct array total = new_array(count, is_bfloat16), other = new_array(count, !is_bfloat16);
  memcpy(total.start, b.start, (size_t)count * (is_bfloat16 ? 2 : 4));
  if (is_bfloat16) {
    attune_add_bf16(a.start, b.start, sum.start, count);
    attune_scale_bf16(a.start, 0.375f, scaled.start, count);
    attune_add_scaled_bf16(a.start, 0.375f, total.start, count);
    attune_widen(a.start, other.start, count);
  } else {
    attune_add_f32(a.start, b.start, sum.start, count);
    attune_scale_f32(a.start, 0.375f, scaled.start, count);
    attune_add_scaled_f32(a.start, 0.375f, total.start, count);
    attune_narrow(a.start, other.start, count);
  }
  double expected_sum = 0, expected_squares = 0;
  for (long i = 0; i < count; i++) {
    double x = get(a, i), y = get(b, i);
    check_result("add", i, get(sum, i), x + y, tolerance_of(sum, x + y));
    check_result("scale", i, get(scaled, i), 0.375 * x, tolerance_of(scaled, x));
    check_result("add scaled", i, get(total, i), y + 0.375 * x, tolerance_of(total, fabs(x) + fabs(y)));
    check_result("convert", i, get(other, i), is_bfloat16 ? x : from_bfloat16(to_bfloat16((float)x)), 0);
    expected_sum += x, expected_squares += x * x;
  }
  if (!is_bfloat16) {
    check_result("sum", 0, attune_sum(a.start, count), expected_sum, 1e-6 * (double)count);
    check_result("sum of squares", 0, attune_sum_of_squares(a.start, count), expected_squares, 1e-12 * (double)count);
  }
  free(a.start), free(b.start), free(sum.start), free(scaled.start), free(total.start), free(other.start);
}

static void check_rotary(long half, int is_bfloat16) {
  enum { ROWS = 3, HEADS = 2 };
  long width = 2 * half, count = ROWS * HEADS * width;
  struct array x = random_array(count, is_bfloat16), y = new_array(count, is_bfloat16);
  struct array cosines = random_array(ROWS * half, 0), sines = random_array(ROWS * half, 0);
  if (is_bfloat16) attune_rotary_bf16(x.start, y.start, cosines.start, sines.start, -1, ROWS, HEADS, width);
  else attune_rotary_f32(x.start, y.start, cosines.start, sines.start, -1, ROWS, HEADS, width);
  for (long i = 0; i < count; i++) {
    long place = i % width, angle = i / (HEADS * width) * half + place % half, is_second = place >= half;
    double here = get(x, i), there = get(x, is_second ? i - half : i + half);
    double expected = here * get(cosines, angle) + (is_second ? -1 : 1) * there * get(sines, angle);
    check_result("rotary", i, get(y, i), expected, tolerance_of(y, 1));
  }
  free(x.start), free(y.start), free(cosines.start), free(sines.start);
}

static void check_adamw(long count) {
  struct array p = random_array(count, 0), g = random_array(count, 0), m = random_array(count, 0);
  struct array v = random_array(count, 0), before = new_array(3 * count, 0);
  for (long i = 0; i < count; i++) {
    put(v, i, fabs(get(v, i)));
    put(before, i, get(p, i)), put(before, count + i, get(m, i)), put(before, 2 * count + i, get(v, i));
  }
  double rate = 1e-2, beta1 = 0.9, beta2 = 0.999, decay = 0.1, correction1 = 0.1, correction2 = 0.001;
  struct attune_adamw_step settings = {.rate = rate, .beta1 = beta1, .beta2 = beta2, .decay = decay,
      .correction1 = correction1, .correction2 = correction2, .gradient_scale = 0.5f, .epsilon = 1e-8f};
  attune_adamw_f32(&settings, p.start, g.start, m.start, v.start, 0, count);
  for (long i = 0; i < count; i++) {
    double gradient = get(g, i) * 0.5, first = beta1 * get(before, count + i) + (1 - beta1) * gradient;
    double second = beta2 * get(before, 2 * count + i) + (1 - beta2) * gradient * gradient;
    double step = rate * first / correction1 / (sqrt(second / correction2) + 1e-8);
    check_result("adamw, first moment", i, get(m, i), first, 1e-6);
    check_result("adamw, second moment", i, get(v, i), second, 1e-6);
    check_result("adamw", i, get(p, i), get(before, i) * (1 - rate * decay) - step, 1e-6);
  }
  free(p.start), free(g.start), free(m.start), free(v.start), free(before.start);
}

void check_loops(void) {
  for (int i = 0; i < LENGTHS; i++) {
    for (int is_bfloat16 = 0; is_bfloat16 < 2; is_bfloat16++) {
      check_activations(lengths[i], is_bfloat16);
      check_arithmetic(lengths[i], is_bfloat16);
      check_rotary(lengths[i], is_bfloat16);
    }
    check_adamw(lengths[i]);
  }
}
