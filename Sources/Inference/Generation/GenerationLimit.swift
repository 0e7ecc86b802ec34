import LanguageModels
import Tensors

/// How many sequences a ``Generator`` continues at once.
public struct GenerationLimit: Sendable, Equatable {
  /// The most sequences that share the passes through the weights.
  public var sequences: Int
  /// The most memory of their keys and values, in bytes, unless a single sequence needs more; nil: as much as the model's
  /// weights take, or 256 MB where those are smaller.
  public var cacheBytes: Int?

  /// 32 sequences by default, which is the most: as many rows share one reading of the weights.
  public init(sequences: Int = 32, cacheBytes: Int? = nil) {
    self.sequences = max(1, min(sequences, 32))
    self.cacheBytes = cacheBytes
  }

  /// The tokens that a cache has room for: all of as many sequences as take part at once, as far as the memory goes.
  package func cachedTokens(for requests: [GenerationRequest], _ model: LanguageModel) -> Int {
    let lengths = requests.filter { $0.maximumNewTokens > 0 }.map { $0.prompt.count + $0.maximumNewTokens }
    let bytes =
      cacheBytes
      ?? max(256 << 20, model.parameters.reduce(0) { $0 + $1.variable.shape.count * $1.variable.elementType.byteCount })
    let most = bytes / KeyValueCache.bytesPerToken(model.configuration, model.precision)
    return min(lengths.sorted(by: >).prefix(sequences).reduce(0, +), max(most, lengths.max() ?? 0))
  }
}
