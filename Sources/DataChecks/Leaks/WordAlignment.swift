/// An alignment of the words of two texts.
public struct WordAlignment: Sendable, Equatable {
  /// The weight of the longest common subsequence of words.
  public let common: Double
  /// How many words of the first text are in runs of at least ``runLength`` words that the second text also contains.
  public let overlap: Int

  /// The length of a run, as for GPT-3 (2005.14165, appendix C).
  public static let runLength = 13

  /// Compares texts word by word. The time is proportional to the product of their lengths.
  public init(_ first: [UInt64], weights: [Double], _ second: [UInt64]) {
    var best = [Double](repeating: 0, count: second.count + 1)
    var runs = [Int32](repeating: 0, count: second.count + 1)
    var covered = [Bool](repeating: false, count: first.count)
    for (row, word) in first.enumerated() {
      let weight = weights[row]
      var (diagonal, left) = (0.0, 0.0)
      var longest: Int32 = 0
      var runBefore: Int32 = 0
      for column in 1..<best.count {
        let above = best[column]
        let runAbove = runs[column]
        if word == second[column - 1] {
          runs[column] = runBefore + 1
          longest = max(longest, runBefore + 1)
          best[column] = max(diagonal + weight, above, left)
        } else {
          runs[column] = 0
          best[column] = max(above, left)
        }
        (diagonal, left, runBefore) = (above, best[column], runAbove)
      }
      if longest >= Int32(Self.runLength) {
        for position in (row + 1 - Int(longest))...row { covered[position] = true }
      }
    }
    common = best.last ?? 0
    overlap = covered.count { $0 }
  }
}
