import Checkpoints
import Foundation
import TestSupport
import Testing

/// The bundled model and records, trained with less memory for every weight.
@Suite("Full fine-tuning in less memory", .needsProgram)
struct LessMemoryTests {
  private static let bfloat16 = ["model.precision=bfloat16", "model.master=none"]

  /// Trains for forty steps.
  private func train(_ changes: [String]) throws -> Workspace {
    let workspace = try Workspace()
    let run = try ProgramRun(
      ["run", "recipes/full.yaml", "output=\(workspace.path)/out", "training.steps=40", "training.micro_batch_size=8"]
        + changes, workingDirectory: SharedAssets.repository.path)
    #expect(run.exitCode == 0, "\(run.messages)")
    return workspace
  }

  private func heldOutLoss(_ workspace: Workspace) throws -> Double {
    try #require(try workspace.metrics("evaluation").last?["loss"] as? Double)
  }

  @Test("ends within a hundredth of float32's held-out loss")
  func losses() throws {
    let exact = try train([])
    let (before, expected) = (
      try #require(try exact.metrics("evaluation").first?["loss"] as? Double), try heldOutLoss(exact)
    )
    // So much was learned that a hundredth says something.
    #expect(expected < 0.9 * before, "\(before), \(expected)")
    for changes in [["optimizer.moments=int8"], Self.bfloat16, Self.bfloat16 + ["optimizer.moments=int8"]] {
      let found = try heldOutLoss(try train(changes))
      #expect(abs(found / expected - 1) < 0.01, "\(changes): \(found), expected \(expected)")
    }
  }

  @Test("changes no number where gradients are freed during the backward pass", arguments: ["1.0", "none"])
  func inBackward(clipNorm: String) throws {
    let changes = Self.bfloat16 + ["optimizer.moments=int8", "optimizer.clip_norm=\(clipNorm)"]
    let (together, inBackward) = (try train(changes), try train(changes + ["optimizer.in_backward=true"]))
    #expect(try together.losses() == inBackward.losses())
    #expect(try heldOutLoss(together) == heldOutLoss(inBackward))
  }

  @Test("writes a bfloat16 model, which is answered from like any other, and refuses to resume with other moments")
  func result() throws {
    let workspace = try train(Self.bfloat16 + ["optimizer.moments=int8"])
    let tensors = try WeightsSource.open(workspace.file("out/model.h5")).tensors
    #expect(tensors.filter { $0.shape.count > 1 }.allSatisfy { $0.type == .bfloat16 })
    let checkpoint = try AttuneFile(workspace.file("out/last.h5"))
    #expect(checkpoint.tensors(in: .firstMoment).tensors.contains { $0.type == .uint8 })
    let generated = try ProgramRun(
      "generate", "--model", "out/model.h5", "--prompt", "Hello", "--max-new-tokens", "4",
      workingDirectory: workspace.path)
    #expect(generated.exitCode == 0, "\(generated.messages)")
    let resumed = try ProgramRun(
      "run", "recipes/full.yaml", "output=\(workspace.path)/out", "training.steps=40", "training.micro_batch_size=8",
      "model.precision=bfloat16", "model.master=none", "--resume", workingDirectory: SharedAssets.repository.path)
    #expect(resumed.exitCode == 2, "\(resumed.messages)")
    #expect(resumed.messages.contains("optimizer.moments: int8 is now float32"), "\(resumed.messages)")
  }
}
