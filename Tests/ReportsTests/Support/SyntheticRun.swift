import Foundation
import Reports
import StrictJSON

/// A run's folder with synthetic metrics, removed when the value is released.
final class SyntheticRun {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-report-\(UUID())")

  /// Text that would be harmful as markup, as a script, or as the end of either.
  static let hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \" ' & \u{0} \u{202E}"

  /// A run of some steps, evaluated ten times.
  ///
  /// - Parameters:
  ///   - name: used wherever a run contains text from outside: paths, prompts, answers.
  ///   - isPreference: whether the lines contain rewards.
  init(steps: Int = 200, name: String = "train.jsonl", isPreference: Bool = false) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var lines: [JSONValue] = [
      [
        "event": "start", "parameters": 5_000_000, "trainable_parameters": 125_000, "version": "0.1.0",
        "steps": .integer(steps),
      ],
      ["event": "session", "step": 0, "time": "2026-01-02T03:04:05Z", "processor": .string(name), "threads": 2],
      [
        "event": "data",
        "train": [
          ["name": .string(name), "path": .string(name), "records": 100, "tokens": 1000, "trained_tokens": 400]
        ],
        "held_out": [],
      ],
      Self.evaluation(0, loss: 4), Self.samples(0, name, "before"),
    ]
    for step in 1...steps {
      lines.append(Self.step(step, of: steps, isPreference))
      if step % max(1, steps / 10) == 0 {
        lines += [Self.evaluation(step, loss: Self.loss(step, steps) + 0.1), Self.samples(step, name, "during")]
      }
    }
    lines += [
      ["event": "checkpoint", "step": .integer(steps), "kind": "last", "session_seconds": 59],
      Self.samples(steps, name, "after"),
      ["event": "end", "seconds": 60, "steps": .integer(steps), "result": "model.h5", "session_seconds": 60],
    ]
    try Data(lines.map { $0.compactText + "\n" }.joined().utf8).write(to: metrics)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var metrics: URL { folder.appendingPathComponent("metrics.jsonl") }

  /// The page about the run.
  func page(recipe: [RecipeEntry] = [], statedWatts: Double? = nil) throws -> RunPage {
    RunPage(try RunRecord(folder), recipe: recipe, statedWatts: statedWatts)
  }

  private static func loss(_ step: Int, _ steps: Int) -> Double {
    3 * exp(-4 * Double(step) / Double(steps)) + 0.5
  }

  private static func step(_ step: Int, of steps: Int, _ isPreference: Bool) -> JSONValue {
    let noise = 0.2 * sin(Double(step) * 12.9898) * cos(Double(step) * 78.233)
    let progress = Double(step) / Double(steps)
    var members: [(key: String, value: JSONValue)] = [
      ("event", "step"), ("step", .integer(step)), ("loss", .double(loss(step, steps) + noise)),
      ("learning_rate", .double(1e-3 * (1 - progress))), ("gradient_norm", .double(2 + 5 * noise)), ("tokens", 1000),
      ("tokens_per_second", .double(4000 + 800 * noise)), ("seconds", 0.25),
      ("peak_memory_bytes", .integer(300_000_000 + min(step, 20) * 1_000_000)),
    ]
    if isPreference {
      members += [
        ("chosen_reward", .double(progress + noise)), ("rejected_reward", .double(-2 * progress + noise)),
        ("margin", .double(3 * progress)), ("accuracy", .double(0.5 + 0.4 * progress)),
      ]
    }
    return .members(members)
  }

  private static func evaluation(_ step: Int, loss: Double) -> JSONValue {
    ["event": "evaluation", "step": .integer(step), "loss": .double(loss), "perplexity": .double(exp(loss))]
  }

  private static func samples(_ step: Int, _ text: String, _ moment: String) -> JSONValue {
    [
      "event": "samples", "step": .integer(step), "moment": .string(moment),
      "samples": [["prompt": .string("Say \(text)"), "answer": .string("\(text) after step \(step)")]],
    ]
  }
}
