/// The examples of one source, in the order of its records.
public struct LoadedSource<Element: TrainingExample>: Sendable {
  /// The source.
  public let source: DataSource
  /// Its examples.
  public let examples: [Element]
  /// What became of its records.
  public let report: SourceReport

  /// Puts examples that are there already in the place of a source's.
  public init(source: DataSource, examples: [Element], report: SourceReport) {
    (self.source, self.examples, self.report) = (source, examples, report)
  }
}

/// The examples of several sources.
public struct DataSet<Element: TrainingExample>: Sendable {
  /// The sources, in the order in which they were named.
  public let sources: [LoadedSource<Element>]

  /// The examples of these sources.
  public init(sources: [LoadedSource<Element>]) { self.sources = sources }

  /// The examples of all sources, one source after another.
  public var examples: [Element] { sources.flatMap(\.examples) }

  /// All sources' reports together, under the name `all`.
  public var total: SourceReport {
    sources.reduce(into: SourceReport(name: "all", path: "")) { $0.add($1.report) }
  }

  /// The example that a batch refers to.
  public subscript(reference: ExampleReference) -> Element { sources[reference.source].examples[reference.index] }
}

/// An example by its place: the index of its source, and its index among that source's examples.
public struct ExampleReference: Sendable, Hashable, Comparable {
  private let sourceIndex: UInt32
  private let exampleIndex: UInt32

  /// The index of the source.
  public var source: Int { Int(sourceIndex) }
  /// The index among the source's examples.
  public var index: Int { Int(exampleIndex) }

  /// Names an example; both indices must be below 2³².
  public init(source: Int, index: Int) {
    sourceIndex = UInt32(source)
    exampleIndex = UInt32(index)
  }

  /// By source, then by index.
  public static func < (first: ExampleReference, second: ExampleReference) -> Bool {
    (first.source, first.index) < (second.source, second.index)
  }
}
