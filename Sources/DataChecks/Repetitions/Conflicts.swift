/// The records with one prompt.
public struct PromptGroup: Sendable, Equatable {
  /// The indices of the records, ascending.
  public let members: [Int]
  /// How many different answers they have.
  public let answers: Int
}

/// The prompts that several records answer differently.
///
/// - Parameter records: for each record the keys of its prompt and its answer, and whether it has a prompt.
public func conflicts(among records: [(prompt: UInt64, answer: UInt64, hasPrompt: Bool)]) -> [PromptGroup] {
  let order = records.indices.filter { records[$0].hasPrompt }
    .sorted { (records[$0].prompt, $0) < (records[$1].prompt, $1) }
  var groups: [PromptGroup] = []
  var start = 0
  for end in 1...max(1, order.count)
  where end >= order.count || records[order[end]].prompt != records[order[start]].prompt {
    let members = Array(order[start..<min(end, order.count)])
    let answers = Set(members.map { records[$0].answer }).count
    if answers > 1 { groups.append(PromptGroup(members: members, answers: answers)) }
    start = end
  }
  return groups.sorted { $0.members[0] < $1.members[0] }
}
