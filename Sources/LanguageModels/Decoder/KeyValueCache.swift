import Autodiff
import Tensors

/// The keys and values of the tokens that a model has read, so that a further token costs one token's work.
///
/// Several sequences grow side by side, each in a room of its own: a run of rows, as many as the tokens that it may hold. A
/// room that is given back is there for the next sequences.
public final class KeyValueCache {
  /// How many tokens each sequence holds.
  public private(set) var lengths: [Int] = []
  /// The rows that all sequences can have together.
  public let capacity: Int
  /// The rows of each sequence, counted from the first that belongs to sequences; nil where there is none.
  private var rooms: [Range<Int>?] = []
  /// Rows that precede all sequences, and that every one of them sees.
  private let contextLength: Int
  let layers: [LayerCache]

  /// Makes room for some tokens; ``LanguageModel/emptyCache(capacity:)`` knows how many rows precede them.
  init(_ configuration: DecoderConfiguration, precision: ElementType, capacity: Int, contextLength: Int) {
    self.capacity = capacity
    self.contextLength = contextLength
    layers = configuration.layers.map { LayerCache([contextLength + capacity, $0.attention.keyValueWidth], precision) }
  }

  /// The memory of a token's keys and values, in bytes.
  public static func bytesPerToken(_ configuration: DecoderConfiguration, _ precision: ElementType) -> Int {
    configuration.layers.reduce(0) { $0 + 2 * $1.attention.keyValueWidth } * precision.byteCount
  }

  /// Gives a new sequence the first room that holds some tokens, and returns its number: the smallest one that is free. Nil
  /// where there is no such room.
  public func open(capacity: Int) -> Int? {
    var start = 0
    for room in rooms.compactMap({ $0 }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if room.lowerBound - start >= capacity { break }
      start = room.upperBound
    }
    guard start + capacity <= self.capacity else { return nil }
    let sequence = rooms.firstIndex { $0 == nil } ?? rooms.count
    if sequence == rooms.count {
      rooms.append(nil)
      lengths.append(0)
    }
    rooms[sequence] = start..<start + capacity
    return sequence
  }

  /// Ends a sequence and gives back its room.
  public func close(_ sequence: Int) {
    rooms[sequence] = nil
    lengths[sequence] = 0
  }

  /// Lays out the next tokens of some sequences, after what the cache holds, and counts them as held.
  public func layout(appending tokens: [(sequence: Int, tokens: [Int32])]) -> SequenceLayout {
    var spans: [AttentionSpan] = []
    var positions: [Int] = []
    let context = contextLength > 0 ? [0..<contextLength] : []
    var start = 0
    for (sequence, added) in tokens where !added.isEmpty {
      let (room, held) = (room(of: sequence), lengths[sequence])
      precondition(held + added.count <= room.count, "a sequence outgrew its room of \(room.count) tokens")
      positions += contextLength + held..<contextLength + held + added.count
      spans.append(
        AttentionSpan(
          queries: start..<start + added.count, keys: room.lowerBound..<room.lowerBound + held + added.count,
          context: context))
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

  /// Lets an empty sequence hold the first few tokens of another one, as if they had been read for it.
  public func copy(_ count: Int, from source: Int, to sequence: Int) {
    precondition(
      lengths[sequence] == 0 && count <= lengths[source] && count <= room(of: sequence).count,
      "\(count) tokens of \(lengths[source]) don't fit a sequence that holds \(lengths[sequence])")
    let (from, to) = (room(of: source).lowerBound, room(of: sequence).lowerBound)
    for layer in layers { layer.copy(from..<from + count, to: to) }
    lengths[sequence] = count
  }

  /// The rows of a sequence, in the layers.
  private func room(of sequence: Int) -> Range<Int> {
    guard let room = rooms[sequence] else { preconditionFailure("sequence \(sequence) has no room") }
    return contextLength + room.lowerBound..<contextLength + room.upperBound
  }
}

/// One layer's keys and values, `[P + capacity, K·D]`.
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

  /// Copies some rows to others.
  func copy(_ rows: Range<Int>, to first: Int) {
    for all in [keys, values] { copyRows(all.value.rows(rows), to: all.value, at: first) }
  }
}
