import LanguageModels
import Training

/// The smaller models that a large one's time is measured with.
///
/// Every layer takes the same time, and in the head so does every entry of the vocabulary. One layer, three layers, and
/// for a large vocabulary one layer with half of it show what each of them takes, and what the rest does.
struct ModelParts {
  private let whole: DecoderConfiguration
  /// Whether the whole is small enough to be measured itself.
  private let isWhole: Bool

  /// No more weights are made for a measurement of the whole.
  private static let mostWeightsOfWhole = 60_000_000
  /// A step of the whole has no more multiplications and additions, which is about a second.
  private static let mostOperations = 4e11
  /// The vocabulary of a part.
  private static let words = 32_768
  /// The layers of the larger part.
  private static let layers = 3

  /// Describes the parts of a model for a micro-batch of some tokens; nil for a model beyond counting.
  init?(_ configuration: DecoderConfiguration, tokens: Int) {
    guard let count = configuration.parameterCount else { return nil }
    whole = configuration
    isWhole = count <= Self.mostWeightsOfWhole && 6 * Double(count) * Double(tokens) <= Self.mostOperations
  }

  /// The weights of the largest part.
  var mostWeights: Int {
    var part = whole
    if !isWhole {
      part.layers = Array(whole.layers.prefix(Self.layers))
      part.vocabularySize = min(Self.words, whole.vocabularySize)
    }
    return part.parameterCount ?? .max
  }

  /// The cost of the whole, from what `measure` finds for its parts.
  func wholeCost(_ measure: (DecoderConfiguration) throws -> StepCost) rethrows -> StepCost {
    if isWhole { return try measure(whole) }
    var part = whole
    let words = min(Self.words, whole.vocabularySize)
    (part.layers, part.vocabularySize) = (Array(whole.layers.prefix(1)), words)
    let one = try measure(part)
    var total = one
    if whole.layerCount > 1 {
      part.layers = Array(whole.layers.prefix(Self.layers))
      total =
        total + (try measure(part) - one) * (Double(whole.layerCount - 1) / Double(part.layerCount - 1))
      part.layers = Array(whole.layers.prefix(1))
    }
    if whole.vocabularySize > words {
      part.vocabularySize = words / 2
      total = total + (one - (try measure(part))) * (Double(whole.vocabularySize - words) / Double(words - words / 2))
    }
    return total
  }
}
