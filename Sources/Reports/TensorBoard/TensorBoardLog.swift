import Foundation
import StrictJSON

/// Writes a run's metrics for TensorBoard from the lines of `metrics.jsonl`.
package final class TensorBoardLog {
  private let file: EventFile

  /// Starts an event file.
  ///
  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - recipe: the resolved recipe, shown as a text.
  ///   - step: the step after which the run resumes; nil for a new run. Events of later steps in earlier files become
  ///     invalid.
  /// - Throws: `UserError` of kind `output`.
  package init(in folder: URL, recipe: String, resumingAt step: Int? = nil) throws {
    file = try EventFile(in: folder)
    if let step { try file.write(.restart, step: step == .max ? step : step + 1) }
    // Four spaces make a code block of any text.
    let block = recipe.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
    try file.write(.texts([("recipe", block.joined(separator: "\n"))]), step: step ?? 0)
  }

  /// Records one line.
  ///
  /// - Throws: `UserError` of kind `output`.
  package func record(_ line: JSONValue) throws {
    let step = line["step"]?.intValue ?? 0
    switch line["event"]?.stringValue {
    case "step": try record(Self.scalars(line, under: "train"), step)
    case "evaluation":
      let sources = line["sources"]?.arrayValue ?? []
      let named = sources.count > 1 ? sources : []
      try record(
        Self.scalars(line, under: "held_out")
          + named.flatMap { Self.scalars($0, under: "held_out/\($0["name"]?.stringValue ?? "")") }, step)
    case "samples":
      let samples = line["samples"]?.arrayValue ?? []
      let texts = samples.enumerated().map { index, sample in
        (tag: "samples/\(index + 1)", text: Self.conversation(sample))
      }
      if !texts.isEmpty { try file.write(.texts(texts), step: step) }
    case "answers":
      if let matches = line["matches"]?.doubleValue, let count = line["count"]?.doubleValue, count > 0 {
        try record([("held_out/exact_match", matches / count)], step)
      }
    default: break
    }
  }

  private func record(_ scalars: [(tag: String, value: Double)], _ step: Int) throws {
    if !scalars.isEmpty { try file.write(.scalars(scalars), step: step) }
  }

  /// The numbers of a line by their keys, except those that are not finite.
  private static func scalars(_ line: JSONValue, under group: String) -> [(tag: String, value: Double)] {
    (line.objectValue?.members ?? []).compactMap { key, value in
      key == "step" ? nil : value.doubleValue.map { ("\(group)/\(key)", $0) }
    }
  }

  /// A prompt and its answer in Markdown, both unchanged in code blocks.
  private static func conversation(_ sample: JSONValue) -> String {
    func block(_ key: String) -> String {
      (sample[key]?.stringValue ?? "").split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        .map { "    \($0)" }.joined(separator: "\n")
    }
    return "**Prompt**\n\n\(block("prompt"))\n\n**Answer**\n\n\(block("answer"))"
  }
}
