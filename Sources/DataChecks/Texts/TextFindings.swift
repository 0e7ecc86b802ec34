/// Checks the texts of a record by themselves.
///
/// - Parameters:
///   - answers: every text that is learned, with its name in messages.
///   - texts: all texts.
///   - endsAnywhere: whether a text may end anywhere, such as a piece of a longer one.
public func textFindings(
  answers: [(name: String, text: String)], texts: [String], endsAnywhere: Bool, at place: RecordPlace,
  isTraining: Bool, kinds: Set<FindingKind>
) -> [Finding] {
  let dropped = isTraining ? [place] : []
  var findings: [Finding] = []
  func add(_ kind: FindingKind, _ message: String, _ excerpt: String) {
    findings.append(Finding(kind, at: place, message, dropped: dropped, excerpt: excerpt))
  }
  for answer in answers {
    if !answer.text.unicodeScalars.contains(where: { !$0.properties.isWhitespace && $0.value != 0xFEFF }) {
      if kinds.contains(.emptyAnswer) {
        add(.emptyAnswer, "\(answer.name) is empty", excerpt(of: texts.first ?? ""))
      }
    } else if kinds.contains(.cutOff), !endsAnywhere, let reason = cutOffReason(answer.text) {
      let end = answer.text.unicodeScalars.suffix(70)
      let isComplete = end.startIndex == answer.text.startIndex
      add(
        .cutOff, "\(answer.name) is cut off: \(reason)",
        (isComplete ? "" : "…") + excerpt(of: answer.text[end.startIndex...]))
    }
  }
  if kinds.contains(.encoding), let debris = texts.lazy.compactMap(encodingDebris).first {
    add(.encoding, debris.description, debris.excerpt)
  }
  if kinds.contains(.escapes), let escape = texts.lazy.compactMap(undecodedEscape).first {
    add(.escapes, "'\(escape)' probably stands for the character that it encodes", excerpt(of: texts.first ?? ""))
  }
  return findings
}
