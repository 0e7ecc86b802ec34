import Randomness

/// The distinct runs of `size` words of a text as hashes, ascending; a shorter text is a single run, an empty one none.
public func shingles(of words: [UInt64], size: Int) -> [UInt64] {
  if words.isEmpty { return [] }
  var runs: [UInt64] = []
  runs.reserveCapacity(words.count)
  if words.count < size {
    runs.append(words.reduce(0) { SplitMix64.mixed($0 &+ $1) })
  } else {
    for start in 0...(words.count - size) {
      var hash: UInt64 = 0
      for position in start..<start + size { hash = SplitMix64.mixed(hash &+ words[position]) }
      runs.append(hash)
    }
  }
  runs.sort()
  var count = 0
  for run in runs where count == 0 || runs[count - 1] != run {
    runs[count] = run
    count += 1
  }
  runs.removeLast(runs.count - count)
  return runs
}

/// The Jaccard index of two ascending lists, |A ∩ B| / |A ∪ B|.
public func jaccard(_ first: [UInt64], _ second: [UInt64]) -> Double {
  let common = commonCount(first, second)
  let all = first.count + second.count - common
  return all == 0 ? 0 : Double(common) / Double(all)
}

private func commonCount(_ first: [UInt64], _ second: [UInt64]) -> Int {
  var (i, j, common) = (0, 0, 0)
  while i < first.count, j < second.count {
    if first[i] == second[j] {
      common += 1
      i += 1
      j += 1
    } else if first[i] < second[j] {
      i += 1
    } else {
      j += 1
    }
  }
  return common
}
