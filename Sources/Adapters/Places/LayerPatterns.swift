/// Values for the layers whose names match a pattern, as PEFT's `rank_pattern` and `alpha_pattern` list them.
///
/// A pattern is a regular expression that must match the end of a layer's name, from its start or from a point on. The
/// first pattern of the list that matches decides: PEFT's `get_pattern_key`.
public struct LayerPatterns<Value: Sendable & Equatable>: Sendable, Equatable {
  /// A pattern and its value.
  public struct Entry: Sendable, Equatable {
    /// The regular expression.
    public let pattern: String
    /// The value of the layers that it matches.
    public let value: Value
  }

  /// The patterns, in the order in which they are tried.
  public private(set) var entries: [Entry] = []

  /// No patterns.
  public init() {}

  /// Adds a pattern that is tried after those that are there.
  ///
  /// - Returns: whether it is one that can be tried in bounded time: a regular expression with at most four unbounded
  ///   repetitions, none of them of a group.
  public mutating func append(_ pattern: String, _ value: Value) -> Bool {
    guard Self.namePattern(pattern) != nil else { return false }
    entries.append(Entry(pattern: pattern, value: value))
    return true
  }

  /// The value for a layer; nil where no pattern matches.
  ///
  /// - Parameter name: the layer's name in the model: `model.layers.0.self_attn.q_proj`.
  public func value(of name: String) -> Value? {
    entries.first { Self.namePattern($0.pattern)?.matches(name) ?? false }?.value
  }

  /// The patterns that match none of some layers.
  func unmatched(_ names: [String]) -> [String] {
    entries.map(\.pattern).filter { text in
      let pattern = Self.namePattern(text)
      return !names.contains { pattern?.matches($0) ?? false }
    }
  }

  private static func namePattern(_ pattern: String) -> NamePattern? {
    NamePattern(pattern, after: "(?:.*\\.)?")
  }
}

extension LayerPatterns: ExpressibleByDictionaryLiteral {
  /// Patterns in the order in which they are written; each must be a valid one.
  public init(dictionaryLiteral elements: (String, Value)...) {
    for (pattern, value) in elements {
      precondition(append(pattern, value), "'\(pattern)' is not a pattern of layers' names")
    }
  }
}
