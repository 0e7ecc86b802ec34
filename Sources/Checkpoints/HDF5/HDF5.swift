import CHDF5
import Foundation

/// The door to libhdf5, which one thread at a time may enter.
enum HDF5 {
  private static let lock = NSLock()

  // At the end of the program the library would try to flush files whose closing failed (a full disk) once more.
  private static let isSetUp: Bool = H5dont_atexit() >= 0 && H5open() >= 0

  /// Runs `body` alone with the library; what the session opened is closed when it ends.
  ///
  /// - Throws: ``HDF5Failure`` where the library failed, and what `body` throws. Sessions must not be nested.
  static func session<Result>(_ body: (HDF5Session) throws -> Result) throws -> Result {
    lock.lock()
    defer { lock.unlock() }
    _ = isSetUp
    // The library's own error printing is a setting of the thread.
    attune_h5_silence()
    let session = HDF5Session()
    defer { session.closeAll() }
    return try body(session)
  }
}

/// A call of libhdf5 that failed.
struct HDF5Failure: Error {
  /// What the system said where it did (`No space left on device`), else the library's own words.
  let cause: String

  /// Tells the last failure of this thread.
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

/// A stay in the library: keeps what was opened until it ends, so that no identifier outlives or dies before its use.
final class HDF5Session {
  private var opened: [(id: hid_t, close: (hid_t) -> herr_t)] = []

  fileprivate init() {}

  fileprivate func closeAll() {
    for (id, close) in opened.reversed() { _ = close(id) }
    opened = []
  }

  /// Refuses the result of a call that failed.
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

  /// A space of these extents; the space of a single value where there are none.
  func space(shape: [Int]) throws -> hid_t {
    try space(
      shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), shape.map(hsize_t.init), nil))
  }

  /// The type under which a tensor's elements stand in the file, bfloat16 as the 16 bits that it has; nil for types
  /// that are not stored.
  func type(of stored: StoredType) throws -> hid_t? {
    switch stored {
    case .float32: try type(attune_h5_float32())
    case .float16: try type(attune_h5_float16())
    case .bfloat16: try type(attune_h5_uint16())
    default: nil
    }
  }

  /// Access to a dataset without a cache of chunks: they are read and written whole.
  func uncached() throws -> hid_t {
    let access = try properties(attune_h5_dataset_access())
    try check(H5Pset_chunk_cache(access, 1, 0, 0))
    return access
  }

  /// The names of the links of a group, in no order; nil where one leads elsewhere.
  func links(of group: hid_t) throws -> [[UInt8]]? {
    var names = attune_h5_names()
    defer { free(names.bytes) }
    let status = attune_h5_links(group, &names)
    if names.has_stranger { return nil }
    try check(status)
    return Self.split(names)
  }

  /// The names of the attributes of an object, in no order.
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
