import Adapters
import Checkpoints
import Diagnostics
import Foundation
import LanguageModels
import Tensors

/// A LoRA made of the difference between a fine-tuned model and its base: from files to files.
public struct LoRAExtraction {
  /// The configuration that both models share.
  public let configuration: DecoderConfiguration
  /// What is worth knowing about the models.
  public let notes: [String]
  private let target: URL
  private let template: String?
  private let fineTuned: WeightsSource
  private let base: WeightsSource

  /// Opens both models and checks that one can be fine-tuned from the other; no weights are read.
  ///
  /// - Parameter output: what ``write(_:version:)`` writes: a name that ends in `.h5` as an Attune file, any other as a
  ///   PEFT folder.
  /// - Throws: `UserError`.
  public init(model: String, base: String, to output: String) throws {
    target = URL(fileURLWithPath: output)
    try WeightsWriter.checkTarget(target)
    let (tuned, original) = (try ModelFiles(path: model), try ModelFiles(path: base))
    for files in [tuned, original] { try files.requireLanguageModel() }
    guard let fineTuned = tuned.source, let source = original.source else {
      preconditionFailure("a model that was opened by its path has a source")
    }
    let (a, b) = (tuned.configuration, original.configuration)
    guard a.family == b.family, a.linears == b.linears, a.vocabularySize == b.vocabularySize else {
      throw UserError.file(
        "\(model): is not fine-tuned from \(base): their configurations have different shapes; expected the same")
    }
    notes = a.notes + b.notes
    (self.fineTuned, self.base, configuration, template) = (fineTuned, source, b, tuned.contents.template)
  }

  /// Computes the LoRA and writes it.
  ///
  /// - Throws: ``AdapterProblem`` where the settings do not fit the model; `UserError`.
  public func write(_ settings: LoRA, version: String) throws -> Extraction {
    let extraction = try Extraction(settings, of: fineTuned, from: base, for: configuration)
    var contents = ModelContents(kind: .adapter, configuration: "", template: template)
    contents.provenance = [
      "attune_version": version, "extracted_from": fineTuned.path, ModelContents.basePath: base.path,
      ModelContents.baseDigest: try weightsDigest(of: base, threads: Threads.count),
    ]
    try extraction.form.write(to: target, contents, for: configuration)
    return extraction
  }
}
