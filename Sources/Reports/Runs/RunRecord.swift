import Diagnostics
import Foundation
import InputFiles
import StrictJSON

/// What a run has reported so far: its `metrics.jsonl`, in columns.
package struct RunRecord: Sendable {
  /// The run's folder.
  package let folder: URL
  /// The line `start`: sizes, version.
  package private(set) var start = JSONValue.null
  /// The lines `session`, one for each process that worked on the run: machine and time.
  package private(set) var sessions: [JSONValue] = []
  /// The line `data`: what each file contributed.
  package private(set) var data: JSONValue?
  /// Every number of the lines `step`.
  package private(set) var steps: [String: Series] = [:]
  /// Every number of the lines `evaluation`.
  package private(set) var evaluations: [String: Series] = [:]
  /// The losses of each held-out source, in their order, if there are several.
  package private(set) var sources: [(name: String, losses: Series)] = []
  /// The lines `samples`: answers to the recipe's prompts.
  package private(set) var samples: [JSONValue] = []
  /// The lines `answers`: answers to the held-out prompts.
  package private(set) var answers: [JSONValue] = []
  /// The line `end`; nil if the run has not ended.
  package private(set) var end: JSONValue?
  /// How many steps were skipped because of a value that is not finite.
  package private(set) var skipped = 0
  /// The wall time of all sessions in seconds, as far as it is known.
  package private(set) var seconds = 0.0
  /// The joules of all sessions; nil if they were not measured.
  package private(set) var joules: Double?

  /// Reads a run's folder.
  ///
  /// - Throws: `UserError` of kind `file` that names the folder, or the line that is not JSON.
  package init(_ folder: URL) throws {
    self.folder = folder
    let url = folder.appendingPathComponent("metrics.jsonl")
    if isMissing(folder.path) { throw missingFile(folder.relativePath, "there is no such folder") }
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw UserError.file("\(folder.path): contains no metrics.jsonl; expected the output folder of a run")
    }
    var session = Session()
    var lines = LineReader(try ByteReader(path: url.path))
    // A line without a line break is still being written.
    while let line = try lines.next(), lines.isComplete {
      if line.isEmpty { continue }
      let value: JSONValue
      do {
        value = try JSONValue(parsing: line)
      } catch let error as JSONError {
        throw UserError.file(error.message(in: url.path, startingAt: lines.number))
      }
      take(value, &session)
    }
    close(session)
  }

  /// The time and energy of one process.
  private struct Session {
    var seconds = 0.0
    var joules: Double?
  }

  private mutating func take(_ line: JSONValue, _ session: inout Session) {
    if let spent = line["session_seconds"]?.doubleValue {
      session = Session(seconds: spent, joules: line["session_joules"]?.doubleValue)
    }
    switch line["event"]?.stringValue {
    case "start": start = line
    case "session":
      close(session)
      session = Session()
      sessions.append(line)
    case "data": data = line
    case "step":
      Self.append(line, to: &steps)
      if line["skipped"]?.boolValue == true { skipped += 1 }
    case "evaluation":
      Self.append(line, to: &evaluations)
      takeSources(line)
    case "samples": samples.append(line)
    case "answers": answers.append(line)
    case "end": end = line
    default: break
    }
  }

  private mutating func close(_ session: Session) {
    seconds += session.seconds
    if let spent = session.joules { joules = (joules ?? 0) + spent }
  }

  private static func append(_ line: JSONValue, to columns: inout [String: Series]) {
    guard let step = line["step"]?.doubleValue else { return }
    for (key, value) in line.objectValue?.members ?? [] {
      if let number = value.doubleValue { columns[key, default: Series()].append(step, number) }
    }
  }

  private mutating func takeSources(_ line: JSONValue) {
    guard let step = line["step"]?.doubleValue, let list = line["sources"]?.arrayValue, list.count > 1 else { return }
    for source in list {
      guard let name = source["name"]?.stringValue, let loss = source["loss"]?.doubleValue else { continue }
      if let index = sources.firstIndex(where: { $0.name == name }) {
        sources[index].losses.append(step, loss)
      } else {
        sources.append((name, Series([(step, loss)])))
      }
    }
  }
}
