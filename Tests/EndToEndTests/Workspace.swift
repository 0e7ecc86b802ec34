import Foundation
import Testing

/// A temporary folder for one test, with a tiny model and records in it; it is removed with the value.
final class Workspace {
  /// The folder's path; programs run in it, so that paths in messages are short.
  let path: String
  /// The model that the tests train: random weights, 259 tokens.
  let model = TinyModel()

  /// Creates the folder with `model/` and `train.jsonl`.
  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("attune-test-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try model.write(to: "\(path)/model")
    try write(
      "train.jsonl",
      (0..<10).map { #"{"prompt": "\#($0) and \#($0)", "completion": " make \#(2 * $0)"}"# }.joined(separator: "\n"))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a text file.
  func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: file(name)) }

  /// The location of a file in the folder.
  func file(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }

  /// Whether a file or folder exists.
  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name).path) }

  /// Writes a recipe that trains the tiny model for a few steps.
  func writeRecipe(
    _ name: String = "recipe.yaml", output: String = "out", model: String = "{path: model}",
    data: String = "{train: train.jsonl, template: plain}", training: String = "{steps: 4, batch_size: 4}",
    more: String = ""
  ) throws {
    try write(
      name,
      """
      output: \(output)
      model: \(model)
      data: \(data)
      training: \(training)
      \(more)

      """)
  }

  /// Runs the program in the folder, on one thread if the command computes.
  func run(
    _ arguments: String..., shell: String? = nil, signal: Int32? = nil, times: Int = 1,
    when isTime: () -> Bool = { false }
  ) throws -> ProgramRun {
    let computes = ["run", "validate", "check-data", "evaluate", "generate", "merge", "extract", "estimate"]
      .contains(arguments[0])
    return try ProgramRun(
      arguments + (computes ? ["--threads", "1"] : []), workingDirectory: path, shell: shell, signal: signal,
      times: times, when: isTime)
  }

  /// The lines of a run's `metrics.jsonl` with one kind of event.
  func metrics(_ event: String, in output: String = "out") throws -> [[String: Any]] {
    let text = try String(contentsOf: file("\(output)/metrics.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }.filter { $0["event"] as? String == event }
  }

  /// The losses of a run's steps.
  func losses(in output: String = "out") throws -> [Double] {
    try metrics("step", in: output).compactMap { $0["loss"] as? Double }
  }

  /// Expects an error: an exit code, one error message for each of these texts that contains it, and no output.
  func expectRefusal(
    _ run: ProgramRun, code: Int32, _ lines: String..., output: String? = "out",
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(run.exitCode == code, "\(run.messages)", sourceLocation: location)
    #expect(run.output.isEmpty, sourceLocation: location)
    let errors = run.messages.split(separator: "\n").filter { $0.hasPrefix("attune: ") && !$0.contains("warning:") }
    #expect(errors.count == lines.count, "\(run.messages)", sourceLocation: location)
    for (line, expected) in zip(errors, lines) {
      #expect(line.contains(expected), "'\(expected)' is not in '\(line)'", sourceLocation: location)
    }
    if let output { #expect(!has(output), "something was written to \(output)", sourceLocation: location) }
  }
}
