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
void attune_scale_bf16(const uint16_t *input, float factor, uint16_t *output, intptr_t count);
void attune_add_scaled_bf16(const uint16_t *input, float factor, uint16_t *sum, intptr_t count);
void attune_swiglu_bf16(const uint16_t *gate, const uint16_t *up, uint16_t *output, intptr_t count);
void attune_swiglu_backward_bf16(const uint16_t *gate, const uint16_t *up, const uint16_t *upstream, uint16_t *gateGradient,
    uint16_t *upGradient, intptr_t count);
void attune_add_columns_bf16(const uint16_t *input, intptr_t rows, intptr_t stride, float *sums, intptr_t columns);
void attune_add_row_bf16(const uint16_t *input, const float *addend, uint16_t *output, intptr_t rows, intptr_t columns);
void attune_rotary_bf16(const uint16_t *input, uint16_t *output, const float *cosines, const float *sines, float direction,
    intptr_t rows, intptr_t heads, intptr_t headWidth);

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

// Choosing from a row of logits: results for the 16 lanes of every block of 1024 elements.
int attune_lane_maxima(const float *input, intptr_t count, float *maxima);
void attune_lane_exp_sums(const float *input, intptr_t count, float shift, float scale, float *sums);
void attune_exp_scaled(const float *input, intptr_t count, float shift, float scale, float *output);
intptr_t attune_elements_from(const float *input, intptr_t count, const float *maxima, float threshold, int32_t *indices);

// Softmax, attention, cross-entropy.
void attune_softmax(const float *input, float *output, intptr_t rows, intptr_t width);
void attune_softmax_backward(const float *output, const float *upstream, float *gradient, intptr_t rows,
    intptr_t width);
void attune_attention_softmax_f32(const float *scores, float *factors, intptr_t stride, intptr_t rows, intptr_t columns,
    intptr_t hidden, intptr_t visible, float scale, float *maxima, float *sums, float *output, intptr_t width);
void attune_attention_softmax_bf16(const float *scores, uint16_t *factors, intptr_t stride, intptr_t rows,
    intptr_t columns, intptr_t hidden, intptr_t visible, float scale, float *maxima, float *sums, float *output,
    intptr_t width);
void attune_attention_gradient_f32(const float *scores, const float *upstream, float *factors, float *gradients,
    intptr_t stride, intptr_t rows, intptr_t columns, intptr_t hidden, intptr_t visible, float scale, float factor,
    const float *logs, const float *deltas);
void attune_attention_gradient_bf16(const float *scores, const float *upstream, uint16_t *factors, uint16_t *gradients,
    intptr_t stride, intptr_t rows, intptr_t columns, intptr_t hidden, intptr_t visible, float scale, float factor,
    const float *logs, const float *deltas);
void attune_attention_finish_f32(const float *sums, const float *maxima, const float *results, float *output,
    intptr_t stride, intptr_t rows, intptr_t width, float *logarithms);
void attune_attention_finish_bf16(const float *sums, const float *maxima, const float *results, uint16_t *output,
    intptr_t stride, intptr_t rows, intptr_t width, float *logarithms);
void attune_attention_dots_f32(const float *keys, intptr_t stride, intptr_t count, intptr_t width, const float *queries,
    intptr_t rows, intptr_t padded, float *scores, intptr_t columns);
void attune_attention_dots_bf16(const uint16_t *keys, intptr_t stride, intptr_t count, intptr_t width,
    const float *queries, intptr_t rows, intptr_t padded, float *scores, intptr_t columns);
void attune_attention_sums_f32(const float *values, intptr_t stride, intptr_t count, intptr_t width,
    const float *factors, intptr_t columns, intptr_t rows, float *output);
void attune_attention_sums_bf16(const uint16_t *values, intptr_t stride, intptr_t count, intptr_t width,
    const float *factors, intptr_t columns, intptr_t rows, float *output);
void attune_copy_rows(const void *from, intptr_t from_stride, void *to, intptr_t to_stride, intptr_t rows, intptr_t bytes);
void attune_add_rows(const float *from, intptr_t from_stride, float *to, intptr_t to_stride, intptr_t rows, intptr_t width);
void attune_head_dots_f32(const float *a, const float *b, intptr_t first, intptr_t last, intptr_t heads, intptr_t width,
    float *dots, intptr_t rows);
void attune_head_dots_bf16(const uint16_t *a, const uint16_t *b, intptr_t first, intptr_t last, intptr_t heads,
    intptr_t width, float *dots, intptr_t rows);
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

// Under AddressSanitizer: the bytes to leave free after a block of memory, and functions that forbid and permit access to
// bytes. Without it these are 0 and do nothing.
intptr_t attune_guard_bytes(void);
void attune_forbid(const void *start, intptr_t count);
void attune_permit(const void *start, intptr_t count);

// Gives memory that malloc holds for later back to the system; for glibc, which keeps up to 64 MiB a thread.
void attune_give_back_freed_memory(void);
