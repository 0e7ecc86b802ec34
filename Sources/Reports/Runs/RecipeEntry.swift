/// A value of a run's resolved recipe, with its default.
package struct RecipeEntry: Sendable, Equatable {
  /// `optimizer.learning_rate`.
  package let keyPath: String
  /// The value in YAML on one line.
  package let value: String
  /// The default in YAML on one line; nil if the key has none.
  package let defaultValue: String?

  /// Whether the value differs from the default.
  package var isChanged: Bool { value != defaultValue }

  /// Creates an entry.
  package init(keyPath: String, value: String, defaultValue: String?) {
    (self.keyPath, self.value, self.defaultValue) = (keyPath, value, defaultValue)
  }
}
