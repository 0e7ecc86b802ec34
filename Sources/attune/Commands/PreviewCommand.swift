import ArgumentParser
import InstructionData
import Recipes
import Runs

/// `attune preview RECIPE`: shows examples as the model will see them.
struct PreviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Shows examples as the model will see them, and the lengths of all examples.",
    discussion: """
          $ attune preview recipes/full.yaml
          $ attune preview recipes/full.yaml data.template=chatml --examples 1

      What is trained on is green, underlined on a terminal without colours, and in ⟦ ⟧ in a file or pipe. Special \
      tokens are shown by their names; ⏎ marks a line break. Below the examples are the lengths of all examples, and \
      what data.max_length and other limits do to them. `!` marks what the template does not show of a record, and what \
      else is worth knowing about it.

      --json: template; notes (how many records have each kind of note); examples, each with source, path, line, notes \
      (kind, message), tokens, trained_tokens, ids, trained (ranges of \
      positions) and pieces (text, trained, special); lengths (examples, empty, tokens, trained_tokens, shortest, median, \
      p90, p99, longest, histogram); length_policy; max_length and other_max_lengths (limit, too_long, dropped, \
      truncated, trained_tokens).
      """)

  @OptionGroup var recipe: RecipeArguments

  @Option(parsing: .unconditional, help: "How many examples to show, spread evenly over all examples.")
  var examples = 3

  @OptionGroup var threading: ThreadOptions

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws {
    if examples < 0 { throw ValidationError("'--examples \(examples)': expected a whole number of at least 0.") }
  }

  func run() throws {
    threading.apply()
    let file = try RecipeFile(path: recipe.path, overrides: recipe.overrides)
    let view = ReadingView()
    defer { view.finish() }
    let preview = try Preview(file) { view.show($0) }
    view.finish()
    Console.warnings(preview.notes)
    let policy = file.recipe.data.lengthPolicy
    let shown = chosen(from: preview.data.examples)
    if json {
      Console.output(json: preview.json(shown, policy, try preview.notes(on: shown)))
    } else {
      PreviewView(preview: preview, examples: shown, policy: policy, notes: try preview.notes(on: shown)).show()
    }
  }

  /// Examples spread evenly over all of them.
  private func chosen(from all: [Example]) -> [Example] {
    let count = min(examples, all.count)
    return (0..<count).map { all[$0 * all.count / count] }
  }
}
