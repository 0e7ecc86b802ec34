import Foundation
import OutputFiles
import Testing

/// A run that is killed again and again ends with the same bits as one that is not.
///
/// `ATTUNE_CRASH_KILLS` sets the number of kills, 20 by default:
///
///     ATTUNE_CRASH_KILLS=200 swift test -c release --filter CrashTests
@Suite("SIGKILL at any moment", .needsProgram)
struct CrashTests {
  private static let kills = ProcessInfo.processInfo.environment["ATTUNE_CRASH_KILLS"].flatMap { Int($0) } ?? 20
  private static let steps = 300

  /// A new folder with the run's recipe and another folder's model. The relative paths are the same in each, so that
  /// results can be compared byte for byte.
  private func workspace(like other: Workspace? = nil) throws -> Workspace {
    let workspace = try Workspace()
    if let other {
      try FileManager.default.removeItem(at: workspace.file("model"))
      try FileManager.default.copyItem(at: other.file("model"), to: workspace.file("model"))
    }
    try workspace.writeRecipe(
      data: "{train: train.jsonl, held_out: train.jsonl, template: plain}",
      training: "{steps: \(Self.steps), batch_size: 4, micro_batch_size: 2}",
      more: "evaluation: {every: 7}\ncheckpoint: {every: 3, keep: 2}\noptimizer: {learning_rate: 1e-3}")
    return workspace
  }

  /// The metrics of steps and evaluations, without times.
  private func history(_ workspace: Workspace) throws -> [String] {
    try (workspace.metrics("step") + workspace.metrics("evaluation")).map { line in
      ["event", "step", "epoch", "loss", "learning_rate", "gradient_norm", "tokens", "best", "perplexity"]
        .map { "\($0): \(line[$0] ?? "none")" }.joined(separator: ", ")
    }
  }

  private func hasPartialFile(_ workspace: Workspace) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: workspace.file("out").path)) ?? []
    return names.contains { $0.hasSuffix(".partial") }
  }

  @Test("killed, sometimes while it writes a checkpoint, and resumed until it is done")
  func killed() throws {
    let straight = try workspace()
    #expect(try straight.run("run", "recipe.yaml").exitCode == 0)
    let expected = try history(straight)
    #expect(try straight.metrics("step").compactMap { $0["step"] as? Int } == Array(1...Self.steps))

    var (kills, killsWhileWriting, runs) = (0, 0, 0)
    while kills < Self.kills {
      let crashed = try workspace(like: straight)
      runs += 1
      while true {
        if kills == Self.kills {
          let run = try crashed.run("run", "recipe.yaml", "--resume")
          #expect(run.exitCode == 0, "\(run.messages)")
          break
        }
        // Every second kill waits until a file is being written.
        let (start, delay) = (ContinuousClock.now, Duration.milliseconds(Int.random(in: 0...400)))
        let waitsForFile = kills.isMultiple(of: 2)
        let run = try crashed.run("run", "recipe.yaml", "--resume", signal: SIGKILL) {
          ContinuousClock.now - start > delay && (!waitsForFile || hasPartialFile(crashed))
        }
        if run.exitCode == 0 { break }
        #expect(run.exitCode == SIGKILL, "\(run.messages)")
        #expect(!run.messages.contains("is skipped"), "\(run.messages)")
        kills += 1
        if hasPartialFile(crashed) { killsWhileWriting += 1 }
      }
      #expect(try history(crashed) == expected)
      for name in ["model.h5", "last.h5", "best.h5"] {
        let isSame = try Data(contentsOf: crashed.file("out/\(name)")) == Data(contentsOf: straight.file("out/\(name)"))
        #expect(isSame, "\(name) differs")
      }
      #expect(!hasPartialFile(crashed))
    }
    #expect(killsWhileWriting > 0)
    print("crash test: \(kills) kills over \(runs) runs, \(killsWhileWriting) of them while a file was being written")
  }
}
