/// What a source contributes to a run.
public struct Contribution: Sendable, Equatable {
  /// The source's name.
  public let name: String
  /// How many examples the run sees; repeated examples count each time.
  public var examples = 0
  /// Their tokens.
  public var tokens = 0
  /// Those of their tokens that are trained on.
  public var trainedTokens = 0

  /// Starts with nothing.
  public init(name: String) { self.name = name }
}

extension BatchPlan {
  /// What each source contributes to the first steps of the run.
  ///
  /// The plan alone determines it, so a resumed run reports the same as one that never stopped. The time this takes
  /// does not grow with the number of epochs.
  public func contributions<Element>(of data: DataSet<Element>, steps: Int) -> [Contribution] {
    let perEpoch = stepsPerEpoch
    guard perEpoch > 0 else { return [] }
    let (epochs, rest) = max(0, steps).quotientAndRemainder(dividingBy: perEpoch)
    var found = data.sources.indices.map { source in
      mixture.contribution(of: data.sources[source], at: source, epochs: epochs)
    }
    if rest > 0 {
      for reference in mixture.order(ofEpoch: epochs).prefix(rest * batchSize) {
        found[reference.source].add(data[reference])
      }
    }
    return found
  }
}

extension Contribution {
  fileprivate mutating func add(_ example: some TrainingExample, times: Int = 1) {
    examples += times
    tokens += example.tokenCount * times
    trainedTokens += example.trainedCount * times
  }
}

extension Mixture {
  /// What a source contributes to complete epochs: complete passes through its examples, and the start of one more.
  fileprivate func contribution<Element>(
    of source: LoadedSource<Element>, at index: Int, epochs: Int
  ) -> Contribution {
    var found = Contribution(name: source.source.name)
    let count = exampleCounts[index]
    let (given, overflows) = examplesPerEpoch[index].multipliedReportingOverflow(by: epochs)
    guard !overflows, count > 0 else { return found }
    let (passes, rest) = given.quotientAndRemainder(dividingBy: count)
    if passes > 0 {
      for example in source.examples { found.add(example, times: passes) }
    }
    if rest > 0 {
      for position in passOrder(source: index, pass: UInt64(passes)).prefix(rest) {
        found.add(source.examples[position])
      }
    }
    return found
  }
}
