/// What one rendering may cost: a template from elsewhere must end, and must not fill the memory.
struct Budget {
  /// Nodes evaluated, and texts made, eight bytes a unit. A long conversation in the largest real templates needs some
  /// hundred thousand.
  private var left = 10_000_000
  /// Calls within calls and blocks within blocks while rendering.
  private var depth = 0

  /// The longest text that is made, in bytes.
  static let largestText = 64 << 20
  /// The longest text that is gone through character by character, in bytes.
  static let longestWalk = 1 << 20
  private static let deepest = 600

  /// Pays for a node.
  mutating func spend() throws {
    left -= 1
    if left < 0 { throw Self.exhausted }
  }

  /// Pays for making a text or list of a size.
  mutating func spend(bytes: Int) throws {
    left -= bytes / 8 + 1
    if left < 0 { throw Self.exhausted }
  }

  /// Goes a level deeper.
  mutating func enter() throws {
    try spend()
    depth += 1
    if depth > Self.deepest {
      depth -= 1
      throw TemplateError.limit(
        "calls or blocks within each other are too deep (a macro that calls itself without end?)")
    }
  }

  /// Comes back.
  mutating func leave() { depth -= 1 }

  private static var exhausted: TemplateError {
    .limit("rendering takes too much work (a loop that goes on without need?)")
  }
}
