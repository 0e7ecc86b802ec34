import Diagnostics
import Foundation

/// A model as Hugging Face stores it: a folder with `config.json`, safetensors files and a tokenizer.
public struct ModelFolder: ForwardingTensorSource {
  /// The folder, for messages.
  public let path: String
  /// The text of `config.json`.
  public let configuration: String
  private let files: FolderFiles
  let weights: any TensorSource

  /// The largest size of a text that is read completely: `tokenizer.json` has up to about 40 MB in real models.
  static let textLimit = 256 << 20
  /// The largest size of other files that are kept with a model.
  static let smallFileLimit = 16 << 20

  /// Opens a folder: reads `config.json` and checks the headers of all safetensors files.
  ///
  /// - Throws: `UserError` of kind `file`.
  public init(_ url: URL) throws {
    path = url.path
    files = try FolderFiles(url)
    guard files.has("config.json") else {
      let others = files.names.filter { $0.hasSuffix(".h5") }
      let found =
        files.has("adapter_config.json")
        ? "; the folder contains an adapter"
        : others.isEmpty ? "" : "; to use one of its Attune files, name it: \(others.joined(separator: ", "))"
      throw UserError.file("\(path): there is no config.json; expected a Hugging Face model's folder\(found)")
    }
    configuration = try files.text("config.json", limit: Self.smallFileLimit)
    weights = try Shards(ofModelIn: files)
  }

  /// Everything except the weights, for a copy in another form.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func contents() throws -> ModelContents {
    try ModelContents(kind: .model, configuration: configuration, of: files)
  }

  /// The notes in `attune.json`, empty without that file.
  func notes() throws -> AttuneNotes { try AttuneNotes(of: files) }
}

/// A small file with its name.
public struct NamedFile: Sendable, Equatable {
  /// The name without a folder.
  public let name: String
  /// The bytes.
  public let data: Data

  /// Creates a named file.
  public init(name: String, data: Data) {
    self.name = name
    self.data = data
  }
}
