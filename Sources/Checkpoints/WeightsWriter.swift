import Diagnostics
import Foundation

/// Writes a model or an adapter: as an Attune file where the name ends in `.h5`, else as a Hugging Face or PEFT folder.
///
/// Nothing stands at the target before ``finish()``. A folder must not exist before, or be empty.
public final class WeightsWriter {
  private enum Form {
    case file(AttuneFileWriter, [String: TensorDescription], TensorGroup)
    case folder(PartialFolder, SafetensorsWriter)
  }
  private let form: Form
  private var missing: Set<String>

  /// Refuses a folder that already holds something; for those who compute before they write.
  ///
  /// - Throws: `UserError` of kind `recipe`.
  public static func checkTarget(_ url: URL) throws {
    if url.pathExtension != "h5" { try PartialFolder.checkTarget(url) }
  }

  /// Begins with everything but the tensors' values. A missing folder around the target is created.
  ///
  /// - Parameter tensors: what will be written; integers have no place in `.h5`.
  /// - Throws: `UserError` of kind `recipe` where the folder already holds something, else `output`.
  public init(_ url: URL, _ contents: ModelContents, tensors: [TensorDescription]) throws {
    missing = Set(tensors.map(\.name))
    try Self.checkTarget(url)
    try makeFolder(at: url.deletingLastPathComponent())
    if url.pathExtension == "h5" {
      let writer = try AttuneFileWriter(
        url, kind: contents.kind == .model ? .model : .adapter, provenance: contents.provenance)
      try writer.write(contents)
      let index = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      form = .file(writer, index, contents.kind == .model ? .model : .adapter)
    } else {
      let folder = try PartialFolder(for: url)
      try folder.write(contents)
      form = .folder(folder, try folder.safetensors(contents.kind.weightsName, tensors))
    }
  }

  /// Writes a tensor; each must be written once, in any order (see ``SafetensorsWriter/write(_:from:as:)``).
  ///
  /// - Throws: `UserError` of kind `output`.
  public func write(_ name: String, from bytes: UnsafeRawBufferPointer, as type: StoredType) throws {
    precondition(missing.remove(name) != nil, "tensor '\(name)' was not announced, or is written twice")
    switch form {
    case .file(let writer, let index, let group):
      if let tensor = index[name] { try writer.write(tensor, to: group, from: bytes, as: type) }
    case .folder(let folder, let writer):
      try folder.named { try writer.write(name, from: bytes, as: type) }
    }
  }

  /// Writes every tensor of a source as it is stored there.
  ///
  /// - Throws: `UserError` of kind `output`, or `file` where reading fails.
  public func copyAll(from source: some TensorSource) throws {
    let largest = source.tensors.map(\.byteCount).max() ?? 0
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: largest, alignment: 64)
    defer { memory.deallocate() }
    for tensor in source.tensors {
      let block = UnsafeMutableRawBufferPointer(rebasing: memory[..<tensor.byteCount])
      try source.read(tensor, rows: 0..<tensor.rowCount, as: tensor.type, into: block)
      try write(tensor.name, from: UnsafeRawBufferPointer(block), as: tensor.type)
    }
  }

  /// Puts the file or folder in place; every tensor must have been written.
  ///
  /// - Throws: `UserError` of kind `output`.
  public func finish() throws {
    precondition(missing.isEmpty, "tensors that were announced but not written: \(missing.sorted())")
    switch form {
    case .file(let writer, _, _): try writer.finish()
    case .folder(let folder, let writer):
      try folder.named { try writer.finish() }
      try folder.commit()
    }
  }
}
