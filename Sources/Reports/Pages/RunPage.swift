import Diagnostics
import Foundation
import OutputFiles

/// `report.html`: a run from its recipe to its result, on one page.
package struct RunPage {
  let run: RunRecord
  let recipe: [RecipeEntry]
  let statedWatts: Double?

  /// A page about a run.
  ///
  /// - Parameters:
  ///   - recipe: the resolved recipe, in its order.
  ///   - statedWatts: what the machine draws, as the user says.
  package init(_ run: RunRecord, recipe: [RecipeEntry], statedWatts: Double?) {
    (self.run, self.recipe, self.statedWatts) = (run, recipe, statedWatts)
  }

  /// Writes the page.
  ///
  /// - Throws: `UserError` of kind `output`.
  package func write(to url: URL) throws { try writeAtomically(Data(document.utf8), to: url) }

  /// The whole page.
  package var document: String {
    let parts = [
      header, HTML.section("Result", id: "result", [keyFigures]),
      HTML.section("Curves", id: "curves", curves), HTML.section("Samples", id: "samples", samples),
      HTML.section("Data", id: "data", dataReport), HTML.section("Recipe", id: "recipe", recipeReport),
      HTML.section("Environment", id: "environment", [environment]), footer,
    ]
    return Page(title: "\(run.name) · attune", body: parts.compactMap(\.self)).document
  }

  private var header: HTML {
    let state: HTML =
      if !run.isComplete {
        "<span class=\"status open\">\(run.lastStep) of \(run.plannedSteps.map(String.init) ?? "?") steps</span>"
      } else if run.isStoppedEarly {
        "<span class=\"status\">stopped early</span>"
      } else {
        "<span class=\"status\">complete</span>"
      }
    return """
      <header><p class="brand">attune · run report</p>
      <h1>\(run.name) \(state)</h1><p>\(subtitle)</p></header>
      """
  }

  /// What was done, in a sentence.
  private var subtitle: String {
    let method = value("objective.method")?.uppercased() ?? "Training"
    let how = value("adapter.method").map { "with \($0)" } ?? "of every weight"
    let model = value("model.path") ?? "a model with random weights"
    return "\(method) \(how), from \(model): \(Human.count(run.lastStep)) steps in \(Human.duration(run.totalSeconds))."
  }

  /// A value of the recipe; nil where it is null.
  func value(_ keyPath: String) -> String? {
    recipe.first { $0.keyPath == keyPath && $0.value != "null" }?.value
  }

  private var footer: HTML {
    let version = run.start["version"]?.stringValue ?? ""
    return """
      <footer>Made by attune \(version) from metrics.jsonl and recipe.yaml; <code>attune report \(run.name)</code> makes it \
      again.</footer>
      """
  }
}
