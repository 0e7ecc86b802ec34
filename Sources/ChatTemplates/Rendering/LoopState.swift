/// The variable `loop` of a loop's turn.
struct LoopState {
  let elements: [Value]
  let index: Int

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
    // Depths count the calls of recursive loops, which there are none of.
    case "depth": .integer(1)
    case "depth0": .integer(0)
    case "previtem": index > 0 ? elements[index - 1] : .undefined("'loop.previtem' before the first turn")
    case "nextitem":
      index + 1 < elements.count ? elements[index + 1] : .undefined("'loop.nextitem' behind the last turn")
    case "cycle": .method(Method(object: .loop(self), name: "cycle"))
    default: nil
    }
  }
}
