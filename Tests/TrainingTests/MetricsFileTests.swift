import Diagnostics
import Foundation
import StrictJSON
import TestSupport
import Testing
import Training

@Suite("metrics.jsonl")
struct MetricsFileTests {
  private func step(_ step: Int) -> JSONValue { ["event": "step", "step": .integer(step)] }

  private func lines(_ url: URL) throws -> [String] {
    try String(contentsOf: url, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
  }

  @Test("it starts new, or resumes after a step and holds no step twice")
  func resuming() throws {
    let folder = try TemporaryFolder()
    let url = folder["metrics.jsonl"]
    func write(_ values: [JSONValue], resumingAt step: Int? = nil) throws {
      let file = try MetricsFile(url, resumingAt: step)
      for value in values { try file.write(value) }
    }
    try write([step(99)])
    try write([["event": "start"], ["event": "evaluation", "step": 0]] + (1...5).map(step) + [["event": "end"]])
    // The line that was being written when the machine went down.
    let handle = try FileHandle(forWritingTo: url)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"event\":\"step\",\"st".utf8))
    try handle.close()
    try write([step(4), step(5), step(6), ["event": "end"]], resumingAt: 3)
    #expect(
      try lines(url) == [
        "{\"event\":\"start\"}", "{\"event\":\"evaluation\",\"step\":0}",
      ] + (1...6).map { "{\"event\":\"step\",\"step\":\($0)}" } + ["{\"event\":\"end\"}", ""])
  }

  @Test("a file of ten gigabytes without a line break is refused, and stays as it is")
  func sparse() throws {
    let folder = try TemporaryFolder()
    let url = folder["metrics.jsonl"]
    try Data("{\"event\":\"start\"}\n".utf8).write(to: url)
    #expect(truncate(url.path, 10 << 30) == 0)
    let error = try #require(throws: UserError.self) { try MetricsFile(url, resumingAt: 3) }
    #expect(
      error.kind == .file && error.message.contains("metrics.jsonl:2: the line is longer than 64 MiB"), "\(error)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: url.deletingLastPathComponent().path).count == 1)
  }

  @Test("a file that cannot be written is an error of its own kind")
  func unwritable() throws {
    let error = try #require(throws: UserError.self) {
      try MetricsFile(URL(fileURLWithPath: "/proc/nothing/metrics.jsonl"))
    }
    #expect(error.kind == .output && error.message.contains("/proc/nothing/metrics.jsonl"))
  }
}
