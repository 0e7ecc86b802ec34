import ArgumentParser
import Foundation
import Recipes
import Tensors

/// What a command that computes may use.
struct ComputeOptions: ParsableArguments {
  @Option(help: "Threads. Default: one for each processor.")
  var threads: Int?

  @Option(help: "Arithmetic of the products.")
  var precision: ElementType?

  /// The threads asked for, or one for each processor that this process may use.
  var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

  func validate() throws {
    if let threads, !(1...Self.mostThreads ~= threads) {
      throw ValidationError("'--threads \(threads)': expected a number from 1 to \(Self.mostThreads).")
    }
  }

  /// More are a slip of the finger on any machine of today.
  private static let mostThreads = 1024
}

extension ElementType: ExpressibleByArgument {}

extension ComputeOptions {
  /// Changes to a recipe, and the precision behind them where one is asked for.
  func changes(_ overrides: [String]) -> [String] {
    overrides + (precision.map { ["model.precision=\($0.rawValue)"] } ?? [])
  }

  /// Takes the options into effect.
  func apply() throws { try Self.apply(threads: threads) }

  /// Sets the number of threads, where one is given.
  static func apply(threads: Int?) throws {
    guard let threads else { return }
    guard 1...mostThreads ~= threads else {
      throw ValidationError("'--threads \(threads)': expected a number from 1 to \(mostThreads).")
    }
    Threads.count = threads
  }
}
