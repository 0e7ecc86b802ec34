import Diagnostics
import Foundation

/// An adapter as PEFT stores it: a folder with `adapter_config.json` and `adapter_model.safetensors`.
public struct AdapterFolder: TensorSource {
  /// The folder, for messages.
  public let path: String
  /// The text of `adapter_config.json`.
  public let configuration: String
  /// What the adapter holds, by the bytes of the names.
  public var tensors: [TensorDescription] { weights.tensors }
  private let files: FolderFiles
  private let weights: Shards

  /// Opens a folder: reads `adapter_config.json` and checks the header of `adapter_model.safetensors`.
  ///
  /// - Throws: `UserError` of kind `file`.
  public init(_ url: URL) throws {
    path = url.path
    files = try FolderFiles(url)
    guard files.has("adapter_config.json") else {
      let found = files.has("config.json") ? "; it holds a model, not an adapter" : ""
      throw UserError.file("\(path): there is no adapter_config.json; expected the folder of a PEFT adapter\(found)")
    }
    configuration = try files.text("adapter_config.json", limit: ModelFolder.smallFileLimit)
    guard files.has("adapter_model.safetensors") else {
      throw UserError.file(
        "\(path): there is no adapter_model.safetensors"
          + (files.has("adapter_model.bin")
            ? "; adapter_model.bin cannot be read: save the adapter as safetensors" : ""))
    }
    weights = try Shards(files, ["adapter_model.safetensors"])
  }

  /// All that is not weights: for a copy in another form.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func contents() throws -> ModelContents {
    try ModelContents(kind: .adapter, configuration: configuration, of: files)
  }

  /// What `attune.json` notes, where it is there.
  func notes() throws -> AttuneNotes { try AttuneNotes(of: files) }

  /// What there is of a name, or nil.
  public func description(of name: String) -> TensorDescription? { weights.description(of: name) }

  /// Reads rows of a tensor (see ``TensorSource``).
  public func read(
    _ tensor: TensorDescription, rows: Range<Int>, as type: StoredType, into target: UnsafeMutableRawBufferPointer
  ) throws {
    try weights.read(tensor, rows: rows, as: type, into: target)
  }
}
