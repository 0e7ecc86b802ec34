import Diagnostics

extension ExampleMaker {
  /// The same conversion of records, which refuses a record with a token that the model has no embedding for.
  func refusingUnknownTokens<Element: TrainingExample>(
    _ make: @escaping @Sendable (Record, ExampleOrigin) throws -> Outcome<Element>
  ) -> @Sendable (Record, ExampleOrigin) throws -> Outcome<Element> {
    guard let size = options.vocabularySize, let encoder, encoder.vocabularySize > size else { return make }
    return { record, origin in
      let outcome = try make(record, origin)
      guard case .kept(let examples, _, _, _) = outcome else { return outcome }
      for example in examples {
        let tokens = example.demonstration.tokens + ((example as? PreferenceExample)?.rejected ?? [])
        if let id = tokens.first(where: { $0 >= size }) {
          let name = encoder.specialName(id).map { "'\($0)' (\(id))" } ?? "\(id)"
          throw UserError.file(
            "the record contains the token \(name), but the model's vocab_size is \(size), so it has no embedding; "
              + "remove the token from the record, or use a model that has it")
        }
      }
      return outcome
    }
  }
}
