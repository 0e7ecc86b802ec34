/// Where an example comes from.
public struct ExampleOrigin: Sendable, Equatable, Hashable {
  /// The source's place in the list of sources.
  public var source: Int
  /// The line of the file on which the record begins, counted from 1.
  public var line: Int
  /// The piece of a text that was split, counted from 0.
  public var piece: Int

  /// Names a record of a source.
  public init(source: Int, line: Int, piece: Int = 0) {
    self.source = source
    self.line = line
    self.piece = piece
  }
}

/// A sequence of tokens and which of them are targets.
///
/// A trained token at position t is predicted from the tokens before it, so position 0 is never one. The model is fed
/// `tokens.dropLast()`: the last token is a target at most.
public struct Example: Sendable, Equatable {
  /// The tokens, beginning-of-text included.
  public let tokens: [Int32]
  /// The positions of the tokens that are targets: ascending ranges that neither touch nor are empty, from 1 on.
  public let trained: [Range<Int>]
  /// The record.
  public let origin: ExampleOrigin

  /// Makes an example; what lies outside of positions 1 ..< tokens.count is not trained on, whatever `trained` says.
  public init(tokens: [Int32], trained: [Range<Int>], origin: ExampleOrigin) {
    self.tokens = tokens
    self.trained = trained.normalized(within: 1..<max(1, tokens.count))
    self.origin = origin
  }
}

/// A prompt with a better and a worse answer, or with one answer that is wanted or not: then the other is empty. Answers
/// end with the token that ends a turn.
public struct PreferenceExample: Sendable, Equatable {
  /// The prompt, beginning-of-text included; never empty.
  public let prompt: [Int32]
  /// The better answer, all of which counts; empty where the record judges a single answer that is not wanted.
  public let chosen: [Int32]
  /// The worse answer, all of which counts; empty where the record judges a single answer that is wanted.
  public let rejected: [Int32]
  /// The record.
  public let origin: ExampleOrigin

  /// Makes a pair.
  public init(prompt: [Int32], chosen: [Int32], rejected: [Int32], origin: ExampleOrigin) {
    self.prompt = prompt
    self.chosen = chosen
    self.rejected = rejected
    self.origin = origin
  }

  /// How many answers there are: two, or one.
  public var answerCount: Int { (chosen.isEmpty ? 0 : 1) + (rejected.isEmpty ? 0 : 1) }
  /// Tokens of the prompt with the longer answer.
  public var longestCount: Int { prompt.count + max(chosen.count, rejected.count) }
}

extension [Range<Int>] {
  /// The same positions inside bounds, as ascending ranges that neither touch nor are empty.
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
