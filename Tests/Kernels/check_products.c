// Every body of the matrix products against sums in float64.
#include <pthread.h>

#include "../../Sources/CKernels/include/products.h"
#include "check.h"

enum { MOST_FACTORS = 10 };

// c (+)= Σ a b with a `[rows, inner]` and b `[inner, columns]`: the factors' elements, and the sums.
struct problem {
  long rows, columns, count, inner[MOST_FACTORS];
  struct array a[MOST_FACTORS], b[MOST_FACTORS];
  double *sums, *magnitudes;
};

// `types` has bit 0 set where the first factors are bfloat16, bit 1 where the second ones are.
static struct problem new_problem(long rows, long columns, long inner, long count, int types) {
  struct problem p = {.rows = rows, .columns = columns, .count = count};
  p.sums = calloc((size_t)(rows * columns), sizeof(double));
  p.magnitudes = calloc((size_t)(rows * columns), sizeof(double));
  for (long f = 0; f < count; f++) {
    p.inner[f] = f == 0 ? inner : f % 2 == 1 ? 5 + 3 * f : 32;
    p.a[f] = random_array(rows * p.inner[f], types & 1);
    p.b[f] = random_array(p.inner[f] * columns, types >> 1);
    for (long i = 0; i < rows; i++)
      for (long k = 0; k < p.inner[f]; k++) {
        double x = get(p.a[f], i * p.inner[f] + k);
        for (long j = 0; j < columns; j++) {
          double product = x * get(p.b[f], k * columns + j);
          p.sums[i * columns + j] += product;
          p.magnitudes[i * columns + j] += fabs(product);
        }
      }
  }
  return p;
}

static void free_problem(struct problem p) {
  for (long f = 0; f < p.count; f++) free(p.a[f].start), free(p.b[f].start);
  free(p.sums), free(p.magnitudes);
}

// A matrix as it lies in memory, perhaps transposed, one element into its memory and with NaN between its rows.
struct stored {
  struct array array;
  struct attune_factor factor;
};

static struct stored store(struct array elements, long rows, long columns, int is_transposed, int sum_is_along_rows) {
  long height = is_transposed ? columns : rows, width = is_transposed ? rows : columns, gap = 3;
  long bytes = elements.is_bfloat16 ? 2 : 4;
  struct stored s = {.array = new_array(height == 0 ? 1 : 1 + height * (width + gap) - gap, elements.is_bfloat16)};
  for (long i = 0; i < rows; i++)
    for (long j = 0; j < columns; j++)
      put(s.array, 1 + (is_transposed ? j * (width + gap) + i : i * (width + gap) + j), get(elements, i * columns + j));
  s.factor = (struct attune_factor){(const char *)s.array.start + bytes, (width + gap) * bytes,
      sum_is_along_rows ? columns : rows, sum_is_along_rows != is_transposed, elements.is_bfloat16};
  return s;
}

// A call for some rows, as threads make it.
struct call {
  const struct attune_product_kernels *kernels;
  struct attune_factor *factors;
  long count, words, first, rows, columns, stride;
  const float *packed;
  struct array c;
  int adding;
};

static void *run(void *argument) {
  struct call *call = argument;
  struct array scratch = new_array(call->kernels->block * call->words, 0);
  if (call->c.is_bfloat16)
    call->kernels->product_bf16(call->factors, call->count, call->packed, (uint16_t *)call->c.start + 1, call->stride,
        call->first, call->rows, call->columns, call->adding, scratch.start);
  else
    call->kernels->product_f32(call->factors, call->count, call->packed, (float *)call->c.start + 1, call->stride,
        call->first, call->rows, call->columns, call->adding, scratch.start);
  free(scratch.start);
  return 0;
}

static long rounded_up(long count, long unit) { return (count + unit - 1) / unit * unit; }

// Packs the rows of the only factor where it lies across memory and the body wants that, except for every second such one.
static struct array pack_rows(
    const struct attune_product_kernels *kernels, struct attune_factor *factor, long count, long rows) {
  static int turn;
  if (!kernels->pack_rows || count > 1 || factor->is_along || turn++ % 2 == 0) return new_array(0, 0);
  long words = attune_words(kernels, factor->inner), above = rounded_up(rows / 2, kernels->tile);
  struct array packed = new_array(rounded_up(rows, 16) * words, 0);
  kernels->pack_rows(*factor, 0, above < rows ? above : rows, packed.start);
  if (above < rows) kernels->pack_rows(*factor, above, rows - above, packed.start);
  factor->start = packed.start, factor->stride = 16 * words * 4, factor->is_along = 2;
  return packed;
}

// Packs in two parts, and computes the rows in two threads.
static void multiply(const struct attune_product_kernels *kernels, struct stored *a, struct stored *b, long count,
    long rows, long columns, struct array c, long stride, int adding) {
  struct attune_factor factors[MOST_FACTORS];
  struct array rows_in_tiles[MOST_FACTORS];
  long words = 0, offset = 0;
  for (long f = 0; f < count; f++) {
    factors[f] = a[f].factor;
    rows_in_tiles[f] = pack_rows(kernels, &factors[f], count, rows);
    words += attune_words(kernels, factors[f].inner);
  }
  struct array packed = new_array(words * rounded_up(columns, kernels->panel), 0);
  long part = rounded_up(columns / 2, kernels->panel);
  for (long f = 0; f < count; offset += attune_words(kernels, factors[f++].inner)) {
    kernels->pack_columns(b[f].factor, 0, part < columns ? part : columns, packed.start, offset, words);
    if (part < columns)
      kernels->pack_columns(b[f].factor, part, columns - part, (float *)packed.start + part * words, offset, words);
  }
  long above = rounded_up(rows / 2, kernels->tile);
  if (above > rows) above = rows;
  struct call first = {kernels, factors, count, words, 0, above, columns, stride, packed.start, c, adding};
  struct call second = first;
  second.first = above, second.rows = rows - above;
  pthread_t thread;
  if (pthread_create(&thread, 0, run, &second) != 0) abort();
  run(&first);
  pthread_join(thread, 0);
  free(packed.start);
  for (long f = 0; f < count; f++) free(rows_in_tiles[f].start);
}

static void check_results(const char *what, struct problem p, struct array c, long stride, int adding) {
  for (long i = 0; i < p.rows; i++)
    for (long j = 0; j < p.columns; j++) {
      long at = i * p.columns + j;
      double expected = p.sums[at] + (adding ? 0.5 : 0), tolerance = 4e-7 * (p.magnitudes[at] + adding);
      if (c.is_bfloat16) tolerance += fabs(expected) / 256;
      check_result(what, at, get(c, 1 + i * stride + j), expected, tolerance);
    }
  // Memory between rows of results stays as it was.
  for (long i = 0; i + 1 < p.rows; i++)
    for (long j = p.columns; j < stride; j++) check_result(what, -1, get(c, 1 + i * stride + j), NAN, 0);
}

static void check_problem(const struct attune_product_kernels *kernels, struct problem p) {
  for (int variant = 0; variant < 4; variant++) {
    struct stored a[MOST_FACTORS], b[MOST_FACTORS];
    for (long f = 0; f < p.count; f++) {
      a[f] = store(p.a[f], p.rows, p.inner[f], variant & 1, 1);
      b[f] = store(p.b[f], p.inner[f], p.columns, variant >> 1, 0);
    }
    for (int rounded = 0; rounded < 2; rounded++)
      for (int adding = 0; adding < 2; adding++) {
        long stride = p.columns + 1;
        struct array c = new_array(1 + p.rows * stride - 1, rounded);
        for (long i = 0; adding && i < p.rows; i++)
          for (long j = 0; j < p.columns; j++) put(c, 1 + i * stride + j, 0.5);
        multiply(kernels, a, b, p.count, p.rows, p.columns, c, stride, adding);
        char what[160];
        snprintf(what, sizeof what, "%s %s by %s: %ld×%ld×%ld, %ld factors%s%s%s%s", kernels->name,
            p.a[0].is_bfloat16 ? "bfloat16" : "float32", p.b[0].is_bfloat16 ? "bfloat16" : "float32", p.rows, p.columns, p.inner[0], p.count,
            variant & 1 ? ", first transposed" : "", variant >> 1 ? ", second transposed" : "",
            adding ? ", adding" : "", rounded ? ", rounded" : "");
        check_results(what, p, c, stride, adding);
        free(c.start);
      }
    for (long f = 0; f < p.count; f++) free(a[f].array.start), free(b[f].array.start);
  }
}

static int is_runnable(const struct attune_body *body) {
#ifdef ATTUNE_TILE_INSTRUCTIONS
  // Its code for any factors is another body's.
  if (strcmp(body->name, "amx") == 0) return 1;
#endif
  return body->is_available();
}

static void check_body(const struct attune_body *body, struct problem p, int types) {
  if (types == 3) check_problem(body->bfloat16, p);
  // The code for any factors, where it is not the same.
  if (types != 3 || body->float32 != body->bfloat16)
    if (body->is_available()) check_problem(body->float32, p);
}

void check_products(void) {
  static const long shapes[][4] = {{1, 1, 1, 1}, {1, 40, 33, 1}, {3, 7, 2, 2}, {16, 16, 32, 1}, {17, 33, 65, 3},
      {31, 47, 31, 2}, {32, 32, 64, 1}, {33, 64, 63, 2}, {48, 96, 128, 1}, {64, 8, 200, 1}, {100, 16, 40, 1},
      {70, 49, 257, 10}, {290, 50, 37, 2}, {6, 130, 129, 2}, {40, 35, 500, 2}, {20, 40, 0, 1}};
  for (int types = 0; types < 4; types++)
    for (unsigned s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
      if (types != 0 && types != 3 && s % 3 != 1) continue;  // Mixed types: some shapes are enough.
      struct problem p = new_problem(shapes[s][0], shapes[s][1], shapes[s][2], shapes[s][3], types);
      for (int i = 0; attune_body(i); i++)
        if (is_runnable(attune_body(i))) check_body(attune_body(i), p, types);
      free_problem(p);
    }
  for (int i = 0; attune_body(i); i++)
    printf("%s: %s\n", attune_body(i)->name, is_runnable(attune_body(i)) ? "checked" : "not available here");
}
