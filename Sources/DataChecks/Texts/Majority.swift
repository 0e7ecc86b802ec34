/// The value of nearly all records: at least nine of ten known values must agree. Nil also for fewer than ten values.
public func majority<Value: Hashable>(of values: some Sequence<Value?>) -> Value? {
  var counts: [Value: Int] = [:]
  var total = 0
  for case .some(let value) in values {
    counts[value, default: 0] += 1
    total += 1
  }
  guard total >= 10, let most = counts.max(by: { $0.value < $1.value }), most.value * 10 >= total * 9 else {
    return nil
  }
  return most.key
}
