import Checkpoints
import InstructionData
import LanguageModels
import Tensors

/// The tiny Llama of the reference values, and its batches as examples.
public enum Golden {
  /// Whether the reference values are there.
  public static var isThere: Bool { SharedAssets.has("golden") }

  /// The model with the weights that every trajectory begins with.
  public static func model(precision: ElementType = .float32, trainable: Bool = true) throws -> LanguageModel {
    try model(at: "golden/model", precision: precision, trainable: trainable)
  }

  /// A model of the shared folder.
  public static func model(
    at path: String, precision: ElementType = .float32, trainable: Bool = true
  ) throws -> LanguageModel {
    let folder = try ModelFolder(SharedAssets.url(path))
    let configuration = try DecoderConfiguration(parsing: folder.configuration, place: folder.path)
    return try LanguageModel(
      configuration, reading: folder, place: folder.path, precision: precision, trainable: trainable)
  }

  /// The four rows of each of the five batches.
  public static func batches() throws -> [[Example]] {
    let golden = try GoldenBatches("sft")
    return try (0..<5).map { batch in
      try golden.rows(batch).enumerated().map { line, row in
        Example(
          tokens: row.tokens, trained: row.trained.map { $0..<$0 + 1 },
          origin: ExampleOrigin(source: 0, line: 4 * batch + line + 1))
      }
    }
  }

  /// The four pairs of each of the five batches of preferences.
  public static func preferenceBatches() throws -> [[PreferenceExample]] {
    let (chosen, rejected) = (try GoldenBatches("dpo.chosen"), try GoldenBatches("dpo.rejected"))
    return try (0..<5).map { batch in
      try zip(chosen.rows(batch), rejected.rows(batch)).enumerated().map { line, rows in
        let start = rows.0.trained.first ?? 0
        return PreferenceExample(
          prompt: Array(rows.0.tokens[..<start]), chosen: Array(rows.0.tokens[start...]),
          rejected: Array(rows.1.tokens[start...]), origin: ExampleOrigin(source: 0, line: 4 * batch + line + 1))
      }
    }
  }
}
