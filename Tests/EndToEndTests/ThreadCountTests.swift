import Checkpoints
import Foundation
import TestSupport
import Testing

/// Training with several numbers of threads: the same numbers and the same weights.
@Suite("--threads changes no bit", .needsProgram)
struct ThreadCountTests {
  private static let full = "recipes/quickstart.yaml"

  /// Recipes and what is changed in them; micro-batches with few tokens and with many.
  private static let runs: [(recipe: String, changes: [String], result: String)] = [
    (full, ["training.batch_size=4", "training.micro_batch_size=2"], "model.h5"),
    (full, ["training.batch_size=24", "training.micro_batch_size=12"], "model.h5"),
    (
      "recipes/lora.yaml", ["training.batch_size=8", "training.micro_batch_size=4", "adapter.dropout=0.1"], "adapter.h5"
    ),
    ("recipes/dpo-lora.yaml", ["training.batch_size=4", "training.micro_batch_size=2"], "adapter.h5"),
    ("recipes/kto.yaml", ["training.batch_size=8", "training.micro_batch_size=4"], "adapter.h5"),
  ]

  @Test("one, two and three", arguments: runs, ["float32", "bfloat16"])
  func threads(run: (recipe: String, changes: [String], result: String), precision: String) throws {
    let workspace = try Workspace()
    let outcomes = try [1, 2, 3].map { threads in
      let output = "out\(threads)"
      let trained = try ProgramRun(
        [
          "run", run.recipe, "output=\(workspace.path)/\(output)", "training.steps=3", "model.precision=\(precision)",
          "evaluation.every=1000", "evaluation.generate=false", "evaluation.prompts=[]", "--threads", "\(threads)",
        ] + run.changes, workingDirectory: SharedAssets.repository.path)
      #expect(trained.exitCode == 0, "\(trained.messages)")
      let weights = try weightsDigest(of: WeightsSource.open(workspace.file("\(output)/\(run.result)")), threads: 1)
      let steps = try workspace.metrics("step", in: output).map { "\($0["loss"] ?? "") \($0["gradient_norm"] ?? "")" }
      return [weights] + steps
    }
    #expect(outcomes[0].count == 4)
    #expect(outcomes[1] == outcomes[0] && outcomes[2] == outcomes[0])
  }
}
