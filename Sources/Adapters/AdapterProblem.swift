import Diagnostics

/// Why an adapter does not fit a model.
public struct AdapterProblem: Error, Equatable {
  /// The key of the recipe's section `adapter` that asks for what cannot be: `rank`.
  public let key: String
  /// What was found and what was expected.
  public let message: String

  /// Names the key and says what is wrong with it.
  public init(_ key: String, _ message: String) {
    (self.key, self.message) = (key, message)
  }
}
