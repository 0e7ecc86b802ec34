import Adapters
import Diagnostics
import Inference
import LanguageModels
import Recipes
import Training

extension Recipe {
  /// What the recipe asks for that its objective cannot do.
  public func unsupported(at file: RecipeFile) -> [UserError] {
    guard objective.task.head == .score else { return [] }
    let reason = "a reward model scores answers and writes none; leave it out"
    return (evaluation.generate ? [file.error(at: "evaluation.generate", reason)] : [])
      + (evaluation.prompts.isEmpty ? [] : [file.error(at: "evaluation.prompts", reason)])
  }

  /// What keeps the recipe's adapter from fitting its model, each with its line.
  func adapterProblems(at file: RecipeFile, _ files: ModelFiles) -> [UserError] {
    guard let adapter else { return [] }
    if files.source == nil {
      return [file.error(at: "adapter", "an adapter needs a model that others have too: give model.path")]
    }
    let problems = adapter.problems(for: files.configuration, hasTokenizer: files.tokenizer != nil)
    return problems.map { file.error(at: "adapter.\($0.key)", $0.message) }
  }
}
