import ArgumentParser
import Tensors

/// The threads and the arithmetic of a command that computes.
struct ComputeOptions: ParsableArguments {
  @OptionGroup var threading: ThreadOptions

  @Option(help: "The precision of matrix products.")
  var precision: ElementType?

  /// Sets the number of threads of this process, if one is given.
  func apply() { threading.apply() }

  /// Changes to a recipe, followed by one for the precision if it is given.
  func changes(_ overrides: [String]) -> [String] {
    overrides + (precision.map { ["model.precision=\($0.rawValue)"] } ?? [])
  }
}

extension ElementType: ExpressibleByArgument {}
