import Adapters
import Diagnostics
import Recipes
import Testing

@Suite("Overrides of the command line")
struct OverrideTests {
  private func recipe(_ overrides: String...) throws -> Recipe {
    try RecipeFile(text: exampleRecipe, path: "lora.yaml", overrides: overrides).recipe
  }

  private func report(_ overrides: String...) -> String {
    do {
      _ = try RecipeFile(text: exampleRecipe, path: "lora.yaml", overrides: overrides)
      return ""
    } catch { return "\(error)" }
  }

  @Test("a value of any kind, in YAML")
  func values() throws {
    #expect(try recipe("optimizer.learning_rate=5e-4").optimizer.learningRate == 5e-4)
    #expect(try recipe("data.packing=false").data.packing == false)
    #expect(try recipe("output=runs/a=b").output == "runs/a=b")
    #expect(try recipe("data.train=[a.jsonl, b.jsonl]").data.train.count == 2)
    #expect(try recipe("data.held_out={x: x.jsonl}", "data.held_out.y=y.jsonl").data.heldOut.map(\.name) == ["x", "y"])
    #expect(try recipe("adapter=null").adapter == nil)
    #expect(try recipe("objective=dpo").objective == .dpo(.init()))
  }

  @Test("a section that the file doesn't have is made")
  func missingSection() throws {
    let file = try RecipeFile(
      text: shortestRecipe, path: "x.yaml", overrides: ["adapter.method=lora", "adapter.rank=2"])
    let settings = try #require(file.recipe.adapter?.settings as? LoRA)
    #expect(settings.rank == 2)
  }

  @Test("one of two alternatives takes the other's place")
  func alternatives() throws {
    #expect(try recipe("training.steps=2").training.length == .steps(2))
    #expect(try recipe("schedule.warmup_fraction=0.1").schedule.warmup == .fraction(0.1))
    #expect(
      report("training.steps=2", "training.epochs=1")
        == "override 'training.steps=2': training.steps: give either `epochs` or `steps`, not both.")
  }

  @Test("the last of several counts")
  func repeated() throws {
    #expect(try recipe("seed=1", "seed=2").seed == 2)
  }

  @Test(
    "mistakes name the override",
    arguments: [
      ("training.stps=2", "override 'training.stps=2': training.stps is not a key. Did you mean 'steps'?"),
      ("trainng.steps=2", "override 'trainng.steps=2': trainng is not a key. Did you mean 'training'?"),
      (
        "training.batch_size=x",
        "override 'training.batch_size=x': training.batch_size: expected a whole number of at least 1, found 'x'."
      ),
      ("training.steps", "'training.steps' is not an override: expected key.path=value, as in training.epochs=1."),
      ("=2", "'=2' is not an override: expected key.path=value, as in training.epochs=1."),
      ("a..b=2", "'a..b=2' is not an override: expected key.path=value, as in training.epochs=1."),
      ("seed.x=2", "override 'seed.x=2': there are no keys inside 'seed'."),
      (
        "seed=[1",
        "override 'seed=[1': the value is not valid YAML: did not find expected ',' or ']' while parsing a flow sequence that begins on line 1."
      ),
      ("seed=", "override 'seed=': seed: expected a whole number of at least 0, found nothing."),
      (
        "adapter={method: lora, rank: 1, rank: 2}",
        "override 'adapter={method: lora, rank: 1, rank: 2}': rank is given twice: give it once."
      ),
    ])
  func mistakes(override: String, message: String) {
    #expect(report(override) == message)
  }

  @Test("mistakes of the file and of overrides are in one report")
  func together() {
    do {
      _ = try RecipeFile(text: shortestRecipe + "sed: 1", path: "x.yaml", overrides: ["logging.evry=2"])
      Issue.record("accepted")
    } catch {
      #expect(
        "\(error)" == """
          x.yaml:4: sed is not a key. Did you mean 'seed'?
          override 'logging.evry=2': logging.evry is not a key. Did you mean 'every'?
          """)
    }
  }
}
