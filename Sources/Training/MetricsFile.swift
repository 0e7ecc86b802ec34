import Diagnostics
import Foundation
import InputFiles
import OutputFiles
import StrictJSON
import Tensors

/// `metrics.jsonl`: what happened in a run, one object a line, readable while it grows.
public final class MetricsFile {
  private let handle: FileHandle
  private let path: String

  /// Starts a file, or resumes one after a step: lines of later steps are cut off, so that no step appears twice.
  ///
  /// - Parameters:
  ///   - step: the step of the checkpoint that the run resumes from; nil starts a new file.
  ///   - evaluatesAgain: whether the run resumes with the evaluation after that step.
  /// - Throws: `UserError` of kind `output`; of kind `file` if the file to resume cannot be read.
  public init(_ url: URL, resumingAt step: Int? = nil, evaluatesAgain: Bool = false) throws {
    path = url.path
    let file = try PartialFile(for: url)
    if let step, FileManager.default.fileExists(atPath: path) {
      try Self.copyLines(of: url, upTo: step, evaluatesAgain: evaluatesAgain, to: file)
    }
    try file.commit()
    do {
      handle = try FileHandle(forWritingTo: url)
      try handle.seekToEnd()
    } catch {
      throw UserError.output("\(path): cannot be written: \(systemReason(error))")
    }
  }

  deinit { try? handle.close() }

  /// Appends an object as one line.
  ///
  /// - Throws: `UserError` of kind `output`, also if the file was removed: what is written then is lost.
  public func write(_ value: JSONValue) throws {
    var status = stat()
    if fstat(handle.fileDescriptor, &status) == 0, status.st_nlink == 0 {
      throw UserError.output("\(path): was removed while the run was writing to it")
    }
    do {
      try handle.write(contentsOf: Data((value.compactText + "\n").utf8))
    } catch {
      throw UserError.output("\(path): cannot be written: \(systemReason(error))")
    }
  }

  /// Waits until the lines are on disk, so that no checkpoint is ahead of them after a power failure.
  ///
  /// - Throws: `UserError` of kind `output`.
  public func synchronize() throws {
    do {
      try handle.synchronize()
    } catch {
      throw UserError.output("\(path): cannot be written: \(systemReason(error))")
    }
  }

  /// Copies the complete lines about steps up to one; an `end` and what was logged after the last step do not belong to a
  /// run that continues.
  private static func copyLines(of url: URL, upTo step: Int, evaluatesAgain: Bool, to file: PartialFile) throws {
    var lines = LineReader(try ByteReader(path: url.path))
    var (pending, offset) = ([UInt8](), 0)
    func flush() throws {
      try file.write(pending, at: offset)
      offset += pending.count
      pending.removeAll(keepingCapacity: true)
    }
    while let line = try lines.next() {
      guard let value = try? JSONValue(parsing: line), let event = value["event"]?.stringValue, event != "end",
        value["moment"]?.stringValue != "after", value["step"]?.intValue ?? 0 <= step
      else { continue }
      let isOfEvaluation = ["evaluation", "samples"].contains(event) || value["kind"]?.stringValue == "best"
      if evaluatesAgain, isOfEvaluation, value["step"]?.intValue == step { continue }
      pending += line + [UInt8(ascii: "\n")]
      if pending.count > 1 << 20 { try flush() }
    }
    try flush()
  }
}

extension TrainingEvent {
  /// The event as a line of `metrics.jsonl`; `step` is the last one taken.
  public func json(step: Int) -> JSONValue {
    switch self {
    case .step(let report): report.json
    case .evaluation(let step, let report, let isBest):
      .members(
        [("event", "evaluation"), ("step", .integer(step))] + report.total.means
          + [
            ("seconds", .double(report.total.seconds)), ("best", .bool(isBest)),
            ("sources", .array(report.sources.map(\.json))),
          ])
    case .checkpoint(let kind): ["event": "checkpoint", "step": .integer(step), "kind": .string(kind.rawValue)]
    }
  }
}

extension EvaluationResult {
  /// A source's part of an evaluation.
  fileprivate var json: JSONValue {
    .members([("name", .string(name))] + means + [("examples", .integer(scores.count))])
  }

  /// The means, as members of an event.
  public var means: [(key: String, value: JSONValue)] {
    let rewards = preferences?.members ?? [("accuracy", .double(accuracy))]
    return [("loss", .double(loss)), ("perplexity", perplexity.map { .double($0) } ?? .null)] + rewards
      + [("trained_tokens", .integer(trainedTokens))]
  }
}

extension StepReport {
  /// The step as a line; numbers that are not finite are null.
  fileprivate var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("event", "step"), ("step", .integer(step)), ("epoch", .double(epoch)), ("loss", .double(loss)),
      ("learning_rate", .double(learningRate)), ("gradient_norm", .double(gradientNorm)), ("tokens", .integer(tokens)),
      ("trained_tokens", .integer(trainedTokens)), ("tokens_per_second", .double(tokensPerSecond)),
      ("seconds", .double(seconds)), ("peak_memory_bytes", .integer(peakMemoryBytes())),
    ]
    members += preferences?.members ?? []
    if let microBatchFill { members.append(("micro_batch_fill", .double(microBatchFill))) }
    if isSkipped { members.append(("skipped", true)) }
    return .members(members)
  }
}

/// The largest resident memory of this process so far, in bytes.
public func peakMemoryBytes() -> Int {
  // The system's own figure also covers the program that replaced itself with this one, as `swift run` does.
  if let peak = SystemMemory.peakResident { return peak }
  var usage = rusage()
  getrusage(0, &usage)  // RUSAGE_SELF
  #if os(Linux)
    return usage.ru_maxrss * 1024
  #else
    return usage.ru_maxrss
  #endif
}
