import Diagnostics
import Foundation
import StrictJSON
import Testing

/// Runs the tests of this target.
enum Fuzzing {
  /// The number of mutations for each parser: `ATTUNE_FUZZ_ITERATIONS`; by default a few hundred, which take seconds.
  static let iterations = environment["ATTUNE_FUZZ_ITERATIONS"].flatMap { Int($0) }
  /// The folder to which each input is written before it is parsed, so that one that crashes the process is kept.
  static let folder = environment["ATTUNE_FUZZ_FOLDER"]
  private static let environment = ProcessInfo.processInfo.environment

  /// Parses mutations of valid inputs: each must be accepted, or refused with an error for users.
  ///
  /// - Parameters:
  ///   - name: the parser's name, for messages and for the file in ``folder``.
  ///   - count: the number of mutations, unless the environment sets another.
  ///   - valid: inputs that must be accepted.
  ///   - mutate: changes an input.
  ///   - parse: parses an input and uses the result.
  static func run(
    _ name: String, count: Int = 400, seed: UInt64 = 2026, valid: [[UInt8]],
    mutate: (inout Mutator, [UInt8]) -> [UInt8], parse: ([UInt8]) throws -> Void
  ) throws {
    for input in valid { try parse(input) }
    var mutator = Mutator(seed: seed)
    var (accepted, slowest) = (0, 0.0)
    let count = iterations ?? count
    for iteration in 0..<count {
      let input = mutate(&mutator, mutator.pick(valid))
      if let folder { try Data(input).write(to: URL(fileURLWithPath: folder).appendingPathComponent(name)) }
      let start = processorSeconds()
      do {
        try parse(input)
        accepted += 1
      } catch {
        check(error, "\(name), iteration \(iteration)")
      }
      let seconds = processorSeconds() - start
      slowest = max(slowest, seconds)
      #expect(seconds < 20, "\(name), iteration \(iteration): \(seconds) s of processor time")
    }
    #expect(accepted < count, "\(name): nothing was ever refused")
    if iterations != nil {
      print(
        "fuzz: \(name): \(count) mutations, \(accepted) accepted, slowest \(Int(slowest * 1000)) ms, "
          + "peak memory \(peakMemory() >> 20) MiB")
      // The process's peak so far, over all parsers.
      #expect(peakMemory() < 1 << 30, "\(name): \(peakMemory() >> 20) MiB of memory")
    }
  }

  /// Expects an error that Attune itself throws, with a short message.
  private static func check(_ error: any Error, _ place: String) {
    let messages: [String]
    switch error {
    case let error as UserError: messages = [error.message]
    case let errors as UserErrors: messages = errors.errors.map(\.message)
    case let error as JSONError: messages = [error.description]
    default:
      Issue.record("\(place): an error that is not meant for users: \(error)")
      return
    }
    #expect(
      messages.allSatisfy { !$0.isEmpty && $0.utf8.count < 20_000 }, "\(place): \(messages.first?.prefix(300) ?? "")")
  }

  /// The processor time of this thread, which other tests and a busy machine don't affect.
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The largest resident memory of this process so far, in bytes.
  private static func peakMemory() -> Int {
    var usage = rusage()
    getrusage(0, &usage)  // RUSAGE_SELF
    #if os(Linux)
      return usage.ru_maxrss * 1024
    #else
      return usage.ru_maxrss
    #endif
  }
}

/// A folder that is removed when the test ends.
final class Scratch {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("attune-fuzz-\(UUID())")

  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  subscript(name: String) -> URL { url.appendingPathComponent(name) }

  /// Writes a file without waiting for the disk.
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    let file = try #require(fopen(self[name].path, "w"))
    defer { fclose(file) }
    let bytes = Array(bytes)
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }
}
