/// Finds the matches of a regular expression in a text, each as Oniguruma finds it: the leftmost, and of those at the same
/// position the one that comes first in the order of the alternatives.
///
/// Its steps are limited to a multiple of the text's length, so that no expression from a file can run for hours. Where
/// the limit is reached, the rest of the text has no match. The patterns of real tokenizers stay far below it.
struct RegexMatcher {
  private let program: RegexProgram
  private let text: Bytes
  private var remainingSteps: Int
  /// Where matching can continue if the current way fails.
  private var pending: [Choice] = []
  /// For each run: between which positions it is known not to lead to a match.
  private var failures: [(start: Int, end: Int)]

  private struct Choice {
    var instruction: Int
    var position: Int
    /// A run can give back characters down to this position; -1 if it is not a run.
    var lowest: Int
    /// Where a run without a limit ended at first; -1 if it has a limit.
    var end: Int
  }

  init(_ program: RegexProgram, _ text: Bytes) {
    self.program = program
    self.text = text
    remainingSteps = 1 << 21 + (text.count < 1 << 40 ? text.count << 7 : 0)
    failures = Array(repeating: (0, -1), count: program.instructions.count)
  }

  /// Calls `body` with each match from left to right.
  ///
  /// As in tokenizers, an empty match directly after a match is skipped.
  mutating func forEachMatch(_ body: (Range<Int>) -> Void) {
    var start = 0
    var previousEnd = -1
    while start <= text.count {
      guard let match = firstMatch(from: start) else { return }
      if match.isEmpty, match.lowerBound == previousEnd {
        start = match.lowerBound + max(1, match.lowerBound < text.count ? decodedScalar(text, at: start).length : 1)
        continue
      }
      body(match)
      (start, previousEnd) = (match.upperBound, match.upperBound)
    }
  }

  private mutating func firstMatch(from start: Int) -> Range<Int>? {
    var position = start
    while true {
      if let first = program.first {
        while position < text.count {
          let (value, length) = decodedScalar(text, at: position)
          if first.contains(value) { break }
          position += length
        }
        if position >= text.count { return nil }
      }
      if let end = match(from: 0, at: position) { return position..<end }
      guard position < text.count, remainingSteps > 0 else { return nil }
      position += decodedScalar(text, at: position).length
    }
  }

  /// The end of the match of the instructions from one on, up to their `accept`; nil if there is none.
  private mutating func match(from start: Int, at begin: Int) -> Int? {
    let base = pending.count
    defer { pending.removeLast(pending.count - base) }
    var (instruction, position) = (start, begin)
    while true {
      remainingSteps -= 1
      var matches = remainingSteps > 0
      if matches {
        switch program.instructions[instruction] {
        case .accept: return position
        case .scalar(let set):
          matches = false
          if position < text.count {
            let (value, length) = decodedScalar(text, at: position)
            if program.sets[set].contains(value) {
              matches = true
              position += length
              instruction += 1
            }
          }
        case .run: matches = run(&instruction, &position)
        case .split(let first, let second):
          pending.append(Choice(instruction: second, position: position, lowest: -1, end: 0))
          instruction = first
        case .jump(let target): instruction = target
        case .anchor(let anchor):
          matches = holds(anchor, position)
          instruction += 1
        case .look(let next, let behind, let negated):
          let from = self.position(before: position, behind)
          let found = from.flatMap { match(from: instruction + 1, at: $0) }
          matches = (found != nil) != negated
          instruction = next
        case .atomic(let next):
          if let end = match(from: instruction + 1, at: position) {
            position = end
            instruction = next
          } else {
            matches = false
          }
        }
      }
      if !matches, !resume(&instruction, &position, base) { return nil }
    }
  }

  /// Matches a run of characters; returns false if there are too few.
  private mutating func run(_ instruction: inout Int, _ position: inout Int) -> Bool {
    guard case .run(let set, let minimum, let maximum, let gives, _) = program.instructions[instruction] else {
      return false
    }
    let failure = failures[instruction]
    if position >= failure.start, position <= failure.end { return false }
    var (count, lowest, end) = (0, position, position)
    while count < maximum, end < text.count {
      let (value, length) = decodedScalar(text, at: end)
      guard program.sets[set].contains(value) else { break }
      end += length
      count += 1
      if count == minimum { lowest = end }
    }
    remainingSteps -= count
    guard count >= minimum else { return false }
    // A run without a limit that fails fails from every later position in it too.
    let isUnlimited = maximum == .max && minimum <= 1
    if gives, end > lowest || isUnlimited {
      pending.append(
        Choice(instruction: instruction, position: end, lowest: lowest, end: isUnlimited ? end : -1))
    }
    position = end
    instruction += 1
    return true
  }

  /// Takes the last way that has not been tried yet; returns false if there is none.
  private mutating func resume(_ instruction: inout Int, _ position: inout Int, _ base: Int) -> Bool {
    while pending.count > base {
      var choice = pending.removeLast()
      if choice.lowest < 0 {
        (instruction, position) = (choice.instruction, choice.position)
        return true
      }
      guard case .run(_, _, _, _, let follow) = program.instructions[choice.instruction] else { continue }
      while choice.position > choice.lowest, remainingSteps > 0 {
        choice.position -= 1
        while choice.position > choice.lowest, text[choice.position] & 0xC0 == 0x80 { choice.position -= 1 }
        remainingSteps -= 1
        if follow >= 0, !program.sets[follow].contains(decodedScalar(text, at: choice.position).value) { continue }
        pending.append(choice)
        (instruction, position) = (choice.instruction + 1, choice.position)
        return true
      }
      if choice.end >= 0 { failures[choice.instruction] = (choice.lowest, choice.end) }
    }
    return false
  }

  private func position(before position: Int, _ count: Int) -> Int? {
    var start = position
    for _ in 0..<count {
      guard let last = scalarBefore(start, in: text) else { return nil }
      start -= last.length
    }
    return start
  }

  private func holds(_ anchor: RegexAnchor, _ position: Int) -> Bool {
    let newline = UInt8(ascii: "\n")
    switch anchor {
    case .textStart: return position == 0
    case .textEnd: return position == text.count
    case .textEndOrLastNewline:
      return position == text.count || (position == text.count - 1 && text[position] == newline)
    case .lineStart: return position == 0 || (position < text.count && text[position - 1] == newline)
    case .lineEnd: return position == text.count || text[position] == newline
    case .wordBoundary, .noWordBoundary:
      let before = scalarBefore(position, in: text).map { CharacterClass($0.value).contains(.word) } ?? false
      let after = position < text.count && CharacterClass(decodedScalar(text, at: position).value).contains(.word)
      return (before != after) == (anchor == .wordBoundary)
    }
  }
}
