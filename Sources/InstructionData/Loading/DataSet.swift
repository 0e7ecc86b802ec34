/// The examples of one source, in the order of its records.
public struct LoadedSource<Element: TrainingExample>: Sendable {
  /// The source.
  public let source: DataSource
  /// Its examples.
  public let examples: [Element]
  /// What became of its records.
  public let report: SourceReport

  /// Creates a loaded source from existing examples.
  public init(source: DataSource, examples: [Element], report: SourceReport) {
    (self.source, self.examples, self.report) = (source, examples, report)
  }
}

/// The examples of several sources.
public struct DataSet<Element: TrainingExample>: Sendable {
  /// The sources, in the order of the recipe.
  public let sources: [LoadedSource<Element>]

  /// Creates a data set of loaded sources.
  public init(sources: [LoadedSource<Element>]) { self.sources = sources }

  /// The examples of all sources, one source after another.
  public var examples: [Element] { sources.flatMap(\.examples) }

  /// The sum of all sources' reports, under the name `all`.
  public var total: SourceReport {
    sources.reduce(into: SourceReport(name: "all", path: "")) { $0.add($1.report) }
  }

  /// The example that a batch refers to.
  public subscript(reference: ExampleReference) -> Element { sources[reference.source].examples[reference.index] }
}

/// A reference to an example: the index of its source, and its index among that source's examples.
public struct ExampleReference: Sendable, Hashable, Comparable {
  private let sourceIndex: UInt32
  private let exampleIndex: UInt32

  /// The index of the source.
  public var source: Int { Int(sourceIndex) }
  /// The index among the source's examples.
  public var index: Int { Int(exampleIndex) }

  /// Creates a reference; both indices must be below 2³².
  public init(source: Int, index: Int) {
    sourceIndex = UInt32(source)
    exampleIndex = UInt32(index)
  }

  /// Orders references by source, then by index.
  public static func < (first: ExampleReference, second: ExampleReference) -> Bool {
    (first.source, first.index) < (second.source, second.index)
  }
}

extension DataSet<PreferenceExample> {
  /// Every answer with its prompt as a separate example, for people to read: a better answer is its record's piece 0, a
  /// worse one piece 1.
  public var answers: DataSet<Example> {
    DataSet<Example>(
      sources: sources.map { source in
        let examples = source.examples.flatMap { pair in
          let answers = [(pair.chosen, pair.chosenTargets), (pair.rejected, pair.rejectedTargets)]
          return answers.enumerated().filter { !$1.0.isEmpty }.map { piece, answer in
            Example(
              tokens: pair.prompt + answer.0, trained: answer.1.map { $0.shifted(by: pair.prompt.count) },
              origin: ExampleOrigin(source: pair.origin.source, line: pair.origin.line, piece: piece))
          }
        }
        return LoadedSource<Example>(source: source.source, examples: examples, report: source.report)
      })
  }
}
