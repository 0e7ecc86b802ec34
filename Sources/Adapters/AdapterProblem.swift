/// Why an adapter does not fit a model.
public struct AdapterProblem: Error, Equatable {
  /// The key of the recipe's section `adapter` whose value does not fit: `rank`.
  public let key: String
  /// What was found and what was expected.
  public let message: String

  /// Names the key and what is wrong with its value.
  public init(_ key: String, _ message: String) {
    (self.key, self.message) = (key, message)
  }
}
