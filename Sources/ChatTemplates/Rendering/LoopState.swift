/// The variable `loop` in one iteration of a loop.
struct LoopState {
  let elements: [Value]
  let index: Int

  /// An attribute such as `loop.index`; nil for an unknown name.
  func attribute(_ name: String) -> Value? {
    switch name {
    case "index": .integer(index + 1)
    case "index0": .integer(index)
    case "revindex": .integer(elements.count - index)
    case "revindex0": .integer(elements.count - index - 1)
    case "first": .boolean(index == 0)
    case "last": .boolean(index == elements.count - 1)
    case "length": .integer(elements.count)
    // The depth of recursive loops, which are not supported.
    case "depth": .integer(1)
    case "depth0": .integer(0)
    case "previtem": index > 0 ? elements[index - 1] : .undefined("'loop.previtem' in the first iteration")
    case "nextitem":
      index + 1 < elements.count ? elements[index + 1] : .undefined("'loop.nextitem' in the last iteration")
    case "cycle": .method(Method(object: .loop(self), name: "cycle"))
    default: nil
    }
  }
}
