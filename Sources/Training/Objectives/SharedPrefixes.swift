import InstructionData
import LanguageModels

extension Grouping {
  /// Splits examples into groups of neighbours that have at most so many tokens together; a longer example is alone.
  /// Examples that share a prefix become neighbours.
  public init(
    _ examples: [some TrainingExample], tokensAtATime tokens: Int = tokensPerPass, sharingPrefixes: Bool
  ) {
    self.init(examples.map(\.prefix), tokensAtATime: tokens, sharingPrefixes: sharingPrefixes) { place, shared in
      examples[place].tokenCount - examples[place].prefixCopies * shared
    }
  }
}

extension Batch {
  /// Redistributes the step's examples over the same number of micro-batches so that their lengths are similar, and
  /// examples that share a prefix are together where that saves more than it costs in balance.
  public func microBatches<Element>(of data: DataSet<Element>, sharingPrefixes: Bool) -> [[ExampleReference]] {
    let length = { (reference: ExampleReference) in data[reference].tokenCount }
    guard microBatches.count > 1, sharingPrefixes else { return microBatches(balancing: length) }
    let examples = examples.map { data[$0] }
    let order = PrefixOrder(examples.map(\.prefix))
    guard order.isShared else { return microBatches(balancing: length) }
    return microBatches(balancing: length) { place in
      order.shared(with: place).map { $0 * examples[place].prefixCopies }
    }
  }
}

extension Array where Element: TrainingExample {
  /// The number of tokens of examples that are computed together, each shared prefix once.
  ///
  /// - Parameter count: the tokens that are counted of an example: ``TrainingExample/tokenCount`` or
  ///   ``TrainingExample/computedCount``.
  public func tokenCount(sharingPrefixes: Bool, of count: KeyPath<Element, Int>) -> Int {
    let all = reduce(0) { $0 + $1[keyPath: count] }
    guard sharingPrefixes else { return all }
    let order = PrefixOrder(map(\.prefix))
    let copies = { (example: Element) in count == \Element.tokenCount ? example.prefixCopies : 1 }
    return zip(order.places, order.shared).reduce(all) { rest, part in
      let example = self[part.0]
      return rest - Swift.min(copies(example) * part.1, example[keyPath: count])
    }
  }
}
