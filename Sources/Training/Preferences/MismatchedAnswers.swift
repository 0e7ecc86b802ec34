import InstructionData
import LanguageModels

/// Prompts with the answers to other prompts, on which KTO measures how far the policy is from the reference.
///
/// A record's prompt gets the answers of the next record of its set that has another prompt; after the last record comes
/// the first. So the pairs depend neither on batches, and a reference can score them once, nor on the record that a file
/// starts with, nor on how a set is cut into files. TRL takes the previous record of the micro-batch, even one with the same
/// prompt.
public struct MismatchedAnswers: Sendable {
  /// The records among which the next one is looked for.
  public enum Part: Sendable {
    /// Those that are trained on.
    case training
    /// Those that are held out.
    case heldOut
  }

  private struct Place: Hashable {
    let part: Part
    let origin: ExampleOrigin
    let tokens: ExampleTokens
  }

  private var partners: [Place: PreferenceExample] = [:]
  /// All of them, in the order of the records, for a reference that scores them before training.
  public private(set) var examples: [PreferenceExample] = []
  /// What is said of sets in which there is no other prompt.
  public private(set) var warnings: [String] = []

  /// None, for objectives that compare nothing.
  public init() {}

  /// Pairs up the records of each set.
  ///
  /// - Parameter positions: the most tokens that the model was made for. An answer is cut where prompt and answer would have
  ///   more, and more than the prompt's own record has.
  public init(training: [PreferenceExample], heldOut: [PreferenceExample] = [], positions: Int = .max) {
    for (part, records, key) in [(Part.training, training, "data.train"), (.heldOut, heldOut, "data.held_out")] {
      let others = Self.others(of: records)
      if others.isEmpty, !records.isEmpty { warnings.append(Self.warning(about: key)) }
      for (example, other) in zip(records, others) {
        let partner = example.withAnswers(of: other, positions: positions)
        partners[Place(part: part, origin: example.origin, tokens: ExampleTokens(example))] = partner
        examples.append(partner)
      }
    }
  }

  private static func warning(about key: String) -> String {
    "\(key): every record has the same prompt. KTO measures how far the model has moved (z) on answers to other prompts; "
      + "without any, z is 0"
  }

  /// The next record with another prompt for each record; none where all prompts are equal.
  private static func others(of records: [PreferenceExample]) -> [PreferenceExample] {
    func following(_ index: Int) -> Int { (index + 1) % records.count }
    func isLastOfPrompt(_ index: Int) -> Bool { records[index].prompt != records[following(index)].prompt }
    guard let last = records.indices.last(where: isLastOfPrompt) else { return [] }
    var (others, next) = ([Int](repeating: 0, count: records.count), 0)
    for offset in records.indices {
      let index = (last - offset + records.count) % records.count
      if isLastOfPrompt(index) { next = following(index) }
      others[index] = next
    }
    return others.map { records[$0] }
  }

  /// `log π(y'|x) / π_ref(y'|x)` of every answer y' that belongs to another prompt.
  func logRatios(
    _ model: LanguageModel, _ examples: [PreferenceExample], in part: Part, _ reference: PreferenceReference
  ) -> [Double] {
    let mismatched = examples.compactMap {
      partners[Place(part: part, origin: $0.origin, tokens: ExampleTokens($0))]
    }
    let grouping = Grouping(mismatched, sharingPrefixes: model.sharesPrefixes)
    let ratios = grouping.groups.flatMap { places in
      let group = places.map { mismatched[$0] }
      let policy = model.scores(of: group)
      let compared = reference.scores(model, group) ?? policy
      return group.indices.map { index -> [Double] in
        let (one, other) = (policy[index], compared[index])
        return (group[index].chosen.isEmpty ? [] : [Double(one.chosen) - Double(other.chosen)])
          + (group[index].rejected.isEmpty ? [] : [Double(one.rejected) - Double(other.rejected)])
      }
    }
    return grouping.ordered(ratios).flatMap { $0 }
  }
}

extension PreferenceExample {
  /// This prompt with the answers of another record.
  fileprivate func withAnswers(of other: PreferenceExample, positions: Int) -> PreferenceExample {
    let room = max(positions, longestCount) - prompt.count
    func cut(_ answer: [Int32]) -> [Int32] { answer.count > room ? Array(answer.prefix(room)) : answer }
    return PreferenceExample(
      prompt: prompt, chosen: cut(other.chosen), rejected: cut(other.rejected),
      chosenTargets: other.chosenTargets, rejectedTargets: other.rejectedTargets, origin: origin)
  }
}
