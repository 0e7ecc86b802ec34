import Checkpoints
import Foundation
import Testing

/// Every training method, stopped at some steps and resumed: the same numbers and the same files as without a stop.
@Suite("--resume", .needsProgram)
struct ResumeTests {
  /// A training method.
  struct Method: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// The sections that it adds to the recipe.
    let recipe: String
    var result = "adapter.h5"
    var records = "train.jsonl"
  }

  private static let methods = [
    Method(testDescription: "full", recipe: "", result: "model.h5"),
    Method(testDescription: "full, moments in int8", recipe: "optimizer: {moments: int8}", result: "model.h5"),
    Method(
      testDescription: "LoRA with dropout", recipe: "adapter: {method: lora, rank: 2, dropout: 0.3, targets: all}"),
    Method(testDescription: "DoRA", recipe: "adapter: {method: dora, rank: 2, dropout: 0.1, targets: all}"),
    Method(testDescription: "PiSSA", recipe: "adapter: {method: lora, rank: 2, initialization: pissa}"),
    Method(testDescription: "prefix", recipe: "adapter: {method: prefix, length: 3, reparameterization: {hidden: 8}}"),
    Method(testDescription: "prompt", recipe: "adapter: {method: prompt, length: 3}"),
    Method(testDescription: "bottleneck", recipe: "adapter: {method: bottleneck, placement: houlsby, width: 4}"),
    Method(testDescription: "IA3", recipe: "adapter: {method: ia3}"),
    Method(
      testDescription: "DPO with LoRA",
      recipe: "objective: {method: dpo, sft_weight: 0.5}\nadapter: {method: lora, rank: 2, dropout: 0.3, targets: all}",
      records: "pairs.jsonl"),
    // The reference's scores are kept in the output folder.
    Method(
      testDescription: "DPO, full", recipe: "objective: {method: dpo}", result: "model.h5", records: "pairs.jsonl"),
    Method(
      testDescription: "KTO, full", recipe: "objective: {method: kto}", result: "model.h5", records: "pairs.jsonl"),
    Method(
      testDescription: "ORPO, full", recipe: "objective: {method: orpo}", result: "model.h5", records: "pairs.jsonl"),
  ]

  @Test(
    "stopped in the middle of an epoch and between evaluation and checkpoint", arguments: methods,
    ["float32", "bfloat16"])
  func stopped(method: Method, precision: String) throws {
    let straight = try workspace(method, precision)
    let complete = try straight.run("run", "recipe.yaml")
    #expect(complete.exitCode == 0, "\(complete.messages)")
    let resumed = try workspace(method, precision, like: straight)
    // Ten records in batches of three: steps 4 and 8 end an epoch. There is an evaluation after every third step and a
    // checkpoint after every fifth.
    for (signal, step) in [(SIGINT, 2), (SIGTERM, 6), (SIGKILL, 9)] {
      let run = try resumed.run("run", "recipe.yaml", "--resume", signal: signal) {
        ((try? resumed.losses().count) ?? 0) >= step
      }
      // Whether the signal came in time or not, the run can be resumed.
      #expect([0, 128 + signal, signal].contains(run.exitCode), "\(run.messages)")
    }
    let end = try resumed.run("run", "recipe.yaml", "--resume")
    #expect(end.exitCode == 0, "\(end.messages)")
    #expect(try resumed.metrics("step").compactMap { $0["step"] as? Int } == Array(1...40))
    #expect(try resumed.losses() == straight.losses())
    // Compare the weights, not the files: an adapter file names the path of its base.
    let digests = try [resumed, straight].map {
      try weightsDigest(of: WeightsSource.open($0.file("out/\(method.result)")), threads: 1)
    }
    #expect(digests[0] == digests[1])
    let again = try resumed.run("run", "recipe.yaml", "--resume")
    #expect(again.exitCode == 0 && again.messages.contains("Nothing to do"), "\(again.messages)")
  }

  private func workspace(_ method: Method, _ precision: String, like other: Workspace? = nil) throws -> Workspace {
    let workspace = try Workspace()
    if let other {
      try FileManager.default.removeItem(at: workspace.file("model"))
      try FileManager.default.copyItem(at: other.file("model"), to: workspace.file("model"))
    }
    let pairs = (0..<10).map { #"{"prompt": "say \#($0)", "chosen": "yes \#($0)", "rejected": "no, \#(9 - $0)"}"# }
    try workspace.write("pairs.jsonl", pairs.joined(separator: "\n"))
    try workspace.writeRecipe(
      model: "{path: model, precision: \(precision)}",
      data: "{train: \(method.records), held_out: \(method.records), template: plain, shuffle: true}",
      training: "{steps: 40, batch_size: 3, micro_batch_size: 2}",
      more: "evaluation: {every: 3}\ncheckpoint: {every: 5, keep: 2}\n\(method.recipe)")
    return workspace
  }

  @Test("an adapter does not resume with another base")
  func otherBase() throws {
    let method = try #require(Self.methods.first { $0.testDescription == "LoRA with dropout" })
    let workspace = try workspace(method, "float32")
    let stopped = try workspace.run("run", "recipe.yaml", "training.steps=4000", signal: SIGINT) {
      ((try? workspace.losses().count) ?? 0) >= 2
    }
    #expect(stopped.exitCode == 130, "\(stopped.messages)")
    let file = workspace.file("model/model.safetensors")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: file)
    let refused = try workspace.run("run", "recipe.yaml", "training.steps=4000", "--resume")
    #expect(refused.exitCode == 3, "\(refused.messages)")
    #expect(refused.messages.contains("last.h5: belongs to another base"), "\(refused.messages)")
  }
}
