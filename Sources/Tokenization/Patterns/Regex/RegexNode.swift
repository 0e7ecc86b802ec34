/// A regular expression as a tree, in the syntax of Oniguruma, which Python's tokenizers uses.
indirect enum RegexNode: Sendable {
  case set(ScalarSet)
  case sequence([RegexNode])
  /// The first alternative that leads to a match wins.
  case alternatives([RegexNode])
  case repeated(RegexNode, minimum: Int, maximum: Int?, RepetitionKind)
  case look(RegexNode, ahead: Bool, negated: Bool)
  /// Once it has matched, no other way to match it is tried.
  case atomic(RegexNode)
  case anchor(RegexAnchor)

  /// Whether it can match the empty text.
  var canBeEmpty: Bool {
    switch self {
    case .set: false
    case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
    case .alternatives(let nodes): nodes.contains(where: \.canBeEmpty)
    case .repeated(let node, let minimum, _, _): minimum == 0 || node.canBeEmpty
    case .atomic(let node): node.canBeEmpty
    case .look, .anchor: true
    }
  }

  /// The number of characters that it matches, if that is always the same.
  var fixedLength: Int? {
    switch self {
    case .set: return 1
    case .sequence(let nodes):
      var total = 0
      for node in nodes {
        guard let length = node.fixedLength else { return nil }
        total += length
      }
      return total
    case .alternatives(let nodes):
      let lengths = Set(nodes.map(\.fixedLength))
      return lengths.count == 1 ? lengths.first ?? nil : nil
    case .repeated(let node, let minimum, let maximum, _):
      guard let length = node.fixedLength, minimum == maximum else { return nil }
      return length * minimum
    case .atomic(let node): return node.fixedLength
    case .look, .anchor: return 0
    }
  }

  /// The characters with which a match that is not empty can begin.
  var first: ScalarSet {
    switch self {
    case .set(let set): return set
    case .sequence(let nodes):
      var sets: [ScalarSet] = []
      for node in nodes {
        sets.append(node.first)
        if !node.canBeEmpty { break }
      }
      return .union(sets)
    case .alternatives(let nodes): return .union(nodes.map(\.first))
    case .repeated(let node, _, _, _), .atomic(let node): return node.first
    case .look, .anchor: return .union([])
    }
  }
}

/// How many repetitions are tried first.
enum RepetitionKind: Sendable {
  /// As many as possible, then fewer.
  case greedy
  /// As few as possible, then more.
  case lazy
  /// As many as possible, and no fewer.
  case possessive
}

/// A condition on a position in the text.
enum RegexAnchor: Sendable {
  case textStart
  case textEnd
  /// The end, or before a line break at the end.
  case textEndOrLastNewline
  case lineStart
  case lineEnd
  case wordBoundary
  case noWordBoundary
}
