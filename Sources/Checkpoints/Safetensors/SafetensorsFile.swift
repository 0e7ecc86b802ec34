import Diagnostics
import Foundation
import InputFiles

/// A safetensors file that is open for reading.
///
/// The complete header is checked before anything else is read: sizes, types, names, no overlaps, no gaps. Tensors are
/// read by offset, without mapping the file into memory, and several threads may read.
public struct SafetensorsFile: TensorSource {
  /// The file, for messages.
  public let path: String
  /// The tensors, sorted by the bytes of their names.
  public let tensors: [TensorDescription]
  /// The texts under `__metadata__`.
  public let metadata: [String: String]
  private let file: InputFile
  private let index: [String: (tensor: TensorDescription, offset: Int)]

  /// Opens a file and checks its header.
  ///
  /// - Throws: `UserError` of kind `file` that says what was found and what was expected.
  public init(_ url: URL) throws { try self.init(InputFile(url.path)) }

  init(_ file: InputFile) throws {
    self.file = file
    path = file.path
    let header = try SafetensorsHeader(of: file)
    metadata = header.metadata
    tensors = header.entries.map(\.tensor)
    index = Dictionary(
      header.entries.map { ($0.tensor.name, ($0.tensor, $0.offset)) }, uniquingKeysWith: { first, _ in first })
  }

  /// The tensor with the given name, or nil.
  public func description(of name: String) -> TensorDescription? { index[name]?.tensor }

  /// Reads rows of a tensor, converted if another type is requested (see ``TensorSource``).
  public func read(
    _ tensor: TensorDescription, rows: Range<Int>, as type: StoredType, into target: UnsafeMutableRawBufferPointer
  ) throws {
    guard let offset = index[tensor.name]?.offset else {
      throw UserError.file("\(path): there is no tensor '\(tensor.name)'")
    }
    let count = try elementCount(of: tensor, rows: rows, as: type, in: target)
    let start = offset + rows.lowerBound * tensor.rowElementCount * tensor.type.bitWidth / 8
    if tensor.type == type { return try file.read(at: start, into: target) }
    guard let base = target.baseAddress else { return }
    let width = tensor.type.bitWidth / 8
    // A block stays in the second-level cache between reading and conversion.
    let block = 1 << 16
    try withUnsafeTemporaryAllocation(byteCount: min(block, count) * width, alignment: 64) { staging in
      var done = 0
      while done < count {
        let portion = min(block, count - done)
        try file.read(
          at: start + done * width, into: UnsafeMutableRawBufferPointer(rebasing: staging[..<(portion * width)]))
        NumberConversion.convert(
          UnsafeRawPointer(staging.baseAddress!), from: tensor.type, to: base + done * type.bitWidth / 8, type,
          count: portion)
        done += portion
      }
    }
  }
}
