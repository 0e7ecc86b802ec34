/// The candidate that a mistyped name most likely means, or nil if none is close.
///
/// Close means within a Damerau–Levenshtein distance (insertions, deletions, substitutions, transpositions of adjacent
/// characters) of a third of the name's length, and at least 1. Ties go to the earlier candidate.
public func nearestName(to name: String, in candidates: some Sequence<String>) -> String? {
  // Nobody types a name this long, but a file may contain one, and computing the distance takes time proportional to
  // the product of the lengths.
  guard name.utf8.count <= 200 else { return nil }
  let typed = Array(name.lowercased().utf8)
  let bound = max(1, typed.count / 3)
  var best: (distance: Int, name: String)?
  // Each insertion or deletion costs 1, so a candidate that is much longer or shorter cannot be close.
  for candidate in candidates where abs(candidate.utf8.count - typed.count) <= bound + 8 {
    let distance = editDistance(typed, Array(candidate.lowercased().utf8))
    if distance <= bound, distance < best?.distance ?? .max { best = (distance, candidate) }
  }
  return best?.name
}

/// ` Did you mean 'x'?` if a candidate is close, otherwise an empty string; append it to a message.
public func suggestion(for name: String, in candidates: some Sequence<String>) -> String {
  nearestName(to: name, in: candidates).map { " Did you mean '\($0)'?" } ?? ""
}

/// Optimal string alignment distance between two byte strings.
private func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
  var twoBack: [Int] = []
  var previous = Array(0...second.count)
  for i in 0..<first.count {
    var row = [i + 1]
    row.reserveCapacity(second.count + 1)
    for j in 0..<second.count {
      var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (first[i] == second[j] ? 0 : 1))
      if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] { cost = min(cost, twoBack[j - 1] + 1) }
      row.append(cost)
    }
    (twoBack, previous) = (previous, row)
  }
  return previous[second.count]
}
