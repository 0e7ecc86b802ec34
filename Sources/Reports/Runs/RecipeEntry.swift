/// A value of a run's resolved recipe, beside the default.
package struct RecipeEntry: Sendable, Equatable {
  /// `optimizer.learning_rate`.
  package let keyPath: String
  /// The value in YAML on one line.
  package let value: String
  /// The default in YAML on one line; nil where the key has none.
  package let defaultValue: String?

  /// Whether somebody has decided otherwise than the default, or where there is none.
  package var isChanged: Bool { value != defaultValue }

  /// A value.
  package init(keyPath: String, value: String, defaultValue: String?) {
    (self.keyPath, self.value, self.defaultValue) = (keyPath, value, defaultValue)
  }
}
