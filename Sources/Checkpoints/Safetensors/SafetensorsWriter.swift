import Diagnostics
import Foundation
import OutputFiles
import StrictJSON

/// Writes a safetensors file beside its target and puts it in place once every tensor is written.
///
/// The layout is that of the safetensors library: tensors in descending order of ``StoredType`` (alignment), then by
/// name, and the header padded with spaces to a multiple of 8. The same tensors give the same bytes.
public final class SafetensorsWriter {
  private let file: PartialFile
  private var missing: [String: (tensor: TensorDescription, offset: Int)] = [:]

  /// Starts a file with these tensors and writes its header.
  ///
  /// - Parameter metadata: the texts of `__metadata__`; transformers requires `format`.
  /// - Throws: `UserError` of kind `output`, or of kind `file` if a name appears twice.
  public init(_ url: URL, tensors: [TensorDescription], metadata: [String: String] = ["format": "pt"]) throws {
    file = try PartialFile(for: url)
    let ranks = Dictionary(uniqueKeysWithValues: StoredType.allCases.enumerated().map { ($1, $0) })
    let ordered = tensors.inNameOrder().sorted { ranks[$0.type, default: 0] > ranks[$1.type, default: 0] }
    var members: [(key: String, value: JSONValue)] = []
    if !metadata.isEmpty { members.append(("__metadata__", .object(sorted: metadata))) }
    var offset = 0
    for tensor in ordered {
      let (end, overflow) = offset.addingReportingOverflow(tensor.byteCount)
      if overflow { throw UserError.output("\(url.path): the tensors are too large for a file") }
      members.append((tensor.name, Self.entry(tensor, offset, end)))
      guard missing.updateValue((tensor, offset), forKey: tensor.name) == nil, tensor.name != "__metadata__" else {
        throw UserError.file("\(url.path): the tensor '\(tensor.name)' appears twice")
      }
      offset = end
    }
    guard let object = JSONObject(members) else {
      throw UserError.file("\(url.path): a tensor's name appears twice")
    }
    var header = Array(JSONValue.object(object).compactText.utf8)
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    let length = UInt64(header.count)
    try file.write((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header, at: 0)
    for name in missing.keys { missing[name]?.offset += 8 + header.count }
  }

  private static func entry(_ tensor: TensorDescription, _ start: Int, _ end: Int) -> JSONValue {
    [
      "dtype": .string(tensor.type.safetensorsName), "shape": .array(tensor.shape.map { .integer($0) }),
      "data_offsets": [.integer(start), .integer(end)],
    ]
  }

  /// Writes a tensor. Every tensor must be written exactly once, in any order.
  ///
  /// - Parameters:
  ///   - bytes: all elements of the tensor, in `type` and with its alignment.
  ///   - type: the type in memory: the stored one, or a float type that can be converted to float32 or bfloat16.
  /// - Throws: `UserError` of kind `output`.
  public func write(_ name: String, from bytes: UnsafeRawBufferPointer, as type: StoredType) throws {
    guard let (tensor, offset) = missing.removeValue(forKey: name) else {
      preconditionFailure("tensor '\(name)' is unknown or already written")
    }
    try tensor.forEachStoredBlock(of: bytes, as: type) { rows, block in
      try file.write(block, at: offset + rows.lowerBound * tensor.rowElementCount * tensor.type.bitWidth / 8)
    }
  }

  /// Puts the file in place; every tensor must have been written.
  ///
  /// - Throws: `UserError` of kind `output`.
  public func finish() throws {
    precondition(missing.isEmpty, "tensors that are not written: \(missing.keys.sorted())")
    try file.commit()
  }
}

extension JSONValue {
  /// An object of strings, sorted by the bytes of the keys.
  package static func object(sorted texts: [String: String]) -> JSONValue {
    .members(
      texts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, .string($0.value)) })
  }
}
