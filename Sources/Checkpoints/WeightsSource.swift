import Diagnostics
import Foundation
import InputFiles

/// The weights of a model or adapter with everything that belongs to them, in any stored form: a Hugging Face or PEFT
/// folder, an Attune `.h5`, or a checkpoint.
public struct WeightsSource: ForwardingTensorSource {
  /// Whether this is a model or an adapter.
  public let kind: ModelContents.Kind
  /// The file or folder, for messages.
  public let path: String
  /// The text of `config.json` or `adapter_config.json`.
  public let configuration: String
  /// The name of the chat template that is stored with the weights, if any.
  public let template: String?
  /// The stored origin of the weights: see ``ModelContents/provenance``.
  public let provenance: [String: String]
  let weights: any TensorSource
  private let readContents: @Sendable () throws -> ModelContents

  /// Opens a model: a Hugging Face folder, or an Attune `.h5` that contains one.
  ///
  /// - Throws: `UserError` of kind `file`.
  public static func model(at url: URL) throws -> WeightsSource { try WeightsSource(url, .model) }

  /// Opens an adapter: a PEFT folder, or an Attune `.h5` that contains one.
  ///
  /// - Throws: `UserError` of kind `file`.
  public static func adapter(at url: URL) throws -> WeightsSource { try WeightsSource(url, .adapter) }

  /// Opens a model or an adapter, whichever the file or folder contains.
  ///
  /// - Throws: `UserError` of kind `file`.
  public static func open(_ url: URL) throws -> WeightsSource { try WeightsSource(url, nil) }

  private init(_ url: URL, _ requested: ModelContents.Kind?) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw missingFile(url.relativePath, "there is no such file or folder", hint: Self.hubHint(url))
    }
    if !isFolder.boolValue {
      try self.init(AttuneFile(url), requested)
    } else if try requested ?? Self.kind(ofFolder: url) == .model {
      let folder = try ModelFolder(url)
      try self.init(.model, folder, folder.configuration, folder.notes(), folder.contents)
    } else {
      let folder = try AdapterFolder(url)
      try self.init(.adapter, folder, folder.configuration, folder.notes(), folder.contents)
    }
  }

  /// How to fetch a model, if the missing folder's name looks like a model's name on a hub.
  private static func hubHint(_ url: URL) -> String {
    let names = url.relativePath.split(separator: "/", omittingEmptySubsequences: false)
    guard names.count == 2, names.allSatisfy({ !$0.isEmpty && $0.first != "." && $0.first != "~" }),
      !url.path.hasSuffix(".h5"),
      !FileManager.default.fileExists(atPath: url.deletingLastPathComponent().path)
    else { return "" }
    return " `attune fetch \(url.relativePath) FOLDER` downloads a model of that name from a hub."
  }

  private static func kind(ofFolder url: URL) throws -> ModelContents.Kind {
    try FolderFiles(url).has("adapter_config.json") ? .adapter : .model
  }

  /// Opens the requested part of a file; by default its adapter, or its model if it has no adapter.
  private init(_ file: AttuneFile, _ requested: ModelContents.Kind?) throws {
    let kind = requested ?? (file.groups.contains(.adapter) ? .adapter : .model)
    let group = kind == .model ? TensorGroup.model : .adapter
    guard file.groups.contains(group) else {
      throw UserError.file("\(file.path): contains no \(kind.rawValue); its kind is '\(file.kind.rawValue)'")
    }
    guard let configuration = try file.text(kind == .model ? .configuration : .adapterConfiguration) else {
      throw UserError.file("\(file.path): contains a \(kind.rawValue) without its configuration")
    }
    let notes = AttuneNotes(template: try file.text(.template), provenance: file.provenance)
    self.init(kind, file.tensors(in: group), configuration, notes) { try file.contents(kind) }
  }

  private init(
    _ kind: ModelContents.Kind, _ weights: any TensorSource, _ configuration: String, _ notes: AttuneNotes,
    _ readContents: @escaping @Sendable () throws -> ModelContents
  ) {
    (self.kind, self.weights, self.configuration, path) = (kind, weights, configuration, weights.path)
    (template, provenance) = (notes.template, notes.provenance)
    self.readContents = readContents
  }

  /// Everything except the tensors.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func contents() throws -> ModelContents { try readContents() }
}
