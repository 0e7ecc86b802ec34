/// A file that was checked.
public struct CheckedFile: Sendable, Equatable {
  /// The path, as the recipe names it.
  public let path: String
  /// Whether it is held out.
  public let isHeldOut: Bool
  /// How many records it holds.
  public var records = 0

  init(path: String, isHeldOut: Bool) { (self.path, self.isHeldOut) = (path, isHeldOut) }
}
