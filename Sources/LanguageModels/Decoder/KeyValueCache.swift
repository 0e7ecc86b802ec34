import Autodiff
import Tensors

/// The keys and values of the tokens that a model has read, so that a further token costs one token's work.
///
/// Several sequences grow side by side, each in a room of `capacity` rows.
public final class KeyValueCache {
  /// How many tokens each sequence can hold.
  public let capacity: Int
  /// How many tokens each sequence holds.
  public private(set) var lengths: [Int]
  /// Rows that precede all sequences, and that every one of them sees.
  private let contextLength: Int
  let layers: [LayerCache]

  /// Makes room for some sequences; ``LanguageModel/cache(sequences:capacity:)`` knows how many rows precede them.
  init(
    _ configuration: DecoderConfiguration, precision: ElementType, sequences: Int, capacity: Int, contextLength: Int
  ) {
    self.capacity = capacity
    self.contextLength = contextLength
    lengths = Array(repeating: 0, count: sequences)
    let rows = contextLength + sequences * capacity
    layers = configuration.layers.map { LayerCache([rows, $0.attention.keyValueWidth], precision) }
  }

  /// Lays out the next tokens of some sequences, after what the cache holds, and counts them as held.
  public func layout(appending tokens: [(sequence: Int, tokens: [Int32])]) -> SequenceLayout {
    var spans: [AttentionSpan] = []
    var positions: [Int] = []
    let context = contextLength > 0 ? [0..<contextLength] : []
    var start = 0
    for (sequence, added) in tokens where !added.isEmpty {
      let (room, held) = (contextLength + sequence * capacity, lengths[sequence])
      precondition(held + added.count <= capacity, "a sequence outgrew its room of \(capacity) tokens")
      positions += contextLength + held..<contextLength + held + added.count
      spans.append(
        AttentionSpan(queries: start..<start + added.count, keys: room..<room + held + added.count, context: context))
      lengths[sequence] += added.count
      start += added.count
    }
    return SequenceLayout(tokens: tokens.flatMap(\.tokens), positions: positions, spans: spans)
  }

  /// Forgets the tokens of a sequence after the first few.
  public func forget(sequence: Int, after count: Int) {
    precondition(0...lengths[sequence] ~= count, "\(count) of \(lengths[sequence]) tokens cannot be kept")
    lengths[sequence] = count
  }
}

/// One layer's keys and values, `[P + sequences · capacity, K·D]`.
final class LayerCache {
  private let keys: Variable
  private let values: Variable

  init(_ shape: Shape, _ precision: ElementType) {
    keys = Variable(Tensor.zeros(shape, precision))
    values = Variable(Tensor.zeros(shape, precision))
  }

  /// Puts the new rows at the ends of their sequences and returns all.
  func append(_ k: Variable, _ v: Variable, _ spans: [AttentionSpan]) -> (keys: Variable, values: Variable) {
    for (all, new) in [(keys, k), (values, v)] {
      for span in spans {
        copyRows(new.value.rows(span.queries), to: all.value, at: span.keys.upperBound - span.queries.count)
      }
    }
    return (keys, values)
  }
}
