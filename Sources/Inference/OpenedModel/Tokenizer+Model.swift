import Checkpoints
import Foundation
import Tokenization

extension Tokenizer {
  /// Reads the tokenizer of a model: a folder, which need not hold weights, or an Attune `.h5`; nil where a file has none.
  ///
  /// - Throws: `UserError` of kind `file`, also for a folder without a tokenizer.
  public init?(ofModelAt path: String) throws {
    let url = URL(fileURLWithPath: path)
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      self = try Tokenizer(folder: url)
      return
    }
    guard let file = try WeightsSource.model(at: url).tokenizer() else { return nil }
    self = try Tokenizer(bytes: file.data, name: "\(path)/\(file.name)")
  }
}
