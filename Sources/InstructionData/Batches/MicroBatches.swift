extension Batch {
  /// Redistributes the step's examples over the same number of micro-batches so that their total lengths are similar:
  /// none then needs much more time or memory than another.
  ///
  /// Examples are assigned from the longest to the shortest, each to the micro-batch with the fewest tokens that still
  /// has room (Graham 1969). The step keeps the same examples.
  ///
  /// - Parameter length: the number of tokens of an example.
  public func microBatches(balancing length: (ExampleReference) -> Int) -> [[ExampleReference]] {
    microBatches(balancing: length, shared: { _ in [] })
  }

  /// Redistributes the step's examples over the same number of micro-batches, where examples that start alike are shorter
  /// together.
  ///
  /// The sum of the squares of all lengths decides: it is small where there are few tokens, and where they are evenly
  /// distributed. Each example, from the longest to the shortest, goes where it adds least, which is Graham's rule for
  /// examples that share nothing. Then the fullest and the emptiest micro-batch swap examples as long as that helps.
  ///
  /// - Parameters:
  ///   - length: the number of tokens of an example.
  ///   - shared: how many of its tokens the example at a place of the step saves beside each other one, by place; empty
  ///     where the examples of the step share nothing.
  public func microBatches(
    balancing length: (ExampleReference) -> Int, shared: (_ place: Int) -> [Int]
  ) -> [[ExampleReference]] {
    guard microBatches.count > 1 else { return microBatches }
    let examples = self.examples
    let lengths = examples.map(length)
    let room = microBatches.map(\.count).max() ?? 0
    var dealing = Dealing(microBatches.count, room: room, lengths: lengths, shared: examples.indices.map(shared))
    for place in examples.indices.sorted(by: { (lengths[$1], $0) < (lengths[$0], $1) }) { dealing.add(place) }
    dealing.even()
    return dealing.parts.map { part in part.members.sorted().map { examples[$0] } }
  }
}

/// How evenly the micro-batches of a step are filled: their mean number of tokens divided by the largest.
public func microBatchFill(_ tokens: [Int]) -> Double {
  guard let largest = tokens.max(), largest > 0 else { return 1 }
  return Double(tokens.reduce(0, +)) / Double(largest * tokens.count)
}
