extension Batch {
  /// Redistributes the step's examples over the same number of micro-batches so that their total lengths are similar:
  /// none then needs much more time or memory than another.
  ///
  /// Examples are assigned from the longest to the shortest, each to the micro-batch with the fewest tokens that still
  /// has room (Graham 1969). The step keeps the same examples.
  ///
  /// - Parameter length: the number of tokens of an example.
  public func microBatches(balancing length: (ExampleReference) -> Int) -> [[ExampleReference]] {
    guard microBatches.count > 1 else { return microBatches }
    let examples = self.examples
    let lengths = examples.map(length)
    let room = microBatches.map(\.count).max() ?? 0
    var parts = [(members: [Int], tokens: Int)](repeating: ([], 0), count: microBatches.count)
    for example in examples.indices.sorted(by: { (lengths[$1], $0) < (lengths[$0], $1) }) {
      let open = parts.indices.filter { parts[$0].members.count < room }
      guard let part = open.min(by: { (parts[$0].tokens, $0) < (parts[$1].tokens, $1) }) else { continue }
      parts[part].members.append(example)
      parts[part].tokens += lengths[example]
    }
    return parts.map { part in part.members.sorted().map { examples[$0] } }
  }
}

/// How evenly the micro-batches of a step are filled: their mean number of tokens divided by the largest.
public func microBatchFill(_ tokens: [Int]) -> Double {
  guard let largest = tokens.max(), largest > 0 else { return 1 }
  return Double(tokens.reduce(0, +)) / Double(largest * tokens.count)
}
