import StrictJSON

extension DataLoader {
  /// Reads answers to score: pairs if the first record has the key `chosen`, otherwise records with one answer, which
  /// becomes the better answer of a pair without a worse one.
  ///
  /// - Throws: `UserError` for the first unusable record.
  public func scoredAnswers(from sources: [DataSource]) throws -> DataSet<PreferenceExample> {
    if let first = sources.first, try beginsWithPair(first.path) { return try preferences(from: sources) }
    return DataSet(
      sources: try demonstrations(from: sources).sources.map { source in
        LoadedSource(source: source.source, examples: source.examples.compactMap(\.lastAnswer), report: source.report)
      })
  }

  private func beginsWithPair(_ path: String) throws -> Bool {
    var reader = try RecordReader(path: path)
    guard case .json(let bytes) = try reader.next()?.content, let record = try? JSONValue(parsing: bytes) else {
      return false
    }
    let key = RecordColumn.chosen.rawValue
    return record[maker.options.columns[key] ?? key] != nil
  }
}

extension Example {
  /// The last of its answers, with everything before it as the prompt.
  fileprivate var lastAnswer: PreferenceExample? {
    trained.last.map { answer in
      PreferenceExample(
        prompt: Array(tokens[..<answer.lowerBound]), chosen: Array(tokens[answer]), rejected: [], origin: origin)
    }
  }
}
