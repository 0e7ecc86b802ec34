import Checkpoints
import InstructionData
import LanguageModels
import Optimization
import Tensors
import TestSupport

/// The tiny Llama of the reference values, and its batches as examples.
enum Golden {
  static var isThere: Bool { SharedAssets.has("golden") }

  /// The model with the weights that every trajectory begins with.
  static func model(precision: ElementType = .float32) throws -> LanguageModel {
    try model(at: "golden/model", precision: precision)
  }

  /// A model of the shared folder, to be trained.
  static func model(at path: String, precision: ElementType = .float32) throws -> LanguageModel {
    let folder = try ModelFolder(SharedAssets.url(path))
    let configuration = try DecoderConfiguration(parsing: folder.configuration, place: folder.path)
    return try LanguageModel(
      configuration, reading: folder, place: folder.path, precision: precision, trainable: true)
  }

  /// The four rows of each of the five batches.
  static func batches() throws -> [[Example]] {
    let golden = try GoldenBatches("sft")
    return try (0..<5).map { batch in
      try golden.rows(batch).enumerated().map { line, row in
        Example(
          tokens: row.tokens, trained: row.trained.map { $0..<$0 + 1 },
          origin: ExampleOrigin(source: 0, line: 4 * batch + line + 1))
      }
    }
  }
}

extension LanguageModel {
  /// All parameters, as an optimizer takes them.
  var trained: [Parameter] { parameters.map { Parameter($0.name, $0.variable) } }
}
