#include "onednn.h"

#if __has_include(<oneapi/dnnl/dnnl.h>)

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// oneDNN keeps the threads of OpenMP; one thread a call is asked for on every thread that calls.
typedef void (*set_threads_function)(int);

// Each product that is kept holds about 12 KiB, for its code as well: a run whose sequences have all lengths makes
// thousands. These are those of a few steps, and making one again takes a fraction of a millisecond. SLOTS are of each
// thread, KEPT of the library, which gives one thread what another has made.
enum { SLOTS = 512, KEPT = 256 };

static struct {
  int is_open;
  dnnl_engine_t engine;
  set_threads_function set_threads;
  __typeof__(&dnnl_engine_create) engine_create;
  __typeof__(&dnnl_stream_create) stream_create;
  __typeof__(&dnnl_memory_create) memory_create;
  __typeof__(&dnnl_memory_set_data_handle) memory_set_data_handle;
  __typeof__(&dnnl_primitive_create) primitive_create;
  __typeof__(&dnnl_primitive_execute) primitive_execute;
  __typeof__(&dnnl_primitive_desc_destroy) primitive_desc_destroy;
  __typeof__(&dnnl_primitive_destroy) primitive_destroy;
  __typeof__(&dnnl_memory_destroy) memory_destroy;
  __typeof__(&dnnl_primitive_attr_destroy) attr_destroy;
  __typeof__(&dnnl_post_ops_destroy) post_ops_destroy;
  __typeof__(&dnnl_primitive_attr_create) attr_create;
  __typeof__(&dnnl_primitive_attr_set_post_ops) attr_set_post_ops;
  __typeof__(&dnnl_post_ops_create) post_ops_create;
  __typeof__(&dnnl_post_ops_append_sum) post_ops_append_sum;
  __typeof__(&dnnl_primitive_attr_set_scratchpad_mode) attr_set_scratchpad_mode;
  __typeof__(&dnnl_primitive_desc_query_md) primitive_desc_query_md;
  __typeof__(&dnnl_memory_desc_get_size) memory_desc_get_size;
  __typeof__(&dnnl_version) version;
  __typeof__(&dnnl_set_primitive_cache_capacity) set_primitive_cache_capacity;
#if DNNL_VERSION_MAJOR >= 3
  __typeof__(&dnnl_memory_desc_create_with_strides) memory_desc_create_with_strides;
  __typeof__(&dnnl_memory_desc_destroy) memory_desc_destroy;
  __typeof__(&dnnl_matmul_primitive_desc_create) matmul_primitive_desc_create;
#else
  __typeof__(&dnnl_memory_desc_init_by_strides) memory_desc_init_by_strides;
  __typeof__(&dnnl_matmul_desc_init) matmul_desc_init;
  __typeof__(&dnnl_primitive_desc_create) primitive_desc_create;
#endif
} onednn;

static void open_library(void) {
  void *library = NULL;
#if DNNL_VERSION_MAJOR >= 3
  const char *names[] = {"libdnnl.so.3", "libdnnl.3.dylib"};
#else
  const char *names[] = {"libdnnl.so.2", "libdnnl.2.dylib"};
#endif
  for (size_t i = 0; i < sizeof names / sizeof *names && !library; i++) library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  int found = 1;
#define FIND(field, name) found &= (onednn.field = (__typeof__(onednn.field))dlsym(library, name)) != NULL
  FIND(engine_create, "dnnl_engine_create");
  FIND(stream_create, "dnnl_stream_create");
  FIND(memory_create, "dnnl_memory_create");
  FIND(memory_set_data_handle, "dnnl_memory_set_data_handle");
  FIND(primitive_create, "dnnl_primitive_create");
  FIND(primitive_execute, "dnnl_primitive_execute");
  FIND(primitive_desc_destroy, "dnnl_primitive_desc_destroy");
  FIND(primitive_destroy, "dnnl_primitive_destroy");
  FIND(memory_destroy, "dnnl_memory_destroy");
  FIND(attr_destroy, "dnnl_primitive_attr_destroy");
  FIND(post_ops_destroy, "dnnl_post_ops_destroy");
  FIND(attr_create, "dnnl_primitive_attr_create");
  FIND(attr_set_post_ops, "dnnl_primitive_attr_set_post_ops");
  FIND(post_ops_create, "dnnl_post_ops_create");
  FIND(post_ops_append_sum, "dnnl_post_ops_append_sum");
  FIND(attr_set_scratchpad_mode, "dnnl_primitive_attr_set_scratchpad_mode");
  FIND(primitive_desc_query_md, "dnnl_primitive_desc_query_md");
  FIND(memory_desc_get_size, "dnnl_memory_desc_get_size");
  FIND(version, "dnnl_version");
  FIND(set_primitive_cache_capacity, "dnnl_set_primitive_cache_capacity");
#if DNNL_VERSION_MAJOR >= 3
  FIND(memory_desc_create_with_strides, "dnnl_memory_desc_create_with_strides");
  FIND(memory_desc_destroy, "dnnl_memory_desc_destroy");
  FIND(matmul_primitive_desc_create, "dnnl_matmul_primitive_desc_create");
#else
  FIND(memory_desc_init_by_strides, "dnnl_memory_desc_init_by_strides");
  FIND(matmul_desc_init, "dnnl_matmul_desc_init");
  FIND(primitive_desc_create, "dnnl_primitive_desc_create");
#endif
#undef FIND
  // Found in the library's own dependency, whichever OpenMP it was built with.
  onednn.set_threads = (set_threads_function)dlsym(library, "omp_set_num_threads");
  if (!found || onednn.engine_create(&onednn.engine, dnnl_cpu, 0) != dnnl_success) return;
  onednn.set_primitive_cache_capacity(KEPT);
  onednn.is_open = 1;
}

int attune_onednn_open(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, open_library);
  return onednn.is_open;
}

int attune_onednn_version(void) {
  if (!attune_onednn_open()) return 0;
  const dnnl_version_t *version = onednn.version();
  return 100 * version->major + version->minor;
}

// What decides how a product is computed. Compared byte by byte, so it holds no padding.
typedef struct {
  int64_t m, n, k, strides[3];
  int32_t types, transposes, adding, unused;
} product_key;

typedef struct {
  product_key key;
  dnnl_primitive_t primitive;
  // a, b, c and the scratch memory.
  dnnl_memory_t memories[4];
  size_t scratch_bytes;
  uint64_t used;
} product;

// Every thread keeps its own products: looking one up needs no lock and takes no time.
static __thread product *products;
static __thread dnnl_stream_t stream;
static __thread uint64_t uses;
// Scratch memory that all products of a thread share, as large as the largest asks for.
static __thread void *scratch;
static __thread size_t scratch_bytes;

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t description;
typedef const_dnnl_memory_desc_t description_reference;
static int describe(description *made, int64_t rows, int64_t columns, attune_matrix x) {
  dnnl_dims_t dims = {rows, columns}, strides = {x.transposed ? 1 : x.stride, x.transposed ? x.stride : 1};
  return onednn.memory_desc_create_with_strides(made, 2, dims, x.bfloat16 ? dnnl_bf16 : dnnl_f32, strides);
}
#define REFERENCE(x) (x)
#else
typedef dnnl_memory_desc_t description;
typedef const dnnl_memory_desc_t *description_reference;
static int describe(description *made, int64_t rows, int64_t columns, attune_matrix x) {
  dnnl_dims_t dims = {rows, columns}, strides = {x.transposed ? 1 : x.stride, x.transposed ? x.stride : 1};
  return onednn.memory_desc_init_by_strides(made, 2, dims, x.bfloat16 ? dnnl_bf16 : dnnl_f32, strides);
}
#define REFERENCE(x) (&(x))
#endif

// Makes the attributes: whether the result is added to what is there.
static int make_attributes(dnnl_primitive_attr_t *made, int adding) {
  if (onednn.attr_create(made) != dnnl_success) return 0;
  // The library's own scratch memory is mapped, cleared and unmapped with every call.
  if (onednn.attr_set_scratchpad_mode(*made, dnnl_scratchpad_mode_user) != dnnl_success) return 0;
  if (!adding) return 1;
  dnnl_post_ops_t operations = NULL;
  if (onednn.post_ops_create(&operations) != dnnl_success) return 0;
#if DNNL_VERSION_MAJOR >= 3
  int good = onednn.post_ops_append_sum(operations, 1.0f, 0, dnnl_data_type_undef) == dnnl_success;
#else
  int good = onednn.post_ops_append_sum(operations, 1.0f) == dnnl_success;
#endif
  good = good && onednn.attr_set_post_ops(*made, operations) == dnnl_success;
  onednn.post_ops_destroy(operations);
  return good;
}

// Makes a product for a key. Returns whether the library computes it.
static int make(product *made, const product_key *key, attune_matrix a, attune_matrix b, attune_matrix c) {
  description sides[3];
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t chosen = NULL;
  if (describe(&sides[0], key->m, key->k, a) != dnnl_success || describe(&sides[1], key->k, key->n, b) != dnnl_success ||
      describe(&sides[2], key->m, key->n, c) != dnnl_success || !make_attributes(&attributes, (int)key->adding))
    return 0;
#if DNNL_VERSION_MAJOR >= 3
  int good = onednn.matmul_primitive_desc_create(&chosen, onednn.engine, sides[0], sides[1], NULL, sides[2],
                                                 attributes) == dnnl_success;
#else
  dnnl_matmul_desc_t operation;
  int good = onednn.matmul_desc_init(&operation, &sides[0], &sides[1], NULL, &sides[2]) == dnnl_success &&
             onednn.primitive_desc_create(&chosen, &operation, attributes, onednn.engine, NULL) == dnnl_success;
#endif
  onednn.attr_destroy(attributes);
  if (!good) return 0;
  good = onednn.primitive_create(&made->primitive, chosen) == dnnl_success;
  if (good) {
    description_reference needed = onednn.primitive_desc_query_md(chosen, dnnl_query_scratchpad_md, 0);
    made->scratch_bytes = needed ? onednn.memory_desc_get_size(needed) : 0;
    if (made->scratch_bytes)
      good = onednn.memory_create(&made->memories[3], needed, onednn.engine, DNNL_MEMORY_NONE) == dnnl_success;
  }
  onednn.primitive_desc_destroy(chosen);
  for (int i = 0; i < 3 && good; i++)
    good = onednn.memory_create(&made->memories[i], REFERENCE(sides[i]), onednn.engine, DNNL_MEMORY_NONE) == dnnl_success;
#if DNNL_VERSION_MAJOR >= 3
  for (int i = 0; i < 3; i++) onednn.memory_desc_destroy(sides[i]);
#endif
  made->key = *key;
  return good;
}

static void forget(product *slot) {
  for (int i = 0; i < 4; i++)
    if (slot->memories[i]) onednn.memory_destroy(slot->memories[i]);
  if (slot->primitive) onednn.primitive_destroy(slot->primitive);
  memset(slot, 0, sizeof *slot);
}

// The product of a key, made where it is new; the oldest of a few neighbours goes where there is no room. NULL where the
// library does not compute it.
static product *find(const product_key *key, attune_matrix a, attune_matrix b, attune_matrix c) {
  if (!products) {
    if (onednn.set_threads) onednn.set_threads(1);
    if (onednn.stream_create(&stream, onednn.engine, dnnl_stream_default_flags) != dnnl_success) return NULL;
    products = calloc(SLOTS, sizeof(product));
    if (!products) return NULL;
  }
  uint64_t hash = 0xCBF29CE484222325u;
  for (size_t i = 0; i < sizeof *key / 8; i++) {
    uint64_t word;
    memcpy(&word, (const char *)key + 8 * i, 8);
    hash = (hash ^ word) * 0x100000001B3u;
    hash ^= hash >> 29;
  }
  product *oldest = NULL;
  for (size_t probe = 0; probe < 8; probe++) {
    product *slot = &products[(hash + probe) % SLOTS];
    if (slot->primitive && memcmp(&slot->key, key, sizeof *key) == 0) {
      slot->used = ++uses;
      return slot;
    }
    if (!oldest || slot->used < oldest->used) oldest = slot;
  }
  forget(oldest);
  if (!make(oldest, key, a, b, c)) {
    forget(oldest);
    return NULL;
  }
  oldest->used = ++uses;
  return oldest;
}

int attune_onednn_multiply(attune_matrix a, attune_matrix b, attune_matrix c, int64_t m, int64_t n, int64_t k,
                           int adding) {
  if (!onednn.is_open) return 1;
  product_key key = {m, n, k, {a.stride, b.stride, c.stride}, a.bfloat16 | b.bfloat16 << 1 | c.bfloat16 << 2,
                     a.transposed | b.transposed << 1, adding, 0};
  product *found = find(&key, a, b, c);
  if (!found) return 1;
  void *starts[3] = {a.start, b.start, c.start};
  for (int i = 0; i < 3; i++)
    if (onednn.memory_set_data_handle(found->memories[i], starts[i]) != dnnl_success) return 2;
  if (found->scratch_bytes > scratch_bytes) {
    free(scratch);
    scratch_bytes = (found->scratch_bytes + 4095) / 4096 * 4096;
    scratch = aligned_alloc(4096, scratch_bytes);
    if (!scratch) scratch_bytes = 0;
  }
  if (found->scratch_bytes > scratch_bytes) return 3;
  if (found->scratch_bytes && onednn.memory_set_data_handle(found->memories[3], scratch) != dnnl_success) return 4;
  dnnl_exec_arg_t arguments[4] = {{DNNL_ARG_SRC, found->memories[0]},
                                  {DNNL_ARG_WEIGHTS, found->memories[1]},
                                  {DNNL_ARG_DST, found->memories[2]},
                                  {DNNL_ARG_SCRATCHPAD, found->memories[3]}};
  int count = found->scratch_bytes ? 4 : 3;
  return onednn.primitive_execute(found->primitive, stream, count, arguments) == dnnl_success ? 0 : 5;
}

#else

int attune_onednn_open(void) { return 0; }
int attune_onednn_version(void) { return 0; }
int attune_onednn_multiply(attune_matrix a, attune_matrix b, attune_matrix c, int64_t m, int64_t n, int64_t k,
                           int adding) {
  (void)a, (void)b, (void)c, (void)m, (void)n, (void)k, (void)adding;
  return 1;
}

#endif
