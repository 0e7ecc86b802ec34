import Diagnostics
import Foundation

/// An adapter as PEFT stores it: a folder with `adapter_config.json` and `adapter_model.safetensors`.
public struct AdapterFolder: ForwardingTensorSource {
  /// The folder, for messages.
  public let path: String
  /// The text of `adapter_config.json`.
  public let configuration: String
  private let files: FolderFiles
  let weights: any TensorSource

  /// Opens a folder: reads `adapter_config.json` and checks the header of `adapter_model.safetensors`.
  ///
  /// - Throws: `UserError` of kind `file`.
  public init(_ url: URL) throws {
    path = url.path
    files = try FolderFiles(url)
    guard files.has("adapter_config.json") else {
      let found = files.has("config.json") ? "; the folder contains a model" : ""
      throw UserError.file("\(path): there is no adapter_config.json; expected a PEFT adapter's folder\(found)")
    }
    configuration = try files.text("adapter_config.json", limit: ModelFolder.smallFileLimit)
    guard files.has("adapter_model.safetensors") else {
      throw UserError.file(
        "\(path): there is no adapter_model.safetensors"
          + (files.has("adapter_model.bin")
            ? ", and adapter_model.bin cannot be read; save the adapter as safetensors" : ""))
    }
    weights = try Shards(files, ["adapter_model.safetensors"])
  }

  /// Everything except the weights, for a copy in another form.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func contents() throws -> ModelContents {
    try ModelContents(kind: .adapter, configuration: configuration, of: files)
  }

  /// The notes in `attune.json`, empty without that file.
  func notes() throws -> AttuneNotes { try AttuneNotes(of: files) }
}
