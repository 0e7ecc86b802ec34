// Attune's vector loops. `f32` is float, `bf16` the upper half of a float in a uint16_t. All lengths count elements.
#pragma once
#include <stdint.h>

// y = f(x), and dx = f'(x) dy.
void attune_exp_f32(const float *input, float *output, intptr_t count);
void attune_exp_backward_f32(const float *input, const float *upstream, float *gradient, intptr_t count);
void attune_exp_bf16(const uint16_t *input, uint16_t *output, intptr_t count);
void attune_exp_backward_bf16(const uint16_t *input, const uint16_t *upstream, uint16_t *gradient, intptr_t count);
void attune_sigmoid_f32(const float *input, float *output, intptr_t count);
void attune_sigmoid_backward_f32(const float *input, const float *upstream, float *gradient, intptr_t count);
void attune_sigmoid_bf16(const uint16_t *input, uint16_t *output, intptr_t count);
void attune_sigmoid_backward_bf16(const uint16_t *input, const uint16_t *upstream, uint16_t *gradient, intptr_t count);
void attune_tanh_f32(const float *input, float *output, intptr_t count);
void attune_tanh_backward_f32(const float *input, const float *upstream, float *gradient, intptr_t count);
void attune_tanh_bf16(const uint16_t *input, uint16_t *output, intptr_t count);
void attune_tanh_backward_bf16(const uint16_t *input, const uint16_t *upstream, uint16_t *gradient, intptr_t count);
void attune_relu_f32(const float *input, float *output, intptr_t count);
void attune_relu_backward_f32(const float *input, const float *upstream, float *gradient, intptr_t count);
void attune_relu_bf16(const uint16_t *input, uint16_t *output, intptr_t count);
void attune_relu_backward_bf16(const uint16_t *input, const uint16_t *upstream, uint16_t *gradient, intptr_t count);
void attune_silu_f32(const float *input, float *output, intptr_t count);
void attune_silu_backward_f32(const float *input, const float *upstream, float *gradient, intptr_t count);
void attune_silu_bf16(const uint16_t *input, uint16_t *output, intptr_t count);
void attune_silu_backward_bf16(const uint16_t *input, const uint16_t *upstream, uint16_t *gradient, intptr_t count);
void attune_gelu_f32(const float *input, float *output, intptr_t count);
void attune_gelu_backward_f32(const float *input, const float *upstream, float *gradient, intptr_t count);
void attune_gelu_bf16(const uint16_t *input, uint16_t *output, intptr_t count);
void attune_gelu_backward_bf16(const uint16_t *input, const uint16_t *upstream, uint16_t *gradient, intptr_t count);

// Two inputs, element by element.
void attune_add_f32(const float *first, const float *second, float *output, intptr_t count);
void attune_add_bf16(const uint16_t *first, const uint16_t *second, uint16_t *output, intptr_t count);
void attune_add_f32_bf16(const float *first, const uint16_t *second, float *output, intptr_t count);
void attune_subtract_f32(const float *first, const float *second, float *output, intptr_t count);
void attune_subtract_bf16(const uint16_t *first, const uint16_t *second, uint16_t *output, intptr_t count);
void attune_multiply_f32(const float *first, const float *second, float *output, intptr_t count);
void attune_multiply_bf16(const uint16_t *first, const uint16_t *second, uint16_t *output, intptr_t count);
void attune_divide_f32(const float *first, const float *second, float *output, intptr_t count);
void attune_scale_f32(const float *input, float factor, float *output, intptr_t count);
void attune_add_scaled_f32(const float *input, float factor, float *sum, intptr_t count);
void attune_swiglu_f32(const float *gate, const float *up, float *output, intptr_t count);
void attune_swiglu_backward_f32(const float *gate, const float *up, const float *upstream, float *gateGradient,
    float *upGradient, intptr_t count);
void attune_add_columns_f32(const float *input, intptr_t rows, intptr_t stride, float *sums, intptr_t columns);
void attune_add_row_f32(const float *input, const float *addend, float *output, intptr_t rows, intptr_t columns);
void attune_rotary_f32(const float *input, float *output, const float *cosines, const float *sines, float direction,
    intptr_t rows, intptr_t heads, intptr_t headWidth);
void attune_matvec_f32(const float *input, const float *weight, float *output, intptr_t rows, intptr_t outputs,
    intptr_t inputs, intptr_t outputStride);
void attune_scale_bf16(const uint16_t *input, float factor, uint16_t *output, intptr_t count);
void attune_add_scaled_bf16(const uint16_t *input, float factor, uint16_t *sum, intptr_t count);
void attune_swiglu_bf16(const uint16_t *gate, const uint16_t *up, uint16_t *output, intptr_t count);
void attune_swiglu_backward_bf16(const uint16_t *gate, const uint16_t *up, const uint16_t *upstream, uint16_t *gateGradient,
    uint16_t *upGradient, intptr_t count);
void attune_add_columns_bf16(const uint16_t *input, intptr_t rows, intptr_t stride, float *sums, intptr_t columns);
void attune_add_row_bf16(const uint16_t *input, const float *addend, uint16_t *output, intptr_t rows, intptr_t columns);
void attune_rotary_bf16(const uint16_t *input, uint16_t *output, const float *cosines, const float *sines, float direction,
    intptr_t rows, intptr_t heads, intptr_t headWidth);
void attune_matvec_bf16(const float *input, const uint16_t *weight, float *output, intptr_t rows, intptr_t outputs,
    intptr_t inputs, intptr_t outputStride);

// Dropout and rows of factors.
void attune_dropout_f32(const float *input, float *output, uint32_t seed, uint32_t first, float rate, intptr_t count);
void attune_multiply_row_f32(const float *input, const float *factors, float *output, intptr_t rows, intptr_t columns);
void attune_multiply_row_backward_f32(const float *input, const float *upstream, float *sums, intptr_t rows,
    intptr_t stride, intptr_t columns);
void attune_dropout_bf16(const uint16_t *input, uint16_t *output, uint32_t seed, uint32_t first, float rate, intptr_t count);
void attune_multiply_row_bf16(const uint16_t *input, const float *factors, uint16_t *output, intptr_t rows, intptr_t columns);
void attune_multiply_row_backward_bf16(const uint16_t *input, const uint16_t *upstream, float *sums, intptr_t rows,
    intptr_t stride, intptr_t columns);

// Conversions and sums.
void attune_widen(const uint16_t *input, float *output, intptr_t count);
void attune_narrow(const float *input, uint16_t *output, intptr_t count);
double attune_sum(const float *input, intptr_t count);
double attune_sum_of_squares(const float *input, intptr_t count);

// RMSNorm.
void attune_rms_norm_f32_f32(const float *input, const float *weight, float *output, float *inverse, intptr_t rows,
    intptr_t width, float epsilon);
void attune_rms_norm_f32_bf16(const float *input, const float *weight, uint16_t *output, float *inverse, intptr_t rows,
    intptr_t width, float epsilon);
void attune_rms_norm_bf16_bf16(const uint16_t *input, const float *weight, uint16_t *output, float *inverse, intptr_t rows,
    intptr_t width, float epsilon);
void attune_rms_norm_backward_f32_f32_f32(const float *input, int isNormal, const float *columns,
    const float *weight, const float *inverse, const float *upstream, float *inputGradient, int adding,
    float *weightGradient, intptr_t rows, intptr_t width);
void attune_rms_norm_backward_f32_f32_bf16(const float *input, int isNormal, const float *columns,
    const float *weight, const float *inverse, const uint16_t *upstream, float *inputGradient, int adding,
    float *weightGradient, intptr_t rows, intptr_t width);
void attune_rms_norm_backward_bf16_f32_bf16(const uint16_t *input, int isNormal, const float *columns,
    const float *weight, const float *inverse, const uint16_t *upstream, float *inputGradient, int adding,
    float *weightGradient, intptr_t rows, intptr_t width);
void attune_rms_norm_backward_bf16_bf16_bf16(const uint16_t *input, int isNormal, const float *columns,
    const float *weight, const float *inverse, const uint16_t *upstream, uint16_t *inputGradient, int adding,
    float *weightGradient, intptr_t rows, intptr_t width);

// Softmax, attention, cross-entropy.
void attune_softmax(const float *input, float *output, intptr_t rows, intptr_t width);
void attune_softmax_backward(const float *output, const float *upstream, float *gradient, intptr_t rows,
    intptr_t width);
void attune_attention_block(float *scores, intptr_t stride, intptr_t rows, intptr_t columns, intptr_t hidden,
    intptr_t visible, float scale, float *maxima, float *sums, float *output, intptr_t width);
void attune_attention_probabilities(float *scores, intptr_t stride, intptr_t rows, intptr_t columns,
    intptr_t hidden, intptr_t visible, float scale, const float *logSums);
void attune_attention_score_gradient(const float *probabilities, float *gradients, intptr_t stride, intptr_t rows,
    intptr_t columns, float scale, const float *deltas);
void attune_row_dots(const float *first, const float *second, float *dots, intptr_t rows, intptr_t width);
void attune_cross_entropy(float *logits, const int32_t *targets, float *losses, uint8_t *hits, intptr_t rows,
    intptr_t width, int gradient);

// AdamW. Elements `start` to `start + count` of a tensor whose first elements the pointers show; with moments of eight bits,
// `start` is a multiple of 256 and each 256 elements have one scale. Random bits for rounding depend on the key and on the
// element's index alone.
struct attune_adamw_step {
  double rate, beta1, beta2, decay, correction1, correction2;
  float gradient_scale, epsilon;
  uint64_t key;
};
void attune_adamw_f32(const struct attune_adamw_step *step, float *parameter, const float *gradient, float *first,
    float *second, intptr_t start, intptr_t count);
void attune_adamw_bf16(const struct attune_adamw_step *step, uint16_t *parameter, const float *gradient, float *first,
    float *second, intptr_t start, intptr_t count);
void attune_adamw_int8_f32(const struct attune_adamw_step *step, float *parameter, const float *gradient,
    uint8_t *first, float *first_scales, uint8_t *second, float *second_scales, intptr_t start, intptr_t count);
void attune_adamw_int8_bf16(const struct attune_adamw_step *step, uint16_t *parameter, const float *gradient,
    uint8_t *first, float *first_scales, uint8_t *second, float *second_scales, intptr_t start, intptr_t count);
void attune_decode_moment(const uint8_t *codes, const float *scales, float *values, intptr_t count, int is_signed);

// A short pause inside a spinning loop.
static inline void attune_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Matrix products for processors with AVX-512, for bfloat16 with AVX512-BF16. A factor is read as words of 32 bits along
// the sum: one float32, or a pair of bfloat16. `stride` is in bytes.
enum attune_layout {
  // A word is at `start[row or column stride + word]`.
  attune_along,
  // A float32 is at `start[inner stride + row or column]`.
  attune_across,
  // The same for bfloat16: a word combines two rows of memory; where `is_odd`, the last word has one row only.
  attune_across_pairs,
};
struct attune_factor {
  const char *start;
  intptr_t stride, words;
  enum attune_layout layout;
  int is_odd;
};
void attune_pack_columns(
    struct attune_factor b, intptr_t first, intptr_t columns, float *packed, intptr_t offset, intptr_t total);
// `c (+)= Σ a b` for some rows; the second factors were packed one below the other. `scratch` has 64 floats per word.
void attune_product_f32(const struct attune_factor *factors, intptr_t count, const float *packed, float *c, intptr_t stride,
    intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch);
void attune_product_bf16(const struct attune_factor *factors, intptr_t count, const float *packed, uint16_t *c,
    intptr_t stride, intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch);
void attune_product_bf16_f32(const struct attune_factor *factors, intptr_t count, const float *packed, float *c,
    intptr_t stride, intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch);
// The same for up to 16 columns and one factor whose words are along its rows: so few columns that packing rows does not
// pay.
void attune_thin_product_f32(struct attune_factor a, const float *packed, float *c, intptr_t stride, intptr_t first,
    intptr_t rows, intptr_t columns, int adding, float *scratch);
void attune_thin_product_bf16(struct attune_factor a, const float *packed, uint16_t *c, intptr_t stride, intptr_t first,
    intptr_t rows, intptr_t columns, int adding, float *scratch);
void attune_thin_product_bf16_f32(struct attune_factor a, const float *packed, float *c, intptr_t stride, intptr_t first,
    intptr_t rows, intptr_t columns, int adding, float *scratch);

// Under AddressSanitizer: the bytes to leave free after a block of memory, and functions that forbid and permit access to
// bytes. Without it these are 0 and do nothing.
intptr_t attune_guard_bytes(void);
void attune_forbid(const void *start, intptr_t count);
void attune_permit(const void *start, intptr_t count);

// Gives memory that malloc holds for later back to the system; for glibc, which keeps up to 64 MiB a thread.
void attune_give_back_freed_memory(void);
