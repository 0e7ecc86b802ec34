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
    try self.init(of: try WeightsSource.model(at: url).contents(), place: path)
  }

  /// Reads the tokenizer among the small files of a model; nil where there is none.
  ///
  /// - Throws: `UserError` of kind `file`.
  init?(of contents: ModelContents, place: String) throws {
    var files = contents.files
    files["tokenizer.json"] = contents.tokenizer.map { Data($0.utf8) }
    let tokenizer = TokenizerFiles(files, place: place)
    guard tokenizer.hasTokenizer else { return nil }
    try self.init(tokenizer)
  }
}

extension ModelContents {
  /// Takes a tokenizer's files over, under the names that they have in a model's folder.
  mutating func keep(_ tokenizer: TokenizerFiles) {
    for (name, data) in tokenizer.named {
      // A tokenizer was made of this file, so that it is text.
      if name == "tokenizer.json" { self.tokenizer = String(decoding: data, as: UTF8.self) } else { files[name] = data }
    }
  }
}

extension ModelFiles {
  /// The folder without a tokenizer and what it contains instead, as a message; nil where there is one, or no folder.
  public var missingTokenizer: String? {
    guard tokenizer == nil, let source, !source.path.hasSuffix(".h5") else { return nil }
    return TokenizerFiles.absence(fromFolder: URL(fileURLWithPath: source.path))?.message
  }
}
