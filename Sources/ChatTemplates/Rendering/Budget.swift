/// What one rendering may cost: a template from elsewhere must end, and must not fill the memory.
///
/// Whatever goes through a value or makes one pays for it first: values may share their parts, so that a list of a
/// megabyte in memory may have texts without end.
final class Budget {
  /// Nodes evaluated or gone through, and texts made or gone through, eight bytes a unit. A long conversation in the
  /// largest real templates needs some hundred thousand.
  private var left = 10_000_000
  /// Calls within calls and blocks within blocks while rendering.
  private var depth = 0

  /// The longest text that is made, in bytes.
  static let largestText = 64 << 20
  /// The longest text that is gone through character by character, in bytes.
  static let longestWalk = 1 << 20
  private static let deepest = 600

  /// Pays for a node.
  func spend() throws { try spend(units: 1) }

  /// Pays for making a text or list of a size, or for going through it.
  func spend(bytes: Int) throws { try spend(units: bytes / 8 + 1) }

  /// Pays for as many nodes; a negative number is one that was too large to count.
  func spend(units: Int) throws {
    left = units < 0 || units > left ? -1 : left - units
    if left < 0 {
      throw TemplateError.limit("rendering takes too much work (a loop that goes on without need?)")
    }
  }

  /// Goes a level deeper.
  func enter() throws {
    try spend()
    depth += 1
    if depth > Self.deepest {
      depth -= 1
      throw TemplateError.limit(
        "calls or blocks within each other are too deep (a macro that calls itself without end?)")
    }
  }

  /// Comes back.
  func leave() { depth -= 1 }
}
