/// Examples, by their places in a step, that are dealt into micro-batches of similar lengths.
struct Dealing {
  /// The micro-batches so far, and their tokens.
  private(set) var parts: [(members: [Int], tokens: Int)]
  private let room: Int
  private let lengths: [Int]
  /// How many tokens each example saves beside each other one; empty lists where nothing is shared.
  private let shared: [[Int]]

  /// Starts with empty micro-batches that have room for so many examples each.
  init(_ parts: Int, room: Int, lengths: [Int], shared: [[Int]]) {
    self.parts = [(members: [Int], tokens: Int)](repeating: ([], 0), count: parts)
    (self.room, self.lengths, self.shared) = (room, lengths, shared)
  }

  /// Adds an example to the micro-batch with room where the sum of the squares of all lengths grows least.
  mutating func add(_ place: Int) {
    let choices = parts.indices.filter { parts[$0].members.count < room }.map { part in
      let (tokens, added) = (parts[part].tokens, tokens(of: place, in: part))
      return (growth: added * (2 * tokens + added), tokens: tokens, part: part, added: added)
    }
    guard let best = choices.min(by: { ($0.growth, $0.tokens, $0.part) < ($1.growth, $1.tokens, $1.part) }) else {
      return
    }
    parts[best.part].members.append(place)
    parts[best.part].tokens += best.added
  }

  /// Swaps examples that share tokens with others between the fullest and the emptiest micro-batch, as long as that makes
  /// the sum of the squares smaller. Where nothing is shared, nothing changes.
  mutating func even() {
    guard shared.contains(where: { $0.contains { $0 > 0 } }) else { return }
    for _ in 0..<2 * parts.count {
      guard let fullest = parts.indices.max(by: { (parts[$0].tokens, $1) < (parts[$1].tokens, $0) }),
        let emptiest = parts.indices.min(by: { (parts[$0].tokens, $0) < (parts[$1].tokens, $1) }),
        let swap = bestSwap(fullest, emptiest)
      else { return }
      let (one, other) = (parts[fullest].members[swap.one], parts[emptiest].members[swap.other])
      (parts[fullest].members[swap.one], parts[emptiest].members[swap.other]) = (other, one)
      (parts[fullest].tokens, parts[emptiest].tokens) = swap.tokens
    }
  }

  /// The swap of a member of one micro-batch with a member of another that makes the sum of squares smallest; nil where
  /// none makes it smaller.
  private func bestSwap(_ one: Int, _ other: Int) -> (one: Int, other: Int, tokens: (Int, Int))? {
    func squares(_ tokens: (Int, Int)) -> Int { tokens.0 * tokens.0 + tokens.1 * tokens.1 }
    var best: (one: Int, other: Int, tokens: (Int, Int))?
    var least = squares((parts[one].tokens, parts[other].tokens))
    for (first, a) in parts[one].members.enumerated() {
      for (second, b) in parts[other].members.enumerated() {
        let tokens = (
          parts[one].tokens - tokens(of: a, in: one, besides: a) + tokens(of: b, in: one, besides: a),
          parts[other].tokens - tokens(of: b, in: other, besides: b) + tokens(of: a, in: other, besides: b)
        )
        if squares(tokens) < least { (best, least) = ((first, second, tokens), squares(tokens)) }
      }
    }
    return best
  }

  /// The tokens that an example adds to the members of a micro-batch, one of them left out.
  private func tokens(of place: Int, in part: Int, besides left: Int = -1) -> Int {
    guard !shared[place].isEmpty else { return lengths[place] }
    var saved = 0
    for member in parts[part].members where member != left { saved = max(saved, shared[place][member]) }
    return lengths[place] - saved
  }
}
