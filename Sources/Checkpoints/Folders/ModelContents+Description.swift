import Diagnostics
import Foundation
import InputFiles

extension ModelContents {
  /// Reads a model's folder without weights, or a single `config.json`; nil for a folder with weights and for anything
  /// else.
  ///
  /// - Throws: `UserError` of kind `file`.
  public init?(ofFolderWithoutWeights url: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else { return nil }
    if !isFolder.boolValue {
      guard url.lastPathComponent.hasSuffix(".json") else { return nil }
      let file = try InputFile(url.path)
      let bytes = try file.contents(limit: ModelFolder.smallFileLimit)
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw UserError.file("\(url.path): is not UTF-8 text")
      }
      self.init(kind: .model, configuration: text)
      return
    }
    let files = try FolderFiles(url)
    let isWeights = { (name: String) in name.hasSuffix(".safetensors") || name.hasSuffix(".safetensors.index.json") }
    guard files.has("config.json"), !files.names.contains(where: isWeights) else { return nil }
    let configuration = try files.text("config.json", limit: ModelFolder.smallFileLimit)
    try self.init(kind: .model, configuration: configuration, of: files)
  }
}
