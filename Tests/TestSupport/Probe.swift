import StrictJSON

/// A fingerprint of a tensor: its norm, its sum and a few entries, as the reference program wrote them.
public struct Probe {
  let norm: Double
  let sum: Double
  let entries: [(index: Int, value: Double)]

  /// Reads `{shape, norm, sum, index, value}`.
  public init?(_ value: JSONValue?) {
    guard let value, let norm = value["norm"]?.doubleValue, let sum = value["sum"]?.doubleValue else { return nil }
    self.norm = norm
    self.sum = sum
    entries = zip(value["index"]?.numbers ?? [], value["value"]?.numbers ?? []).map { (Int($0), $1) }
  }

  /// What differs beyond the bounds of the reference's README, or nil: the norm by a relative `bound`, entries by
  /// 1e-3·max(|value|, norm/√n), the sum by 1e-3·norm·√n.
  public func difference(from values: [Float], norm bound: Double = 1e-3) -> String? {
    let (count, total) = (Double(values.count), values.reduce(0.0) { $0 + Double($1) })
    let found = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    if abs(found - norm) > bound * norm { return "norm \(found), expected \(norm)" }
    if abs(total - sum) > 1e-3 * norm * count.squareRoot() { return "sum \(total), expected \(sum)" }
    for (index, value) in entries
    where abs(Double(values[index]) - value) > 1e-3 * max(abs(value), norm / count.squareRoot()) {
      return "entry \(index) is \(values[index]), expected \(value)"
    }
    return nil
  }
}
