import Diagnostics
import Foundation

/// Everything of a model or adapter except its tensors.
public struct ModelContents: Sendable, Equatable {
  /// Whose tensors they are.
  public enum Kind: String, Sendable {
    /// The weights of a model.
    case model
    /// The weights of an adapter.
    case adapter

    /// The name of the configuration file in a folder.
    public var configurationName: String { self == .model ? "config.json" : "adapter_config.json" }
    /// The name of the weights file in a folder.
    public var weightsName: String { self == .model ? "model.safetensors" : "adapter_model.safetensors" }
  }

  /// Whether this is a model or an adapter.
  public var kind: Kind
  /// The text of `config.json` or `adapter_config.json`.
  public var configuration: String
  /// The text of `tokenizer.json`.
  public var tokenizer: String?
  /// The name of the chat template that it was trained with.
  public var template: String?
  /// The resolved recipe that produced it.
  public var recipe: String?
  /// Its origin: program version, digest of the base, and so on.
  public var provenance: [String: String]
  /// Every other small file by name: `tokenizer.model`, `generation_config.json`, the chat template, and so on.
  public var files: [String: Data]

  /// The key in ``provenance`` for the digest of an adapter's base, as ``weightsDigest(of:threads:)`` computes it.
  public static let baseDigest = "base_digest"
  /// The key in ``provenance`` for the path of the base when the adapter was trained.
  public static let basePath = "base_path"

  /// Creates the contents of a model or adapter.
  public init(
    kind: Kind, configuration: String, tokenizer: String? = nil, template: String? = nil, recipe: String? = nil,
    provenance: [String: String] = [:], files: [String: Data] = [:]
  ) {
    self.kind = kind
    self.configuration = configuration
    self.tokenizer = tokenizer
    self.template = template
    self.recipe = recipe
    self.provenance = provenance
    self.files = files
  }

  /// Reads what a folder contains besides configuration and weights.
  init(kind: Kind, configuration: String, of folder: FolderFiles) throws {
    self.init(kind: kind, configuration: configuration)
    if folder.has("tokenizer.json") { tokenizer = try folder.text("tokenizer.json", limit: ModelFolder.textLimit) }
    let notes = try AttuneNotes(of: folder)
    (template, recipe, provenance) = (notes.template, notes.recipe, notes.provenance)
    // Files that matter are read or rejected, never silently skipped.
    let needed = Self.meaningfulNames.filter(folder.has)
    let others = folder.smallFiles(limit: ModelFolder.smallFileLimit) {
      Self.isKeptElsewhere($0) || needed.contains($0)
    }
    var total = 0
    for name in needed + others {
      let limit = Self.tokenizerNames.contains(name) ? ModelFolder.textLimit : ModelFolder.smallFileLimit
      let data = try folder.contents(name, limit: limit)
      total += data.count
      guard total <= ModelFolder.textLimit else {
        throw UserError.file(
          "\(folder.path): its small files together exceed \(ModelFolder.textLimit) bytes; "
            + "expected the folder of one \(kind.rawValue) and nothing else")
      }
      files[name] = data
    }
  }

  /// The small files that Attune itself uses: without one of them its results would differ.
  private static let meaningfulNames =
    [
      "added_tokens.json", "chat_template.jinja", "generation_config.json", "special_tokens_map.json",
      "tokenizer_config.json",
    ] + tokenizerNames

  /// Tokenizers in other forms than `tokenizer.json`, which can be large.
  private static let tokenizerNames = [
    "merges.txt", "qwen.tiktoken", "tekken.json", "tiktoken.model", "tokenizer.model", "vocab.json",
  ]

  /// Whether a file is stored in another property, or contains weights in any form.
  static func isKeptElsewhere(_ name: String) -> Bool {
    let own = ["config.json", "adapter_config.json", "tokenizer.json", AttuneNotes.fileName]
    let weights = [
      ".safetensors", ".safetensors.index.json", ".bin", ".bin.index.json", ".pt", ".pth", ".gguf", ".h5", ".msgpack",
      ".onnx", ".npz", ".part", ".partial",
    ]
    return own.contains(name) || weights.contains(where: name.hasSuffix)
  }
}
