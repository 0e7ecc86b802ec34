/// What `Split` does with matches and the segments between them: tokenizers' `SplitDelimiterBehavior`.
enum SplitBehavior: String, Sendable, CaseIterable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"
}

extension TextPattern {
  /// Calls `body` with each piece into which a `Split` splits a text.
  @inline(__always)
  func split(_ text: Bytes, _ behavior: SplitBehavior, invert: Bool, _ body: (Range<Int>) -> Void) {
    if behavior == .isolated { return forEachSegment(of: text) { range, _ in body(range) } }
    var pending: Range<Int>?
    var previousIsMatch = false
    forEachSegment(of: text) { range, matches in
      let isMatch = matches != invert
      switch behavior {
      case .isolated: body(range)
      case .removed:
        if !isMatch { body(range) }
      case .mergedWithPrevious:
        if let piece = pending, isMatch, !previousIsMatch {
          pending = piece.lowerBound..<range.upperBound
        } else {
          if let piece = pending { body(piece) }
          pending = range
        }
      case .mergedWithNext:
        if let piece = pending, !isMatch {
          body(piece.lowerBound..<range.upperBound)
          pending = nil
        } else {
          if let piece = pending { body(piece) }
          pending = isMatch ? range : nil
          if !isMatch { body(range) }
        }
      case .contiguous:
        if let piece = pending, isMatch == previousIsMatch {
          pending = piece.lowerBound..<range.upperBound
        } else {
          if let piece = pending { body(piece) }
          pending = range
        }
      }
      previousIsMatch = isMatch
    }
    if let piece = pending { body(piece) }
  }
}
