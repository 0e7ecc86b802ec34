import InstructionData
import LanguageModels
import Recipes
import Testing
import Training

@Suite("Each objective makes its task")
struct LearningTaskTests {
  private func task(_ objective: String) throws -> any LearningTask {
    try RecipeFile(text: shortestRecipe + "objective: \(objective)", path: "x.yaml").recipe.objective.task
  }

  @Test(
    "what is read, which head is needed, what is compared with",
    arguments: [
      ("sft", .demonstration, .vocabulary, nil), ("dpo", .preference, .vocabulary, .beginning),
      ("{method: dpo, loss: ipo, reference: m}", .preference, .vocabulary, .path("m")),
      ("orpo", .preference, .vocabulary, nil), ("simpo", .preference, .vocabulary, nil),
      ("kto", .judgement, .vocabulary, .beginning),
      ("{method: kto, reference: m}", .judgement, .vocabulary, .path("m")), ("reward", .preference, .score, nil),
    ] as [(String, RecordPurpose, OutputHead, ReferenceModel?)])
  func tasks(objective: String, purpose: RecordPurpose, head: OutputHead, reference: ReferenceModel?) throws {
    let task = try task(objective)
    #expect(task.purpose == purpose && task.head == head && task.reference == reference)
  }

  @Test("only a task with a reference has answers scored, and KTO those to other prompts of the same set too")
  func scoredAnswers() throws {
    let pairs = (1...3).map { line in
      PreferenceExample(
        prompt: [Int32(10 + line)], chosen: [Int32(line)], rejected: [9], origin: ExampleOrigin(source: 0, line: line))
    }
    func scored(_ task: any LearningTask) throws -> [PreferenceExample] {
      try #require(task as? PreferenceTask).preparation(
        training: Array(pairs.prefix(2)), heldOut: Array(pairs.suffix(1)), positions: 512
      ).scored
    }
    #expect(try scored(task("orpo")).isEmpty && scored(task("reward")).isEmpty)
    #expect(try scored(task("dpo")) == pairs)
    let other = try scored(task("kto"))
    #expect(Array(other.prefix(3)) == pairs && other.dropFirst(3).map(\.chosen) == [[2], [1]])
  }

  @Test("a model is evaluated by the first objective for its head")
  func evaluation() {
    #expect(Recipe.Objective.evaluating(.vocabulary) == .sft)
    #expect(Recipe.Objective.evaluating(.score) == .reward)
  }
}
