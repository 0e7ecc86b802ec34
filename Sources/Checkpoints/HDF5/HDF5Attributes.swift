import CHDF5
import Diagnostics

/// Attributes of objects in an HDF5 file.
extension HDF5Session {
  /// Writes an attribute.
  func write(_ value: StateValue, named name: String, to object: hid_t) throws {
    switch value {
    case .integer(let number):
      try write(name, to: object, type(attune_h5_int64()), shape: [], bytes: [Int64(number)])
    case .real(let number):
      try write(name, to: object, type(attune_h5_float64()), shape: [], bytes: [number])
    case .words(let words):
      try write(name, to: object, type(attune_h5_uint64()), shape: [words.count], bytes: words)
    case .text(let text):
      // HDF5 has no strings of length zero: an empty text is a single NUL.
      let bytes = text.isEmpty ? [0] : Array(text.utf8)
      try write(name, to: object, type(attune_h5_text(bytes.count)), shape: [], bytes: bytes)
    }
  }

  private func write<Element>(
    _ name: String, to object: hid_t, _ type: hid_t, shape: [Int], bytes: [Element]
  ) throws {
    let attribute = try attribute(H5Acreate2(object, name, type, space(shape: shape), 0, 0))
    if bytes.isEmpty { return }
    try check(bytes.withUnsafeBytes { H5Awrite(attribute, type, $0.baseAddress) })
  }

  /// Overwrites an existing integer.
  func overwrite(_ number: Int, named name: String, of object: hid_t) throws {
    var number = Int64(number)
    try check(H5Awrite(attribute(H5Aopen(object, name, 0)), type(attune_h5_int64()), &number))
  }

  /// Every attribute of an object.
  ///
  /// - Throws: `UserError` of kind `file` if one has a type or size that Attune does not write; `place` names the
  ///   object in the message.
  func readAttributes(of object: hid_t, place: String) throws -> [String: StateValue] {
    try attributes(of: object).reduce(into: [:]) { values, bytes in
      guard let name = String(validating: bytes, as: UTF8.self) else {
        throw UserError.file("\(place): an attribute's name is not UTF-8")
      }
      values[name] = try read(name, of: object, place: "\(place): the attribute '\(name)'")
    }
  }

  private func read(_ name: String, of object: hid_t, place: String) throws -> StateValue {
    let attribute = try attribute(H5Aopen(object, name, 0))
    let type = try type(H5Aget_type(attribute))
    let space = try space(H5Aget_space(attribute))
    let count = H5Sget_simple_extent_npoints(space)
    let isScalar = H5Sget_simple_extent_type(space) == H5S_SCALAR
    func isOf(_ expected: hid_t) throws -> Bool { try H5Tequal(type, self.type(expected)) > 0 }

    if isScalar, try isOf(attune_h5_int64()) { return .integer(Int(try values(of: attribute, type, [Int64(0)])[0])) }
    if isScalar, try isOf(attune_h5_float64()) { return .real(try values(of: attribute, type, [0.0])[0]) }
    if isScalar, attune_h5_is_fixed_text(type), 1...AttuneFileLayout.attributeTextLimit ~= H5Tget_size(type) {
      let bytes = try values(of: attribute, type, [UInt8](repeating: 0, count: H5Tget_size(type)))
      guard let text = String(filled: bytes) else { throw UserError.file("\(place) is not UTF-8 text") }
      return .text(text)
    }
    if H5Sget_simple_extent_ndims(space) == 1, 0...(1 << 20) ~= count, try isOf(attune_h5_uint64()) {
      return .words(try values(of: attribute, type, [UInt64](repeating: 0, count: Int(count))))
    }
    throw UserError.file("\(place) has an unexpected type")
  }

  /// The attribute's value as an array; `initial` has its size.
  private func values<Element>(of attribute: hid_t, _ type: hid_t, _ initial: [Element]) throws -> [Element] {
    var values = initial
    if values.isEmpty { return values }
    try check(values.withUnsafeMutableBytes { H5Aread(attribute, type, $0.baseAddress) })
    return values
  }
}

extension String {
  /// A text of fixed length without its NUL padding; nil if it is not UTF-8.
  init?(filled bytes: [UInt8]) {
    let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
    self.init(validating: bytes[..<end], as: UTF8.self)
  }
}
