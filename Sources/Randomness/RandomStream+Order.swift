extension RandomStream {
  /// A uniformly distributed number in `0 ..< bound`; `bound` must be positive.
  public mutating func next(below bound: Int) -> Int {
    let bound = UInt64(bound)
    // The lowest 2⁶⁴ mod bound values are rejected, so that the others divide evenly.
    let excess = (0 &- bound) % bound
    while true {
      let bits = next()
      if bits >= excess { return Int(bits % bound) }
    }
  }

  /// The numbers `0 ..< count` in random order (Fisher and Yates).
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }

  /// Shuffles elements (Fisher and Yates).
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(last, next(below: last + 1)) }
  }
}
