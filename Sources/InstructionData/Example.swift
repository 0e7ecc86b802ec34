/// Where an example comes from.
public struct ExampleOrigin: Sendable, Equatable, Hashable {
  /// The source's index in the list of sources.
  public var source: Int
  /// The line of the file on which the record begins, counted from 1.
  public var line: Int
  /// The piece of a split text, counted from 0.
  public var piece: Int

  /// The record's own origin, without the piece.
  public var ofRecord: ExampleOrigin { ExampleOrigin(source: source, line: line) }

  /// Creates the origin of an example.
  public init(source: Int, line: Int, piece: Int = 0) {
    self.source = source
    self.line = line
    self.piece = piece
  }
}

/// A sequence of tokens, some of which are targets.
///
/// The model predicts a target at position t from the tokens before it, so position 0 is never a target. The model's
/// input is `tokens.dropLast()`: the last token can only be a target.
public struct Example: Sendable, Equatable {
  /// The tokens, beginning-of-text included.
  public let tokens: [Int32]
  /// The positions of the targets, from 1 on: ascending ranges that are not empty and do not touch.
  public let trained: [Range<Int>]
  /// The record that the example was made from.
  public let origin: ExampleOrigin

  /// Creates an example; positions outside 1 ..< tokens.count are never targets, whatever `trained` says.
  public init(tokens: [Int32], trained: [Range<Int>], origin: ExampleOrigin) {
    self.tokens = tokens
    self.trained = trained.normalized(within: 1..<max(1, tokens.count))
    self.origin = origin
  }
}

/// A prompt with a better and a worse answer, or with a single desirable or undesirable answer; the other is then
/// empty. Answers end with the token that ends a turn.
public struct PreferenceExample: Sendable, Equatable {
  /// The prompt, beginning-of-text included; never empty.
  public let prompt: [Int32]
  /// The better answer, including the token that ends it; empty if the record's single answer is undesirable.
  public let chosen: [Int32]
  /// The worse answer, including the token that ends it; empty if the record's single answer is desirable.
  public let rejected: [Int32]
  /// The positions in ``chosen`` of the tokens that the model should write: all of them, unless the answer consists of
  /// several messages. Ascending ranges that are not empty and do not touch.
  public let chosenTargets: [Range<Int>]
  /// The same for ``rejected``.
  public let rejectedTargets: [Range<Int>]
  /// The record that the pair was made from.
  public let origin: ExampleOrigin

  /// Creates a pair.
  ///
  /// - Parameters:
  ///   - chosenTargets: which tokens of the better answer the model should write; all of them by default.
  ///   - rejectedTargets: the same for the worse answer.
  public init(
    prompt: [Int32], chosen: [Int32], rejected: [Int32], chosenTargets: [Range<Int>]? = nil,
    rejectedTargets: [Range<Int>]? = nil, origin: ExampleOrigin
  ) {
    self.prompt = prompt
    self.chosen = chosen
    self.rejected = rejected
    self.chosenTargets = (chosenTargets ?? [chosen.indices]).normalized(within: chosen.indices)
    self.rejectedTargets = (rejectedTargets ?? [rejected.indices]).normalized(within: rejected.indices)
    self.origin = origin
  }

  /// The number of answers, two or one.
  public var answerCount: Int { (chosen.isEmpty ? 0 : 1) + (rejected.isEmpty ? 0 : 1) }
  /// The number of the better answer's tokens that the model should write.
  public var chosenTargetCount: Int { chosenTargets.reduce(0) { $0 + $1.count } }
  /// The same for the worse answer.
  public var rejectedTargetCount: Int { rejectedTargets.reduce(0) { $0 + $1.count } }
  /// The number of tokens of the prompt with the longer answer.
  public var longestCount: Int { prompt.count + max(chosen.count, rejected.count) }
}

extension [Range<Int>] {
  /// The same positions, limited to bounds, as ascending ranges that are not empty and do not touch.
  func normalized(within bounds: Range<Int>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    for range in sorted(by: { $0.lowerBound < $1.lowerBound }) {
      let range = range.clamped(to: bounds)
      if range.isEmpty { continue }
      if let last = result.last, range.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }
}

extension [Range<Int>] {
  /// The positions of bounds that no range contains; the ranges are ascending.
  func gaps(in bounds: Range<Int>) -> [Range<Int>] {
    let starts = [bounds.lowerBound] + map(\.upperBound)
    return zip(starts, map(\.lowerBound) + [bounds.upperBound]).map { $0..<Swift.max($0, $1) }.filter { !$0.isEmpty }
  }
}

extension Range<Int> {
  /// The same positions after `count` further ones.
  func shifted(by count: Int) -> Range<Int> { lowerBound + count..<upperBound + count }
}
