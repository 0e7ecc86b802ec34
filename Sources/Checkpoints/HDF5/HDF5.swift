import CHDF5
import Foundation

/// Access to libhdf5, for one thread at a time.
enum HDF5 {
  private static let lock = NSLock()

  // Otherwise the library would try again, when the program exits, to flush files that it could not close (a full
  // disk).
  private static let isSetUp: Bool = H5dont_atexit() >= 0 && H5open() >= 0

  /// Runs `body` with exclusive access to the library, then closes everything that the session opened. Sessions must
  /// not be nested.
  ///
  /// - Throws: ``HDF5Failure`` if the library fails, and what `body` throws.
  static func session<Result>(_ body: (HDF5Session) throws -> Result) throws -> Result {
    lock.lock()
    defer { lock.unlock() }
    _ = isSetUp
    // The library's own printing of errors is a setting per thread.
    attune_h5_silence()
    let session = HDF5Session()
    defer { session.closeAll() }
    return try body(session)
  }
}

/// A failed call of libhdf5.
struct HDF5Failure: Error {
  /// The system's error message, if there is one (`No space left on device`), otherwise the library's.
  let cause: String

  /// Describes the last failure on this thread.
  init() {
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      attune_h5_cause(buffer.baseAddress)
      return String(cString: buffer.baseAddress!)
    }
    if let start = text.range(of: "error message = '"), let end = text[start.upperBound...].firstIndex(of: "'") {
      cause = String(text[start.upperBound..<end])
    } else {
      cause = text.isEmpty ? "unknown cause" : text
    }
  }
}

/// A period of exclusive access to the library. It keeps what was opened until it ends, so that every identifier lives
/// exactly as long as it is needed.
final class HDF5Session {
  private var opened: [(id: hid_t, close: (hid_t) -> herr_t)] = []

  fileprivate init() {}

  fileprivate func closeAll() {
    for (id, close) in opened.reversed() { _ = close(id) }
    opened = []
  }

  /// Throws if the result of a call means failure.
  @discardableResult func check<Status: BinaryInteger>(_ status: Status) throws -> Status {
    if status < 0 { throw HDF5Failure() }
    return status
  }

  private func keep(_ id: hid_t, _ close: @escaping (hid_t) -> herr_t) throws -> hid_t {
    try check(id)
    opened.append((id, close))
    return id
  }

  func object(_ id: hid_t) throws -> hid_t { try keep(id, H5Oclose) }
  func dataset(_ id: hid_t) throws -> hid_t { try keep(id, H5Dclose) }
  func attribute(_ id: hid_t) throws -> hid_t { try keep(id, H5Aclose) }
  func space(_ id: hid_t) throws -> hid_t { try keep(id, H5Sclose) }
  func type(_ id: hid_t) throws -> hid_t { try keep(id, H5Tclose) }
  func properties(_ id: hid_t) throws -> hid_t { try keep(id, H5Pclose) }

  /// A dataspace with these extents, or that of a single value without any.
  func space(shape: [Int]) throws -> hid_t {
    try space(
      shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), shape.map(hsize_t.init), nil))
  }

  /// The HDF5 type of a tensor's elements in the file, with bfloat16 as 16-bit integers; nil for types that cannot be
  /// stored.
  func type(of stored: StoredType) throws -> hid_t? {
    switch stored {
    case .float32: try type(attune_h5_float32())
    case .float16: try type(attune_h5_float16())
    case .bfloat16: try type(attune_h5_uint16())
    case .uint8: try type(attune_h5_uint8())
    default: nil
    }
  }

  /// Access to a dataset without a chunk cache, because chunks are read and written completely.
  func uncached() throws -> hid_t {
    let access = try properties(attune_h5_dataset_access())
    try check(H5Pset_chunk_cache(access, 1, 0, 0))
    return access
  }

  /// The names of the links of a group, unordered; nil if one leads out of the group.
  func links(of group: hid_t) throws -> [[UInt8]]? {
    var names = attune_h5_names()
    defer { free(names.bytes) }
    let status = attune_h5_links(group, &names)
    if names.has_stranger { return nil }
    try check(status)
    return Self.split(names)
  }

  /// The names of the attributes of an object, unordered.
  func attributes(of object: hid_t) throws -> [[UInt8]] {
    var names = attune_h5_names()
    defer { free(names.bytes) }
    try check(attune_h5_attributes(object, &names))
    return Self.split(names)
  }

  private static func split(_ names: attune_h5_names) -> [[UInt8]] {
    let bytes = UnsafeRawBufferPointer(start: names.bytes, count: names.length)
    return bytes.split(separator: 0).map(Array.init)
  }
}
