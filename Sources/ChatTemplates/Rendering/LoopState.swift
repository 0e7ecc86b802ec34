/// The variable `loop` of a loop's turn.
struct LoopState {
  let elements: [Value]
  let index: Int
  /// Loops around this one.
  let depth: Int

  /// `loop.index` and its like; nil for a name that it doesn't have.
  func attribute(_ name: String) -> Value? {
    switch name {
    case "index": .integer(index + 1)
    case "index0": .integer(index)
    case "revindex": .integer(elements.count - index)
    case "revindex0": .integer(elements.count - index - 1)
    case "first": .boolean(index == 0)
    case "last": .boolean(index == elements.count - 1)
    case "length": .integer(elements.count)
    case "depth": .integer(depth + 1)
    case "depth0": .integer(depth)
    case "previtem": index > 0 ? elements[index - 1] : .undefined("'loop.previtem' before the first turn")
    case "nextitem":
      index + 1 < elements.count ? elements[index + 1] : .undefined("'loop.nextitem' behind the last turn")
    case "cycle": .method(Method(object: .loop(self), name: "cycle"))
    default: nil
    }
  }
}
