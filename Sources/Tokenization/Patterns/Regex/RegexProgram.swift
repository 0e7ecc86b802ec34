/// A regular expression as instructions for ``RegexMatcher``.
final class RegexProgram: Sendable {
  enum Instruction: Sendable {
    /// One character of a set.
    case scalar(set: Int)
    /// A greedy or possessive run of characters of a set. `follow`: a set with which the rest must begin, -1 if unknown.
    case run(set: Int, minimum: Int, maximum: Int, gives: Bool, follow: Int)
    /// Two ways to continue; the second is tried if the first does not lead to a match.
    case split(Int, Int)
    case jump(Int)
    case anchor(RegexAnchor)
    /// A condition whose program follows at the next instruction and ends with `accept`. `behind`: the number of
    /// characters to go back.
    case look(next: Int, behind: Int, negated: Bool)
    /// A group whose program follows at the next instruction and ends with `accept`.
    case atomic(next: Int)
    case accept
  }

  let instructions: [Instruction]
  let sets: [ScalarBitmap]
  /// The characters with which a match can begin; nil if it can be empty.
  let first: ScalarBitmap?

  /// Compiles an expression.
  ///
  /// - Throws: ``RegexParser/Unsupported``.
  init(_ text: String) throws {
    let node = try RegexParser.parse(text)
    var compiler = RegexCompiler()
    try compiler.append(node)
    compiler.instructions.append(.accept)
    instructions = compiler.withFollowSets()
    sets = compiler.sets.map { ScalarBitmap($0) }
    first = node.canBeEmpty ? nil : ScalarBitmap(node.first)
  }

  /// Whether it can match the empty text.
  var canBeEmpty: Bool { first == nil }
}

/// Turns the tree of a regular expression into instructions.
struct RegexCompiler {
  var instructions: [RegexProgram.Instruction] = []
  private(set) var sets: [ScalarSet] = []
  private var numbers: [ScalarSet: Int] = [:]

  private static let maximumInstructions = 4096

  mutating func append(_ node: RegexNode) throws {
    guard instructions.count < Self.maximumInstructions, sets.count < 256 else {
      throw RegexParser.Unsupported(problem: "more than \(Self.maximumInstructions) steps or 256 sets")
    }
    switch node {
    case .set(let set): instructions.append(.scalar(set: number(of: set)))
    case .sequence(let nodes): for node in nodes { try append(node) }
    case .alternatives(let nodes): try append(alternatives: nodes)
    case .repeated(.set(let set), let minimum, let maximum, let kind) where kind != .lazy:
      instructions.append(
        .run(
          set: number(of: set), minimum: minimum, maximum: maximum ?? .max, gives: kind == .greedy, follow: -1))
    case .repeated(let node, let minimum, let maximum, .possessive):
      try append(.atomic(.repeated(node, minimum: minimum, maximum: maximum, .greedy)))
    case .repeated(let node, let minimum, let maximum, let kind):
      try append(node, minimum, maximum, isGreedy: kind == .greedy)
    case .look(let node, let ahead, let negated):
      guard let behind = ahead ? 0 : node.fixedLength else {
        throw RegexParser.Unsupported(problem: "a look-behind without a fixed length")
      }
      try append(block: node) { .look(next: $0, behind: behind, negated: negated) }
    case .atomic(let node): try append(block: node) { .atomic(next: $0) }
    case .anchor(let anchor): instructions.append(.anchor(anchor))
    }
  }

  private mutating func number(of set: ScalarSet) -> Int {
    if let number = numbers[set] { return number }
    numbers[set] = sets.count
    sets.append(set)
    return sets.count - 1
  }

  private mutating func append(
    block node: RegexNode, _ instruction: (Int) -> RegexProgram.Instruction
  ) throws {
    let start = instructions.count
    instructions.append(.accept)
    try append(node)
    instructions.append(.accept)
    instructions[start] = instruction(instructions.count)
  }

  private mutating func append(alternatives nodes: [RegexNode]) throws {
    var jumps: [Int] = []
    for node in nodes.dropLast() {
      let split = instructions.count
      instructions.append(.accept)
      try append(node)
      jumps.append(instructions.count)
      instructions.append(.accept)
      instructions[split] = .split(split + 1, instructions.count)
    }
    if let last = nodes.last { try append(last) }
    for jump in jumps { instructions[jump] = .jump(instructions.count) }
  }

  private mutating func append(_ node: RegexNode, _ minimum: Int, _ maximum: Int?, isGreedy: Bool) throws {
    for _ in 0..<minimum { try append(node) }
    func split(at start: Int, to end: Int) -> RegexProgram.Instruction {
      isGreedy ? .split(start + 1, end) : .split(end, start + 1)
    }
    guard let maximum else {
      // A repetition of nothing would never end.
      guard !node.canBeEmpty else { throw RegexParser.Unsupported(problem: "the repetition of what can be empty") }
      let start = instructions.count
      instructions.append(.accept)
      try append(node)
      instructions.append(.jump(start))
      instructions[start] = split(at: start, to: instructions.count)
      return
    }
    var splits: [Int] = []
    for _ in minimum..<maximum {
      splits.append(instructions.count)
      instructions.append(.accept)
      try append(node)
    }
    for start in splits { instructions[start] = split(at: start, to: instructions.count) }
  }

  /// The instructions, each run with the set of the instruction after it.
  func withFollowSets() -> [RegexProgram.Instruction] {
    instructions.enumerated().map { number, instruction in
      guard case .run(let set, let minimum, let maximum, let gives, _) = instruction else { return instruction }
      let follow =
        switch instructions[number + 1] {
        case .scalar(let next): next
        case .run(let next, let count, _, _, _) where count > 0: next
        default: -1
        }
      return .run(set: set, minimum: minimum, maximum: maximum, gives: gives, follow: follow)
    }
  }
}
