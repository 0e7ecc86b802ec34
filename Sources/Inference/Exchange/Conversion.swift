import Adapters
import Checkpoints
import Foundation

/// A copy of a model or adapter in another form: a Hugging Face or PEFT folder, or an Attune `.h5`.
public struct Conversion {
  /// What was written.
  public struct Report: Sendable {
    /// A model or an adapter.
    public let kind: ModelContents.Kind
    /// The number of tensors.
    public let tensors: Int
    /// Their bytes.
    public let bytes: Int
  }

  private let path: String
  private let source: WeightsSource

  /// Opens a model, an adapter or a checkpoint of one.
  ///
  /// - Throws: `UserError` of kind `file`.
  public init(_ path: String) throws {
    self.path = path
    source = try WeightsSource.open(URL(fileURLWithPath: path))
  }

  /// What is worth knowing about a model; nothing of an adapter, nor of a model that cannot be opened, which is copied all the
  /// same.
  public var notes: [String] {
    source.kind == .model ? (try? ModelFiles(path: path))?.configuration.notes ?? [] : []
  }

  /// Writes a name that ends in `.h5` as an Attune file, any other as a folder. Tensors that only an adapter's training
  /// needs are folded away, so that PEFT can read it.
  ///
  /// - Throws: `UserError`.
  public func write(to output: String) throws -> Report {
    let target = URL(fileURLWithPath: output)
    if let (adapter, contents) = try source.foldedAdapter() {
      try adapter.write(to: target, contents)
      return Report(
        kind: source.kind, tensors: adapter.tensors.count,
        bytes: adapter.tensors.reduce(0) { $0 + 4 * $1.value.shape.count })
    }
    let writer = try WeightsWriter(target, contents(isFolder: !output.hasSuffix(".h5")), tensors: source.tensors)
    try writer.copyAll(from: source)
    try writer.finish()
    return Report(
      kind: source.kind, tensors: source.tensors.count, bytes: source.tensors.reduce(0) { $0 + $1.byteCount })
  }

  /// Everything but the tensors; completed where a model that was trained with a template becomes a folder.
  private func contents(isFolder: Bool) throws -> ModelContents {
    guard isFolder, source.kind == .model, source.template != nil else { return try source.contents() }
    return try ModelFiles(path: path).completeContents()
  }
}
