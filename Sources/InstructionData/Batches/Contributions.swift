/// What a source gives to a run.
public struct Contribution: Sendable, Equatable {
  /// The source's name.
  public let name: String
  /// Examples that are seen, each as often as it is.
  public var examples = 0
  /// Their tokens.
  public var tokens = 0
  /// Those of them that are trained on.
  public var trainedTokens = 0

  /// Nothing yet.
  public init(name: String) { self.name = name }
}

extension BatchPlan {
  /// What each source gives to the first steps of the run.
  ///
  /// It follows from the plan alone, so a run that was stopped and resumed tells the same as one that was not. The time
  /// it takes does not grow with the epochs.
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
  /// What a source gives to whole epochs: whole passes through its examples, and the beginning of one more.
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
