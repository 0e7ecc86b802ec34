import Diagnostics
import Recipes
import Runs
import Testing

@Suite("What a recipe's objective cannot do")
struct RecipeProblemsTests {
  private let recipe = """
    output: runs/short
    model: {path: models/tiny}
    data: {train: train.jsonl, held_out: held-out.jsonl}
    evaluation:
      generate: true
      prompts: [Hello]

    """

  @Test("a reward model writes no answers, and the message names the lines that ask for them")
  func rewardModel() throws {
    let file = try RecipeFile(text: recipe + "objective: reward", path: "x.yaml")
    let reason = "a reward model scores answers and writes none; leave it out"
    #expect(
      file.recipe.unsupported(at: file).map(\.message) == [
        "x.yaml:5: evaluation.generate: \(reason)", "x.yaml:6: evaluation.prompts: \(reason)",
      ])
  }

  @Test("other objectives do", arguments: ["sft", "dpo", "orpo", "simpo", "kto"])
  func others(objective: String) throws {
    let file = try RecipeFile(text: recipe + "objective: \(objective)", path: "x.yaml")
    #expect(file.recipe.unsupported(at: file).isEmpty)
  }
}
