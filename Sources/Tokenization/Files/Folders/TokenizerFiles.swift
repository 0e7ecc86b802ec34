import Diagnostics
import Foundation
import InputFiles

/// The files of a model that say how its tokenizer works: the tokenizer itself, and those beside it that add tokens.
public struct TokenizerFiles: Sendable {
  /// The folder or file that holds them, for messages.
  let place: String
  private let files: [String: Data]

  /// The largest file accepted; real ones have up to 40 MB.
  static let maximumBytes = 256 << 20

  /// The forms of tokenizers that are read, the first one in a folder first.
  enum Form: CaseIterable {
    case json
    case sentencePieceOrTiktoken
    case tekken
    case vocabularyAndMerges
    case tiktoken

    func matches(_ name: String) -> Bool {
      switch self {
      case .json: name == "tokenizer.json"
      case .sentencePieceOrTiktoken: name == "tokenizer.model"
      case .tekken: name == "tekken.json"
      case .vocabularyAndMerges: name == "vocab.json"
      case .tiktoken: name.hasSuffix(".tiktoken") || name == "tiktoken.model"
      }
    }
  }

  static let merges = "merges.txt"
  static let configuration = "tokenizer_config.json"
  static let specialTokens = "special_tokens_map.json"
  static let addedTokens = "added_tokens.json"

  /// Whether a file of this name can be part of a tokenizer.
  public static func isNeeded(_ name: String) -> Bool {
    [merges, configuration, specialTokens, addedTokens].contains(name) || isTokenizer(name)
  }

  /// Whether a file of this name is a tokenizer, perhaps with others beside it.
  public static func isTokenizer(_ name: String) -> Bool { Form.allCases.contains { $0.matches(name) } }

  /// Collects files; those that are not needed are left out.
  ///
  /// - Parameter place: the folder or file that holds them, for messages.
  public init(_ files: [String: Data], place: String) {
    self.files = files.filter { Self.isNeeded($0.key) }
    self.place = place
  }

  /// Reads a tokenizer's file, or the files of a folder.
  ///
  /// Of the files beside a file, only the merges of a `vocab.json` are read.
  ///
  /// - Throws: `UserError` of kind `file`.
  public init(at url: URL) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue {
      try self.init(folder: url)
    } else if url.lastPathComponent == Self.merges {
      try self.init(file: url.deletingLastPathComponent().appendingPathComponent("vocab.json"))
    } else {
      try self.init(file: url)
    }
  }

  /// Reads the files of a folder.
  ///
  /// - Throws: `UserError` of kind `file`, also for a folder without a tokenizer: it names what was found instead.
  public init(folder: URL) throws {
    if let absence = Self.absence(fromFolder: folder) { throw absence }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    var files: [String: Data] = [:]
    for name in names where Self.isNeeded(name) { files[name] = try Self.read(folder.appendingPathComponent(name)) }
    self.init(files, place: folder.path)
  }

  /// Why a folder has no tokenizer, and what it contains instead; nil if it has one.
  public static func absence(fromFolder folder: URL) -> UserError? {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
      return .file("\(folder.path): there is no such folder.")
    }
    if names.contains(where: isTokenizer) { return nil }
    return .file("\(folder.path): contains no tokenizer\(MissingTokenizer(names: names.sorted()).description)")
  }

  private init(file url: URL) throws {
    let name = url.lastPathComponent
    place = (url.path as NSString).deletingLastPathComponent
    var files = [name: try Self.read(url)]
    if name == "vocab.json" {
      let merges = url.deletingLastPathComponent().appendingPathComponent(Self.merges)
      files[Self.merges] = try Self.read(merges)
    }
    self.files = files
  }

  private static func read(_ url: URL) throws -> Data {
    let file = try InputFile(url.path)
    guard file.size <= maximumBytes else {
      throw UserError.file("\(url.path): has \(file.size) bytes; expected a tokenizer of at most \(maximumBytes)")
    }
    return try file.contents(limit: maximumBytes)
  }

  /// The files by the names under which a model's folder holds them.
  public var named: [String: Data] {
    guard files.count == 1, let (name, data) = files.first, !Self.isTokenizer(name) else { return files }
    return [name.hasSuffix(".json") ? "tokenizer.json" : "tokenizer.model": data]
  }

  /// Whether there is a tokenizer among the files.
  public var hasTokenizer: Bool { files.keys.contains(where: Self.isTokenizer) }

  /// The name of the tokenizer to use; nil if there is none.
  var tokenizer: String? {
    let names = files.keys.sorted()
    // A file that was named itself can have any name.
    return Form.allCases.lazy.compactMap { form in names.first(where: form.matches) }.first ?? names.first
  }

  /// The bytes of a file, or nil.
  subscript(name: String) -> Data? { files[name] }

  /// The path of a file, for messages.
  func path(of name: String) -> String { place.isEmpty ? name : "\(place)/\(name)" }
}
