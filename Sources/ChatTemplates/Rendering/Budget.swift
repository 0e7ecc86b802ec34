/// Limits the cost of one rendering: an untrusted template must end and must not fill the memory.
///
/// Code that iterates over a value or makes one pays for it first. Values can share their parts, so that a list of one
/// megabyte in memory can have an almost endless text.
final class Budget {
  /// The units that remain. A node that is evaluated or visited costs one, and so do eight bytes of text that is made or
  /// read. A long conversation in the largest real templates needs a few hundred thousand.
  private var left = 10_000_000
  /// The depth of nested calls and blocks.
  private var depth = 0

  /// The size in bytes of the longest text to make.
  static let largestText = 64 << 20
  /// The size in bytes of the longest text to iterate over by character.
  static let longestWalk = 1 << 20
  private static let deepest = 600

  /// Pays for a node.
  func spend() throws { try spend(units: 1) }

  /// Pays for making or reading a text or list of a size.
  func spend(bytes: Int) throws { try spend(units: bytes / 8 + 1) }

  /// Pays for making or reading a text; without one, for a node.
  @inline(never)
  func spend(on text: String?) throws { try spend(bytes: text?.utf8.count ?? 0) }

  /// Pays for a number of nodes. A negative number is one that was too large to count.
  @inline(never)
  func spend(units: Int) throws {
    left = units < 0 || units > left ? -1 : left - units
    if left < 0 {
      throw TemplateError.limit("rendering takes too much work (an endless loop?)")
    }
  }

  /// Enters a call or block.
  func enter() throws {
    try spend()
    depth += 1
    if depth > Self.deepest {
      depth -= 1
      throw TemplateError.limit(
        "calls or blocks are nested too deeply (a macro that calls itself endlessly?)")
    }
  }

  /// Leaves a call or block.
  func leave() { depth -= 1 }
}
