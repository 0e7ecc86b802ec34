#pragma once
// libhdf5 names most of its constants by macros that Swift cannot read; they stand here as functions. The few calls
// whose names changed with version 1.12 are wrapped too, so that 1.10 and later serve alike.
#include <hdf5.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static inline hid_t attune_h5_file_creation(void) { return H5Pcreate(H5P_FILE_CREATE); }
static inline hid_t attune_h5_file_access(void) { return H5Pcreate(H5P_FILE_ACCESS); }
static inline hid_t attune_h5_dataset_creation(void) { return H5Pcreate(H5P_DATASET_CREATE); }
static inline hid_t attune_h5_dataset_access(void) { return H5Pcreate(H5P_DATASET_ACCESS); }
static inline hid_t attune_h5_group_creation(void) { return H5Pcreate(H5P_GROUP_CREATE); }

static inline hid_t attune_h5_float32(void) { return H5Tcopy(H5T_IEEE_F32LE); }
static inline hid_t attune_h5_float64(void) { return H5Tcopy(H5T_IEEE_F64LE); }
static inline hid_t attune_h5_int64(void) { return H5Tcopy(H5T_STD_I64LE); }
static inline hid_t attune_h5_uint64(void) { return H5Tcopy(H5T_STD_U64LE); }
static inline hid_t attune_h5_uint16(void) { return H5Tcopy(H5T_STD_U16LE); }
static inline hid_t attune_h5_uint8(void) { return H5Tcopy(H5T_STD_U8LE); }

/// IEEE half precision, which the library has no name for: as h5py describes it.
static inline hid_t attune_h5_float16(void) {
  hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(type, 15, 10, 5, 0, 10);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, 15);
  return type;
}

/// A text of `size` bytes in UTF-8, filled up with NUL.
static inline hid_t attune_h5_text(size_t size) {
  hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, size);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

/// Access by the newest format that version 1.10 reads, without file locks, which network file systems lack.
static inline herr_t attune_h5_set_access(hid_t access) {
  if (H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) < 0) return -1;
  if (H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0) return -1;
#if H5_VERSION_GE(1, 10, 7)
  return H5Pset_file_locking(access, 0, 1);
#else
  // Older versions ask the environment.
  return setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);
#endif
}

static inline hid_t attune_h5_create(const char *path, hid_t creation, hid_t access) {
  return H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
}
static inline hid_t attune_h5_open(const char *path, hid_t access) { return H5Fopen(path, H5F_ACC_RDONLY, access); }

/// Stops the library from printing errors in this thread.
static inline void attune_h5_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

static inline herr_t attune_h5_first_error(unsigned depth, const H5E_error2_t *error, void *text) {
  if (depth == 0) strncpy((char *)text, error->desc ? error->desc : "", 511);
  return 0;
}

/// The innermost cause of the last failure in this thread, into 512 bytes.
static inline void attune_h5_cause(char *text) {
  memset(text, 0, 512);
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, attune_h5_first_error, text);
}

/// The names in a group or of an object's attributes, each ended by NUL.
typedef struct {
  char *bytes;
  size_t length, capacity, count;
  /// Whether a soft, external or user-defined link was met, or memory was short.
  bool has_stranger;
} attune_h5_names;

static inline herr_t attune_h5_add_name(attune_h5_names *names, const char *name) {
  size_t size = strlen(name) + 1;
  if (names->count >= 1000000 || size > 65536) {
    names->has_stranger = true;
    return -1;
  }
  if (names->length + size > names->capacity) {
    size_t capacity = 2 * (names->length + size);
    char *bytes = (char *)realloc(names->bytes, capacity);
    if (!bytes) {
      names->has_stranger = true;
      return -1;
    }
    names->bytes = bytes;
    names->capacity = capacity;
  }
  memcpy(names->bytes + names->length, name, size);
  names->length += size;
  names->count += 1;
  return 0;
}

#if H5_VERSION_GE(1, 12, 0)
static inline herr_t attune_h5_link(hid_t group, const char *name, const H5L_info2_t *info, void *names) {
#else
static inline herr_t attune_h5_link(hid_t group, const char *name, const H5L_info_t *info, void *names) {
#endif
  (void)group;
  if (info->type != H5L_TYPE_HARD) ((attune_h5_names *)names)->has_stranger = true;
  return attune_h5_add_name((attune_h5_names *)names, name);
}

static inline herr_t attune_h5_links(hid_t group, attune_h5_names *names) {
#if H5_VERSION_GE(1, 12, 0)
  return H5Literate2(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, attune_h5_link, names);
#else
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, attune_h5_link, names);
#endif
}

static inline herr_t attune_h5_attribute(hid_t object, const char *name, const H5A_info_t *info, void *names) {
  (void)object, (void)info;
  return attune_h5_add_name((attune_h5_names *)names, name);
}

static inline herr_t attune_h5_attributes(hid_t object, attune_h5_names *names) {
  return H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, attune_h5_attribute, names);
}

/// Whether a dataset's elements lie in this file, unfiltered or with the Fletcher32 checksum alone.
static inline bool attune_h5_is_plain(hid_t creation) {
  H5D_layout_t layout = H5Pget_layout(creation);
  if (layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED && layout != H5D_COMPACT) return false;
  if (layout == H5D_CONTIGUOUS && H5Pget_external_count(creation) != 0) return false;
  int count = H5Pget_nfilters(creation);
  if (count < 0 || count > 1) return false;
  if (count == 0) return true;
  unsigned flags, information;
  size_t values = 0;
  return H5Pget_filter2(creation, 0, &flags, &values, NULL, 0, NULL, &information) == H5Z_FILTER_FLETCHER32;
}

static inline bool attune_h5_is_chunked(hid_t creation) { return H5Pget_layout(creation) == H5D_CHUNKED; }
static inline bool attune_h5_is_dataset(hid_t object) { return H5Iget_type(object) == H5I_DATASET; }
static inline bool attune_h5_is_group(hid_t object) { return H5Iget_type(object) == H5I_GROUP; }
static inline bool attune_h5_is_fixed_text(hid_t type) {
  return H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0;
}
