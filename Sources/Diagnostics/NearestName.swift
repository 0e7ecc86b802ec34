/// The candidate that a mistyped name most likely meant, or nil where none is near.
///
/// Near means a Damerau–Levenshtein distance (insertions, deletions, substitutions, exchanges of neighbours) of at most
/// a third of the name's length, and at least one. Ties go to the earlier candidate.
public func nearestName(to name: String, in candidates: some Sequence<String>) -> String? {
  // Nobody mistypes a name as long as this; a file may hold one, and the distance takes time by both lengths.
  guard name.utf8.count <= 200 else { return nil }
  let wanted = Array(name.lowercased().utf8)
  let bound = max(1, wanted.count / 3)
  var best: (distance: Int, name: String)?
  // Each insertion or deletion costs one: what is much longer or shorter cannot be near.
  for candidate in candidates where abs(candidate.utf8.count - wanted.count) <= bound + 8 {
    let distance = editDistance(wanted, Array(candidate.lowercased().utf8))
    if distance <= bound, distance < best?.distance ?? .max { best = (distance, candidate) }
  }
  return best?.name
}

/// ` Did you mean 'x'?` where a candidate is near, otherwise an empty text: to be put behind a message.
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
