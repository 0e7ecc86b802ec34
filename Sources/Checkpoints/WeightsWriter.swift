import Diagnostics
import Foundation
import OutputFiles

/// Writes a model or an adapter: as an Attune file if the name ends in `.h5`, otherwise as a Hugging Face or PEFT
/// folder.
///
/// Nothing exists at the target before ``finish()``. A target folder must not exist, or be empty.
public final class WeightsWriter {
  private enum Form {
    case file(AttuneFileWriter, [String: TensorDescription], TensorGroup)
    case folder(PartialFolder, SafetensorsWriter)
  }
  private let form: Form
  private var missing: Set<String>

  /// Rejects a folder that is not empty, so that a caller can find out before it computes anything.
  ///
  /// - Throws: `UserError` of kind `recipe`.
  public static func checkTarget(_ url: URL) throws {
    if url.pathExtension != "h5" { try PartialFolder.checkTarget(url) }
  }

  /// Writes everything except the tensors' values. Missing folders above the target are created.
  ///
  /// - Parameter tensors: the tensors to write; an `.h5` cannot hold integers.
  /// - Throws: `UserError` of kind `recipe` if the folder is not empty, otherwise of kind `output`.
  public init(_ url: URL, _ contents: ModelContents, tensors: [TensorDescription]) throws {
    missing = Set(tensors.map(\.name))
    try Self.checkTarget(url)
    try createFolder(at: url.deletingLastPathComponent())
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

  /// Writes a tensor. Every tensor must be written exactly once, in any order (see
  /// ``SafetensorsWriter/write(_:from:as:)``).
  ///
  /// - Throws: `UserError` of kind `output`.
  public func write(_ name: String, from bytes: UnsafeRawBufferPointer, as type: StoredType) throws {
    precondition(missing.remove(name) != nil, "tensor '\(name)' is unknown or already written")
    switch form {
    case .file(let writer, let index, let group):
      if let tensor = index[name] { try writer.write(tensor, to: group, from: bytes, as: type) }
    case .folder(let folder, let writer):
      try folder.namingTarget { try writer.write(name, from: bytes, as: type) }
    }
  }

  /// Writes every tensor of a source in its stored type.
  ///
  /// - Throws: `UserError` of kind `output`, or of kind `file` if reading fails.
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
    precondition(missing.isEmpty, "tensors that are not written: \(missing.sorted())")
    switch form {
    case .file(let writer, _, _): try writer.finish()
    case .folder(let folder, let writer):
      try folder.namingTarget { try writer.finish() }
      try folder.commit()
    }
  }
}
