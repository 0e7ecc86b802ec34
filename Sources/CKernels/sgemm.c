// Float32 matrix products at the width of AVX-512, blocked as Goto and van de Geijn's "Anatomy of high-performance matrix
// multiplication" (2008) has it: the second factor is packed into panels of columns once, for all threads; each thread packs
// its rows of the first factor as it comes to them, and a tile of results stays in registers for a whole sum.
#include "vector.h"

#if defined(__x86_64__)
#define WIDE __attribute__((target("arch=x86-64-v4"), __min_vector_width__(512)))
#else
#define WIDE
#endif

// A tile is ROWS × COLUMNS sums: 24 registers, 3 for the columns, one for a broadcast.
enum { LANES = 16, ROWS = 8, COLUMNS = 48, BLOCK = 64 };

#define LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)

#define BROADCAST(x) ((v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x})

// Transposes `count` (a power of two) rows of 16: every round moves the highest bit of an element's place to the lowest.
WIDE INLINE void transpose(v16 *rows, const int count) {
  v16 next[16];
  for (int rounds = count; rounds > 1; rounds /= 2) {
#pragma unroll
    for (int i = 0; i < count / 2; i++) {
      next[2 * i] = LOW(rows[i], rows[i + count / 2]);
      next[2 * i + 1] = HIGH(rows[i], rows[i + count / 2]);
    }
#pragma unroll
    for (int i = 0; i < count; i++) rows[i] = next[i];
  }
}

// Elements (inner, column) of the second factor stand at `b[inner stride + column]`, or at `b[column stride + inner]` where
// transposed. Panels of 48 columns follow one another, each `[total][columns rounded up to 16]`; these are its rows from
// `offset` on, so that the factors of several products that are summed stand one below the other.
WIDE void attune_sgemm_pack(const float *b, intptr_t stride, int transposed, intptr_t inner, intptr_t columns, float *packed,
    intptr_t offset, intptr_t total) {
  for (intptr_t first = 0; first < columns; first += COLUMNS) {
    intptr_t count = columns - first < COLUMNS ? columns - first : COLUMNS;
    intptr_t width = (count + LANES - 1) / LANES * LANES;
    float *panel = packed + offset * width;
    packed += total * width;
    for (intptr_t lane = 0; transposed && lane < width; lane += LANES) {
      const float *from[LANES];
      // What stands beyond the last column is never read back: any row serves.
      for (int i = 0; i < LANES; i++) from[i] = b + (first + (lane + i < count ? lane + i : count - 1)) * stride;
      intptr_t p = 0;
      for (; p + LANES <= inner; p += LANES) {
        v16 rows[LANES];
#pragma unroll
        for (int i = 0; i < LANES; i++) rows[i] = LOAD_f32(from[i] + p);
        transpose(rows, LANES);
#pragma unroll
        for (int i = 0; i < LANES; i++) STORE_f32(panel + (p + i) * width + lane, rows[i]);
      }
      for (; p < inner; p++)
        for (int i = 0; i < LANES; i++) panel[p * width + lane + i] = from[i][p];
    }
    for (intptr_t p = 0; !transposed && p < inner; p++) {
      const float *from = b + p * stride + first;
      float *to = panel + p * width;
      if (count == COLUMNS) {
#pragma unroll
        for (int i = 0; i < COLUMNS; i += LANES) STORE_f32(to + i, LOAD_f32(from + i));
      } else {
        memcpy(to, from, count * sizeof(float));
        memset(to + count, 0, (width - count) * sizeof(float));
      }
    }
  }
}

// Packs rows of a first factor. Panels of 8 rows follow one another, each `[total][8]`, of which these are the inner
// elements from `offset` on.
WIDE static void pack_rows(struct attune_factor a, intptr_t first, intptr_t rows, intptr_t offset, intptr_t total, float *packed) {
  packed += offset * ROWS;
  for (intptr_t row = first; row < first + rows; row += ROWS, packed += total * ROWS) {
    // What stands beyond the last row is never read back: any row serves.
    intptr_t last = first + rows - 1;
    if (a.transposed) {
      for (intptr_t p = 0; p < a.inner; p++) {
        const float *from = a.start + p * a.stride;
        if (row + ROWS <= first + rows) memcpy(packed + p * ROWS, from + row, ROWS * sizeof(float));
        else for (int i = 0; i < ROWS; i++) packed[p * ROWS + i] = from[row + i < last ? row + i : last];
      }
      continue;
    }
    const float *from[ROWS];
    for (int i = 0; i < ROWS; i++) from[i] = a.start + (row + i < last ? row + i : last) * a.stride;
    intptr_t p = 0;
    for (; p + LANES <= a.inner; p += LANES) {
      v16 block[ROWS];
#pragma unroll
      for (int i = 0; i < ROWS; i++) block[i] = LOAD_f32(from[i] + p);
      transpose(block, ROWS);
#pragma unroll
      for (int i = 0; i < ROWS; i++) STORE_f32(packed + p * ROWS + i * LANES, block[i]);
    }
    for (; p < a.inner; p++)
      for (int i = 0; i < ROWS; i++) packed[p * ROWS + i] = from[i][p];
  }
}

// One tile of 8 rows by `vectors` times 16 columns. Element (row, inner) of the first factor stands at
// `a[row row_stride + inner inner_stride]`.
WIDE INLINE void tile(intptr_t inner, const float *a, intptr_t row_stride, intptr_t inner_stride, const float *b, float *c,
    intptr_t stride, int adding, const int vectors) {
  v16 sums[ROWS][COLUMNS / LANES];
#pragma unroll
  for (int i = 0; i < ROWS; i++)
#pragma unroll
    for (int v = 0; v < vectors; v++) {
      sums[i][v] = SPLAT(0);
      __builtin_prefetch(c + i * stride + v * LANES, 1, 2);
    }
  for (intptr_t p = 0; p < inner; p++, a += inner_stride, b += vectors * LANES) {
    v16 columns[COLUMNS / LANES];
#pragma unroll
    for (int v = 0; v < vectors; v++) {
      columns[v] = LOAD_f32(b + v * LANES);
      __builtin_prefetch(b + (8 * vectors + v) * LANES);
    }
#pragma unroll
    for (int i = 0; i < ROWS; i++)
#pragma unroll
      for (int v = 0; v < vectors; v++) sums[i][v] += BROADCAST(a[i * row_stride]) * columns[v];
  }
#pragma unroll
  for (int i = 0; i < ROWS; i++)
#pragma unroll
    for (int v = 0; v < vectors; v++) {
      float *to = c + i * stride + v * LANES;
      STORE_f32(to, adding ? LOAD_f32(to) + sums[i][v] : sums[i][v]);
    }
}

// A tile of 8 packed rows or, where there are fewer rows or columns than a tile has, the part of it that is there.
WIDE static void packed_tile(intptr_t inner, const float *a, const float *b, float *c, intptr_t stride, int adding,
    intptr_t rows, intptr_t columns) {
  float edge[ROWS * COLUMNS];
  int whole = rows >= ROWS && columns % LANES == 0;
  float *to = whole ? c : edge;
  intptr_t to_stride = whole ? stride : COLUMNS;
  int sum = whole && adding;
  switch ((columns + LANES - 1) / LANES) {
    case 1: tile(inner, a, 1, ROWS, b, to, to_stride, sum, 1); break;
    case 2: tile(inner, a, 1, ROWS, b, to, to_stride, sum, 2); break;
    default: tile(inner, a, 1, ROWS, b, to, to_stride, sum, 3);
  }
  for (intptr_t i = 0; !whole && i < rows; i++)
    for (intptr_t j = 0; j < columns; j++) c[i * stride + j] = edge[i * COLUMNS + j] + (adding ? c[i * stride + j] : 0);
}

// `c (+)= Σ a b` for some rows; the second factors were packed one below the other. `scratch` holds 64 floats for every
// inner element.
WIDE void attune_sgemm_rows(const struct attune_factor *factors, intptr_t count, const float *packed, float *c,
    intptr_t stride, intptr_t first, intptr_t rows, intptr_t columns, int adding, float *scratch) {
  intptr_t inner = 0;
  for (intptr_t i = 0; i < count; i++) inner += factors[i].inner;
  for (intptr_t block = first; block < first + rows; block += BLOCK) {
    intptr_t height = first + rows - block < BLOCK ? first + rows - block : BLOCK;
    for (intptr_t i = 0, offset = 0; i < count; offset += factors[i++].inner)
      pack_rows(factors[i], block, height, offset, inner, scratch);
    for (intptr_t j = 0; j < columns; j += COLUMNS)
      for (intptr_t i = 0; i < height; i += ROWS)
        packed_tile(inner, scratch + i * inner, packed + j * inner, c + (block + i) * stride + j, stride, adding,
            height - i < ROWS ? height - i : ROWS, columns - j < COLUMNS ? columns - j : COLUMNS);
  }
}

// The same for up to 16 columns and a factor that is not transposed: too few to make up for packing rows.
WIDE void attune_sgemm_thin(struct attune_factor a, const float *packed, float *c, intptr_t stride, intptr_t first,
    intptr_t rows, intptr_t columns, int adding) {
  float edge[ROWS * LANES];
  for (intptr_t row = first; row < first + rows; row += ROWS) {
    intptr_t tall = first + rows - row < ROWS ? first + rows - row : ROWS;
    if (tall == ROWS) {
      tile(a.inner, a.start + row * a.stride, a.stride, 1, packed, edge, LANES, 0, 1);
    } else {
      for (intptr_t i = 0; i < tall; i++)
        for (intptr_t j = 0; j < LANES; j++) edge[i * LANES + j] = 0;
      for (intptr_t i = 0; i < tall; i++)
        for (intptr_t p = 0; p < a.inner; p++)
          for (intptr_t j = 0; j < LANES; j++)
            edge[i * LANES + j] += a.start[(row + i) * a.stride + p] * packed[p * LANES + j];
    }
    for (intptr_t i = 0; i < tall; i++)
      for (intptr_t j = 0; j < columns; j++)
        c[(row + i) * stride + j] = edge[i * LANES + j] + (adding ? c[(row + i) * stride + j] : 0);
  }
}
