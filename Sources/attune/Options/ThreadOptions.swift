import ArgumentParser
import Tensors

/// The number of threads that a command uses.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads. Default: one for each processor.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...Self.largestCount ~= threads) {
      throw ValidationError("'--threads \(threads)': expected a number from 1 to \(Self.largestCount).")
    }
  }

  /// Sets the number of threads of this process, if one is given.
  func apply() {
    if let threads { Threads.count = threads }
  }

  /// No machine has as many processors; a larger number is probably a typing error.
  private static let largestCount = 1024
}
