// Softmax of plain rows, and cross-entropy over logits.
#include "vector.h"

INLINE float row_max(const float *x, intptr_t count) {
  v16 best = SPLAT(-INFINITY);
  intptr_t i = 0;
  for (; i + 16 <= count; i += 16) {
    v16 part = LOAD_f32(x + i);
    best = MAX(best, part);
  }
  if (i < count) {
    v16 part = LOAD_PART_f32(x + i, count - i, -INFINITY);
    best = MAX(best, part);
  }
  return max16(&best);
}

// Writes e^(scale x - shift) over x and returns the sum.
INLINE float row_exp(float *x, float scale, float shift, intptr_t count) {
  v16 sum = SPLAT(0.0f);
  intptr_t i = 0;
  for (; i + 16 <= count; i += 16) {
    v16 e = LOAD_f32(x + i) * scale - shift;
    exp16(&e);
    STORE_f32(x + i, e);
    sum += e;
  }
  if (i < count) {
    v16 e = LOAD_PART_f32(x + i, count - i, -INFINITY) * scale - shift;
    exp16(&e);
    STORE_PART_f32(x + i, e, count - i);
    sum += e;
  }
  return sum16(&sum);
}

CLONES void attune_softmax(const float *input, float *output, intptr_t rows, intptr_t width) {
  for (intptr_t r = 0; r < rows; r++) {
    float *y = output + r * width;
    memmove(y, input + r * width, (size_t)width * sizeof(float));
    float best = row_max(y, width), sum = row_exp(y, 1.0f, best, width);
    for (intptr_t i = 0; i < width; i++) y[i] /= sum;
  }
}

CLONES void attune_softmax_backward(const float *output, const float *upstream, float *gradient, intptr_t rows,
                                    intptr_t width) {
  for (intptr_t r = 0; r < rows; r++) {
    const float *y = output + r * width, *d = upstream + r * width;
    float dot = 0;
    for (intptr_t i = 0; i < width; i++) dot += y[i] * d[i];
    for (intptr_t i = 0; i < width; i++) gradient[r * width + i] = y[i] * (d[i] - dot);
  }
}

// Cross-entropy of each row's logits against its target: loss = log Σ e^x - x[target]. The logits are overwritten by
// the gradient softmax(x) - onehot(target) where `gradient` is set: as floats, or as bfloat16 at the start of each
// row's memory where it is 2. `hits` says whether the target is the most likely token (the first among equals).
CLONES void attune_cross_entropy(float *logits, const int32_t *targets, float *losses, uint8_t *hits, intptr_t rows,
                                 intptr_t width, int gradient) {
  for (intptr_t r = 0; r < rows; r++) {
    float *x = logits + r * width;
    int32_t target = targets[r];
    float best = row_max(x, width), score = x[target];
    int hit = score == best;
    for (intptr_t i = 0; hit && i < target; i++) hit = x[i] != best;
    hits[r] = (uint8_t)hit;
    float sum = row_exp(x, 1.0f, best, width);
    losses[r] = best + logf(sum) - score;
    if (!gradient) continue;
    float inverse = 1.0f / sum;
    if (gradient == 2) {
      bf16 *rounded = (bf16 *)x;
      intptr_t i = 0;
      float kept = x[target] * inverse - 1.0f;
      for (; i + 16 <= width; i += 16) {
        v16 p = LOAD_f32(x + i) * inverse;
        STORE_bf16(rounded + i, p);
      }
      for (; i < width; i++) rounded[i] = narrow1(x[i] * inverse);
      rounded[target] = narrow1(kept);
    } else {
      intptr_t i = 0;
      for (; i + 16 <= width; i += 16) STORE_f32(x + i, LOAD_f32(x + i) * inverse);
      for (; i < width; i++) x[i] *= inverse;
      x[target] -= 1.0f;
    }
  }
}
