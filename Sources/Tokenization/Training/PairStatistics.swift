/// Counts how often two tokens are adjacent in the training words, and updates the counts as pairs merge.
struct PairStatistics {
  /// Two adjacent tokens.
  struct Pair: Hashable, Comparable {
    let left: Int32
    let right: Int32

    static func < (first: Pair, second: Pair) -> Bool { (first.left, first.right) < (second.left, second.right) }
  }

  /// A pair with its count at the time when it was queued.
  private struct Candidate: Comparable {
    let pair: Pair
    let count: Int

    /// The more frequent pair comes first, then the one with the lower ids.
    static func < (first: Candidate, second: Candidate) -> Bool {
      first.count != second.count ? first.count > second.count : first.pair < second.pair
    }
  }

  private var words: [[Int32]] = []
  private let wordCounts: [Int]
  private var counts: [Pair: Int] = [:]
  /// The words that contain a pair or did so earlier; some occur twice.
  private var places: [Pair: [Int32]] = [:]
  private var queue = PriorityQueue<Candidate>()

  init(_ wordCounts: WordCounts, byteIDs: [Int32]) {
    self.wordCounts = wordCounts.counts
    for number in 0..<wordCounts.words.count {
      let word = wordCounts.words.withBytes(number) { $0.map { byteIDs[Int($0)] } }
      words.append(word)
      for (left, right) in zip(word, word.dropFirst()) { add(Pair(left: left, right: right), in: number, sign: 1) }
    }
    queue = PriorityQueue(counts.map { Candidate(pair: $0, count: $1) })
  }

  /// The most frequent pair, or nil if none is frequent enough.
  mutating func popMostFrequent(atLeast minimum: Int) -> Pair? {
    while let candidate = queue.popLowest() {
      let count = counts[candidate.pair] ?? 0
      if count == candidate.count { return count >= minimum ? candidate.pair : nil }
      // Merges have changed its count in the meantime.
      if count > 0 { queue.insert(Candidate(pair: candidate.pair, count: count)) }
    }
    return nil
  }

  /// Replaces each occurrence of a pair with one token.
  mutating func merge(_ pair: Pair, into token: Int32) {
    var appeared: Set<Pair> = []
    for place in places.removeValue(forKey: pair) ?? [] {
      let number = Int(place)
      let old = words[number]
      var new: [Int32] = []
      new.reserveCapacity(old.count)
      var position = 0
      while position < old.count {
        if position + 1 < old.count, old[position] == pair.left, old[position + 1] == pair.right {
          if let before = new.last {
            add(Pair(left: before, right: pair.left), in: number, sign: -1)
            add(Pair(left: before, right: token), in: number, sign: 1)
            appeared.insert(Pair(left: before, right: token))
          }
          if position + 2 < old.count {
            add(Pair(left: pair.right, right: old[position + 2]), in: number, sign: -1)
            add(Pair(left: token, right: old[position + 2]), in: number, sign: 1)
            appeared.insert(Pair(left: token, right: old[position + 2]))
          }
          new.append(token)
          position += 2
        } else {
          new.append(old[position])
          position += 1
        }
      }
      words[number] = new
    }
    counts[pair] = nil
    for pair in appeared {
      if let count = counts[pair], count > 0 { queue.insert(Candidate(pair: pair, count: count)) }
    }
  }

  private mutating func add(_ pair: Pair, in word: Int, sign: Int) {
    counts[pair, default: 0] += sign * wordCounts[word]
    if sign > 0 { places[pair, default: []].append(Int32(truncatingIfNeeded: word)) }
  }
}
