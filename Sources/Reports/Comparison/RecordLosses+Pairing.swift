/// Why two runs cannot be compared record by record.
package struct Unpaired: Error, Equatable {
  /// The reason, as a clause.
  package let reason: String
}

extension RecordLosses {
  /// The difference to another run's losses on the same records.
  ///
  /// - Throws: ``Unpaired`` if the records are not the same.
  package func difference(to other: RecordLosses) throws(Unpaired) -> PairedDifference {
    guard sources.map(\.name) == other.sources.map(\.name) else {
      throw Unpaired(reason: "their held-out sets have different names")
    }
    for (mine, others) in zip(sources, other.sources) {
      if let mine = mine.checksum, let others = others.checksum, mine != others {
        throw Unpaired(reason: "their held-out files differ")
      }
      guard mine.lines == others.lines else {
        throw Unpaired(reason: "they stored different records of the held-out file '\(mine.name)'")
      }
      guard mine.counts == others.counts else {
        throw Unpaired(reason: "their held-out records have different numbers of trained tokens")
      }
    }
    let (first, second) = (sources.flatMap(\.losses), other.sources.flatMap(\.losses))
    guard (first + second).allSatisfy(\.isFinite) else { throw Unpaired(reason: "a held-out loss is not finite") }
    return PairedDifference(first, second, counts: sources.flatMap(\.counts))
  }
}
