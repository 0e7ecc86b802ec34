extension DataSet {
  /// The data set with a share of each source's examples, evenly spaced and at least one; the reports count what
  /// remains.
  ///
  /// - Parameter share: from 0 to 1; 1 keeps everything.
  public func taking(share: Double) -> DataSet {
    guard share < 1 else { return self }
    return DataSet(
      sources: sources.map { source in
        let kept = source.examples.enumerated().filter { index, _ in
          index == 0 || (Double(index + 1) * share).rounded(.down) > (Double(index) * share).rounded(.down)
        }.map(\.element)
        var report = source.report
        report.examples = kept.count
        report.tokens = kept.reduce(0) { $0 + $1.tokenCount }
        report.trainedTokens = kept.reduce(0) { $0 + $1.trainedCount }
        return LoadedSource(source: source.source, examples: kept, report: report)
      })
  }
}
