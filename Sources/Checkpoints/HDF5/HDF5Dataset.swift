import CHDF5
import Diagnostics

/// A plain dataset: neither compressed nor stored in another file.
struct HDF5Dataset {
  let id: hid_t
  let type: hid_t
  let shape: [Int]
  private let session: HDF5Session
  private let place: String

  /// Opens a dataset.
  ///
  /// - Throws: `UserError` of kind `file` if it is something else; `place` names it in the message.
  init(_ session: HDF5Session, in parent: hid_t, _ name: String, place: String) throws {
    (self.session, self.place) = (session, place)
    id = try session.object(H5Oopen(parent, name, 0))
    guard attune_h5_is_dataset(id) else { throw UserError.file("\(place): is not a dataset") }
    type = try session.type(H5Dget_type(id))
    guard try attune_h5_is_plain(session.properties(H5Dget_create_plist(id))) else {
      throw UserError.file("\(place): is compressed or stored elsewhere; expected plain data")
    }
    let space = try session.space(H5Dget_space(id))
    let rank = H5Sget_simple_extent_ndims(space)
    let isKnown = [H5S_SCALAR, H5S_SIMPLE].contains(H5Sget_simple_extent_type(space))
    guard isKnown, 0...Int32(TensorDescription.maximumRank) ~= rank else {
      throw UserError.file("\(place): has \(rank) dimensions; expected at most \(TensorDescription.maximumRank)")
    }
    var extents = [hsize_t](repeating: 0, count: Int(rank))
    if rank > 0 { try session.check(H5Sget_simple_extent_dims(space, &extents, nil)) }
    shape = extents.compactMap(Int.init(exactly:))
    guard shape.count == extents.count else { throw UserError.file("\(place): the shape \(extents) is impossible") }
  }

  /// Describes the dataset as a tensor.
  ///
  /// - Parameter mayHoldCodes: whether its elements may be bytes.
  /// - Throws: `UserError` of kind `file` if it is not a tensor, or claims more data than the file contains.
  func tensor(named name: String, mayHoldCodes: Bool = false) throws -> TensorDescription {
    let tensor: TensorDescription
    do {
      let type = try mayHoldCodes && isOf(.uint8) ? .uint8 : storedType()
      tensor = try TensorDescription(name: name, shape: shape, type: type)
    } catch let error as UserError {
      throw UserError.file("\(place): \(error.message)")
    }
    let stored = H5Dget_storage_size(id)
    guard stored >= hsize_t(tensor.byteCount) else {
      throw UserError.file(
        "\(place): shape \(shape) of \(tensor.type.rawValue) takes \(tensor.byteCount) bytes, but only \(stored) are stored"
      )
    }
    return tensor
  }

  private func storedType() throws -> StoredType {
    for stored in [StoredType.float32, .float16] where try isOf(stored) { return stored }
    let mark = try session.readAttributes(of: id, place: place)[AttuneFileLayout.typeAttribute]
    guard mark == .text(StoredType.bfloat16.rawValue), try isOf(.bfloat16) else {
      throw UserError.file("expected 32-bit or 16-bit floats, or 16-bit integers with dtype = \"bfloat16\"")
    }
    return .bfloat16
  }

  private func isOf(_ stored: StoredType) throws -> Bool {
    try session.type(of: stored).map { H5Tequal(type, $0) > 0 } ?? false
  }

  /// The text of a dataset that is one string of fixed length.
  func text() throws -> String {
    guard shape.isEmpty, attune_h5_is_fixed_text(type) else {
      throw UserError.file("\(place): expected one text of fixed length")
    }
    guard let text = String(filled: try bytes(elementSize: H5Tget_size(type))) else {
      throw UserError.file("\(place): is not UTF-8 text")
    }
    return text
  }

  /// The bytes of a one-dimensional dataset of bytes.
  func bytes() throws -> [UInt8] {
    guard shape.count == 1, try H5Tequal(type, session.type(attune_h5_uint8())) > 0 else {
      throw UserError.file("\(place): expected a row of bytes")
    }
    return try bytes(elementSize: 1)
  }

  private func bytes(elementSize: Int) throws -> [UInt8] {
    let stored = Int(clamping: H5Dget_storage_size(id))
    let (size, overflow) = (shape.first ?? 1).multipliedReportingOverflow(by: elementSize)
    guard !overflow, size <= stored, size <= ModelFolder.textLimit else {
      throw UserError.file("\(place): claims to have \(size) bytes, but only \(stored) are stored")
    }
    if size == 0 { return [] }
    var bytes = [UInt8](repeating: 0, count: size)
    try session.check(bytes.withUnsafeMutableBytes { H5Dread(id, type, 0, 0, 0, $0.baseAddress) })
    return bytes
  }
}

extension HDF5Session {
  /// The dataspaces for copying rows of a dataset to or from memory of exactly their size; zero means everything.
  func selection(of rows: Range<Int>, in tensor: TensorDescription) throws -> (memory: hid_t, file: hid_t) {
    if tensor.shape.isEmpty || rows == 0..<tensor.rowCount { return (0, 0) }
    let extents = [rows.count] + tensor.shape.dropFirst()
    let start = [rows.lowerBound] + tensor.shape.dropFirst().map { _ in 0 }
    let file = try space(shape: tensor.shape)
    try check(
      H5Sselect_hyperslab(file, H5S_SELECT_SET, start.map(hsize_t.init), nil, extents.map(hsize_t.init), nil))
    return (try space(shape: extents), file)
  }
}
