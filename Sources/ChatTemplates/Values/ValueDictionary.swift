/// Keys with values in the order in which they were added, each key once.
struct ValueDictionary {
  /// A key with its value.
  struct Member {
    let key: Value
    var value: Value
  }

  private(set) var members: [Member]
  /// The positions of the keys, if there are so many members that searching would be slow.
  private var positions: [ValueKey: Int] = [:]

  private static let mostSearched = 12

  /// Makes a dictionary without members.
  init() { members = [] }

  /// Makes a dictionary of members with different keys.
  init(unique members: [Member]) {
    self.members = members
    if members.count > Self.mostSearched { index() }
  }

  /// The value of a key, or nil.
  func value(of key: Value, _ budget: Budget) throws -> Value? {
    try budget.spend(on: key.text)
    return ValueKey(key).flatMap { position(of: $0) }.map { members[$0].value }
  }

  /// The value of a key that is a string, or nil.
  subscript(name: String) -> Value? { position(of: .text(ByteKey(name))).map { members[$0].value } }

  /// Sets the value of a key. A key that has no ``ValueKey`` is ignored.
  mutating func set(_ key: Value, _ value: Value) {
    guard let unique = ValueKey(key) else { return }
    if let position = position(of: unique) {
      members[position].value = value
      return
    }
    members.append(Member(key: key, value: value))
    if !positions.isEmpty {
      positions[unique] = members.count - 1
    } else if members.count > Self.mostSearched {
      index()
    }
  }

  private func position(of key: ValueKey) -> Int? {
    positions.isEmpty ? members.firstIndex { ValueKey($0.key) == key } : positions[key]
  }

  private mutating func index() {
    for (position, member) in members.enumerated() {
      if let key = ValueKey(member.key) { positions[key] = position }
    }
  }
}

/// The identity of a key in a mapping. As in Python, numbers that are equal are the same key, whatever their type.
enum ValueKey: Hashable {
  case none
  case text(ByteKey)
  case integer(Int)
  case float(Double)

  /// Returns nil for values that cannot be keys in Python.
  init?(_ value: Value) {
    switch value {
    case .none: self = .none
    case .string(let text), .markup(let text): self = .text(ByteKey(text))
    default:
      switch value.number {
      case .integer(let number): self = .integer(number)
      case .float(let number): self = Int(exactly: number).map { .integer($0) } ?? .float(number)
      case nil: return nil
      }
    }
  }
}

/// A string that is compared as Python compares it: by its scalars, not by canonical equivalence.
struct ByteKey: Hashable {
  let text: String
  init(_ text: String) { self.text = text }
  static func == (first: ByteKey, second: ByteKey) -> Bool { sameText(first.text, second.text) }
  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

/// Whether two strings have the same scalars.
func sameText(_ first: String, _ second: String) -> Bool {
  first.utf8.count == second.utf8.count && first.utf8.elementsEqual(second.utf8)
}
