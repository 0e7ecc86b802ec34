import LanguageModels
import StrictJSON
import Tensors

extension Recipe {
  /// What is trained.
  public struct Model: Sendable, Equatable {
    /// Where the weights come from.
    public enum Source: Sendable, Equatable {
      /// An HF folder or an Attune `.h5`.
      case path(String)
      /// Random weights in the shape of a `config.json`'s contents, with a tokenizer file where the data needs one.
      case configuration(JSONObject, tokenizer: String?)

      /// What messages call it.
      package var name: String { if case .path(let path) = self { path } else { "random weights" } }
    }

    /// Arithmetic of the products.
    public typealias Precision = ElementType

    /// What trained weights are.
    public typealias Master = MasterWeights

    /// What the backward pass keeps.
    public typealias ActivationCheckpointing = LanguageModels.ActivationCheckpointing

    /// Where the weights come from.
    public var source: Source
    /// The arithmetic of the run. float32: it is exact on every processor.
    public var precision = Precision.float32
    /// What the weights are while all of them are trained. float32: small updates are not rounded away.
    public var master = Master.float32
    /// What is computed twice to save memory. none: as in PyTorch, nothing unless asked.
    public var activationCheckpointing = ActivationCheckpointing.none

    /// A model with the defaults for everything but its source.
    public init(source: Source) {
      self.source = source
    }
  }
}

extension Recipe.Model {
  /// Decodes the section `model` of a recipe.
  init(_ recipe: Section) {
    let section = recipe.section("model")
    let path = section.path("path")
    let configuration = section.value("configuration")
    let tokenizer = section.optionalPath("tokenizer")
    self.init(source: .path(path ?? ""))
    if let configuration {
      if section.has("path") {
        section.report("configuration", "give either `path` or `configuration`, not both.")
      }
      if let object = JSONValue(configuration).objectValue {
        source = .configuration(object, tokenizer: tokenizer)
      } else {
        section.report("configuration", expected: "a section, as in a config.json", found: configuration)
      }
    } else {
      if section.has("tokenizer") {
        section.report("tokenizer", "goes with `configuration`; a model at a path brings its own.")
      }
      if !recipe.has("model") {
        recipe.reportMissing("model", "give model.path, or model.configuration for random weights")
      } else if !section.has("path"), !section.isUnclear {
        section.reportMissing("path", "give the model's folder, or `configuration` for random weights")
      }
    }
    section.choice("precision", &precision)
    section.choice("master", &master)
    if master == .none, precision == .float32 {
      section.report("master", "`none` trains weights that are bfloat16 alone: it goes with `precision: bfloat16`.")
    }
    if master == .none, let adapter = recipe.value("adapter"), !adapter.isNull {
      section.report(
        "master",
        "`none` goes with full fine-tuning: an adapter's own weights are small and always float32, and the "
          + "model's are only read.")
    }
    section.choice("activation_checkpointing", &activationCheckpointing)
  }

  var resolved: ResolvedValue {
    let origin: [ResolvedValue.Field] =
      switch source {
      case .path(let path): [("path", .text(path))]
      case .configuration(let object, let tokenizer):
        [("configuration", ResolvedValue(.object(object))), ("tokenizer", tokenizer.map { .text($0) } ?? .null)]
      }
    return .section(
      origin + [
        ("precision", .text(precision.rawValue)), ("master", .text(master.rawValue)),
        ("activation_checkpointing", .text(activationCheckpointing.rawValue)),
      ])
  }
}

extension JSONValue {
  /// A YAML value as JSON; numbers that JSON writes otherwise (`.5`) are written again.
  init(_ node: SourceNode) {
    switch node.content {
    case .scalar(let text, isQuoted: true): self = .string(text)
    case .scalar(let text, isQuoted: false):
      switch PlainScalar(text) {
      case .null: self = .null
      case .bool(let value): self = .bool(value)
      case .integer(let value): self = .integer(value)
      case .number(let value): self = .double(value)
      case .text: self = .string(text)
      }
    case .list(let elements): self = .array(elements.map { JSONValue($0) })
    case .section(let entries): self = .members(entries.map { ($0.key, JSONValue($0.value)) })
    }
  }
}
