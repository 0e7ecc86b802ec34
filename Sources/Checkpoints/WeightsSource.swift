import Diagnostics
import Foundation

/// The weights of a model or adapter with all that belongs to them, whatever they are stored as: a Hugging Face or PEFT
/// folder, an Attune `.h5`, or a checkpoint that holds them.
public struct WeightsSource: TensorSource {
  /// What the tensors are.
  public let kind: ModelContents.Kind
  /// The file or folder, for messages.
  public let path: String
  /// The text of `config.json` or `adapter_config.json`.
  public let configuration: String
  /// The name of the template of conversations that was noted with the weights, where one was.
  public let template: String?
  /// Where the weights come from, as far as it was noted: see ``ModelContents/provenance``.
  public let provenance: [String: String]
  private let weights: any TensorSource
  private let readContents: @Sendable () throws -> ModelContents
  private let readTokenizer: @Sendable () throws -> NamedFile?

  /// Opens a model: a Hugging Face folder, or an Attune `.h5` that holds one.
  ///
  /// - Throws: `UserError` of kind `file`.
  public static func model(at url: URL) throws -> WeightsSource { try WeightsSource(url, .model) }

  /// Opens an adapter: a PEFT folder, or an Attune `.h5` that holds one.
  ///
  /// - Throws: `UserError` of kind `file`.
  public static func adapter(at url: URL) throws -> WeightsSource { try WeightsSource(url, .adapter) }

  /// Opens a model or an adapter, whichever is there.
  ///
  /// - Throws: `UserError` of kind `file`.
  public static func open(_ url: URL) throws -> WeightsSource { try WeightsSource(url, nil) }

  private init(_ url: URL, _ wanted: ModelContents.Kind?) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw UserError.file("\(url.path): there is no such file or folder\(Self.hubHint(url))")
    }
    if !isFolder.boolValue {
      try self.init(AttuneFile(url), wanted)
    } else if try wanted ?? Self.kind(ofFolder: url) == .model {
      let folder = try ModelFolder(url)
      try self.init(.model, folder, folder.configuration, folder.notes(), folder.contents, folder.tokenizer)
    } else {
      let folder = try AdapterFolder(url)
      try self.init(.adapter, folder, folder.configuration, folder.notes(), folder.contents) { nil }
    }
  }

  /// Where a missing folder's name is one as on a hub, how to get it.
  private static func hubHint(_ url: URL) -> String {
    let names = url.relativePath.split(separator: "/", omittingEmptySubsequences: false)
    guard names.count == 2, names.allSatisfy({ !$0.isEmpty && $0.first != "." && $0.first != "~" }),
      !url.path.hasSuffix(".h5"),
      !FileManager.default.fileExists(atPath: url.deletingLastPathComponent().path)
    else { return "" }
    return "; `attune fetch \(url.relativePath) FOLDER` gets a model of that name from a hub"
  }

  private static func kind(ofFolder url: URL) throws -> ModelContents.Kind {
    try FolderFiles(url).has("adapter_config.json") ? .adapter : .model
  }

  /// Takes a file's adapter, or its model where it has none or that is wanted.
  private init(_ file: AttuneFile, _ wanted: ModelContents.Kind?) throws {
    let kind = wanted ?? (file.groups.contains(.adapter) ? .adapter : .model)
    let group = kind == .model ? TensorGroup.model : .adapter
    guard file.groups.contains(group) else {
      throw UserError.file("\(file.path): holds no \(kind.rawValue); it is of kind '\(file.kind.rawValue)'")
    }
    guard let configuration = try file.text(kind == .model ? .configuration : .adapterConfiguration) else {
      throw UserError.file("\(file.path): holds a \(kind.rawValue) without its configuration")
    }
    let notes = AttuneNotes(template: try file.text(.template), provenance: file.provenance)
    self.init(kind, file.tensors(in: group), configuration, notes, { try file.contents(kind) }) {
      if let text = try file.text(.tokenizer) { return NamedFile(name: "tokenizer.json", data: Data(text.utf8)) }
      guard file.fileNames.contains("tokenizer.model") else { return nil }
      return NamedFile(name: "tokenizer.model", data: try file.file("tokenizer.model"))
    }
  }

  private init(
    _ kind: ModelContents.Kind, _ weights: any TensorSource, _ configuration: String, _ notes: AttuneNotes,
    _ readContents: @escaping @Sendable () throws -> ModelContents,
    _ readTokenizer: @escaping @Sendable () throws -> NamedFile?
  ) {
    (self.kind, self.weights, self.configuration, path) = (kind, weights, configuration, weights.path)
    (template, provenance) = (notes.template, notes.provenance)
    (self.readContents, self.readTokenizer) = (readContents, readTokenizer)
  }

  /// Everything but the tensors.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func contents() throws -> ModelContents { try readContents() }

  /// The file from which text becomes ids: `tokenizer.json`, else `tokenizer.model`, else nil.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func tokenizer() throws -> NamedFile? { try readTokenizer() }

  /// What there is, by the bytes of the names.
  public var tensors: [TensorDescription] { weights.tensors }

  /// What there is of a name, or nil.
  public func description(of name: String) -> TensorDescription? { weights.description(of: name) }

  /// Reads rows of a tensor (see ``TensorSource``).
  public func read(
    _ tensor: TensorDescription, rows: Range<Int>, as type: StoredType, into target: UnsafeMutableRawBufferPointer
  ) throws {
    try weights.read(tensor, rows: rows, as: type, into: target)
  }
}
