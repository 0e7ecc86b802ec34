import Adapters
import Recipes
import Reports

extension Recipe {
  /// Every value of the recipe in the order of the documentation, beside the default that a recipe with the same methods
  /// would have.
  package var entries: [RecipeEntry] {
    let defaults = Dictionary(
      self.defaults.map { ($0.keyPath, $0.value) }, uniquingKeysWith: { first, _ in first })
    return values.map { key, value in
      RecipeEntry(keyPath: key, value: value, defaultValue: Self.required.contains(key) ? nil : defaults[key])
    }
  }

  /// Keys that every recipe decides for itself.
  private static let required = ["output", "model.path", "model.tokenizer", "data.train"]

  /// The values of the shortest recipe with the same methods; none where an adapter or objective has keys that must be
  /// given.
  private var defaults: [(keyPath: String, value: String)] {
    var lines = ["output: o", "model: {path: m}", "data: {train: t}", "objective: {method: \(objective.method)}"]
    if let adapter { lines.append("adapter: {method: \(adapter.method)}") }
    return (try? RecipeFile(text: lines.joined(separator: "\n"), path: "defaults"))?.recipe.values ?? []
  }
}
