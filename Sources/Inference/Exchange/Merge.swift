import Adapters
import Checkpoints
import Diagnostics
import Foundation
import LanguageModels
import StrictJSON
import Tensors

/// An adapter folded into the weights of its base: from files to files.
public struct Merge {
  /// What was written.
  public struct Report: Sendable {
    /// The largest difference between a logit of the base with the adapter attached and one of the merged model.
    public let largestDifference: Float
    /// The number of tokens after which logits were compared.
    public let tokens: Int
    /// The types in which tensors were written, the one of most weights first.
    public let types: [StoredType]
    /// The number of tensors.
    public let tensors: Int
    /// Their bytes.
    public let bytes: Int
    /// Whether embedding and head, one tensor in the base, are two now.
    public let separatesEmbeddingAndHead: Bool
  }

  /// The base, with the adapter opened.
  private let files: ModelFiles
  private let adapter: WeightsSource
  private let precision: StoredType?

  /// What a user should know of base and adapter: sentences for the user.
  public var notes: [String] { files.configuration.notes }

  /// Opens base and adapter and checks that they can be merged; no weights are read.
  ///
  /// - Parameter precision: the type to write; nil: as the base is stored, float16 as float32.
  /// - Throws: `UserError` of kind `file`.
  public init(model: String, adapter path: String, precision: ElementType?) throws {
    var files = try ModelFiles(path: model)
    try files.openAdapter(at: path)
    adapter = try WeightsSource.adapter(at: URL(fileURLWithPath: path))
    self.files = files
    self.precision = precision.map { $0 == .float32 ? .float32 : .bfloat16 }
    let configuration = try AdapterConfiguration(adapter)
    if let reason = configuration.reasonAgainstMerging {
      throw UserError.file(
        "\(path): a \(configuration.method) adapter cannot be merged: \(reason); use it with --adapter beside its base")
    }
  }

  /// Merges, and compares the merged model with the base that has the adapter attached.
  ///
  /// - Throws: `UserError`.
  public func write(to path: String, version: String) throws -> Report {
    let target = URL(fileURLWithPath: path)
    try WeightsWriter.checkTarget(target)
    let tokens = sampleTokens(files)
    let (attached, tensors, isSeparated) = try write(to: target, tokens, version)
    let written = try ModelFiles(path: path).model(precision: .float32)
    let sizes = Dictionary(tensors.map { ($0.type, $0.elementCount) }, uniquingKeysWith: +)
    return Report(
      largestDifference: largestDifference(attached, written.logits(of: tokens)), tokens: tokens.count,
      types: sizes.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.map(\.key),
      tensors: tensors.count,
      bytes: tensors.reduce(0) { $0 + $1.byteCount }, separatesEmbeddingAndHead: isSeparated)
  }

  /// Writes tensor by tensor; the base is free again when this returns.
  private func write(
    to target: URL, _ tokens: [Int32], _ version: String
  ) throws -> (logits: Tensor, tensors: [TensorDescription], isSeparated: Bool) {
    let model = try files.model(precision: .float32)
    guard let attached = try files.adapter(for: model) else { preconditionFailure("the adapter was opened") }
    let merged = MergedWeights(model, attached)
    if let layer = merged.layerWithoutBias {
      throw UserError.file(
        "\(adapter.path): cannot be merged: lora_bias adds a bias to \(layer), which has none in this model; use the "
          + "adapter with --adapter beside its base")
    }
    let tensors = try merged.shapes.map {
      try TensorDescription(name: $0.name, shape: $0.shape.extents, type: type(of: $0.name))
    }
    let contents = try contents(tensors, isSeparated: merged.separatesEmbeddingAndHead, version)
    let writer = try WeightsWriter(target, contents, tensors: tensors)
    try merged.forEach { name, value in
      let type: StoredType = value.elementType == .float32 ? .float32 : .bfloat16
      try value.withBytes { try writer.write(name, from: $0, as: type) }
    }
    try writer.finish()
    return (model.logits(of: tokens), tensors, merged.separatesEmbeddingAndHead)
  }

  /// The type in which a tensor is written.
  private func type(of name: String) -> StoredType {
    if let precision { return precision }
    let names = files.configuration.storedNames(of: name)
    let stored = names.lazy.compactMap { files.source?.description(of: $0) }.first?.type
    return stored == .bfloat16 ? .bfloat16 : .float32
  }

  /// Everything but the tensors.
  private func contents(_ tensors: [TensorDescription], isSeparated: Bool, _ version: String) throws -> ModelContents {
    var contents = try files.completeContents()
    // Of bfloat16 elements over float32 ones.
    let surplus = tensors.reduce(0) { $0 + ($1.type == .bfloat16 ? $1.elementCount : -$1.elementCount) }
    contents.configuration = try JSONValue(parsing: contents.configuration.utf8)
      .withElementType(surplus > 0 ? .bfloat16 : .float32)
      .replacing(isSeparated ? [("tie_word_embeddings", false)] : []).compactText
    contents.recipe = try adapter.contents().recipe ?? contents.recipe
    contents.provenance = ["attune_version": version, "adapter_path": adapter.path]
    contents.note(templateOptions: files.templateOptions)
    contents.provenance[ModelContents.basePath] = files.source?.path
    contents.provenance[ModelContents.baseDigest] = adapter.provenance[ModelContents.baseDigest]
    return contents
  }
}

extension JSONValue {
  /// A model's configuration that names the type of its weights, under the key that it uses: `dtype` in later files,
  /// `torch_dtype` in earlier ones.
  fileprivate func withElementType(_ type: ElementType) -> JSONValue {
    let keys = ["dtype", "torch_dtype"].filter { self[$0] != nil }
    return replacing((keys.isEmpty ? ["torch_dtype"] : keys).map { ($0, .string(type.rawValue)) })
  }
}

/// Tokens to compare logits on, the same for every call: a text where there is a tokenizer, else ids spread over the
/// vocabulary.
private func sampleTokens(_ files: ModelFiles) -> [Int32] {
  let (count, vocabulary) = (min(64, files.configuration.maximumPositions), files.configuration.vocabularySize)
  guard let tokenizer = files.tokenizer else { return (0..<count).map { Int32(($0 * 7919 + 1) % vocabulary) } }
  return Array(tokenizer.encode(sampleText).prefix(count))
}

private let sampleText = """
  The weather in the mountains changes quickly. In 1986 three friends walked from the village to the lake, counted \
  27 boats, and wrote a letter: "What is the shortest way home?" def area(width, height): return width * height. \
  Nobody answered, so they asked the baker, who knew every street between the river and the old stone bridge.
  """
