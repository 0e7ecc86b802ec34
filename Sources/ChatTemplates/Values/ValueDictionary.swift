/// Keys with values in the order in which they were put in, each key once.
struct ValueDictionary {
  /// A key with its value.
  struct Member {
    let key: Value
    var value: Value
  }

  private(set) var members: [Member]
  /// The places of the keys, where there are so many members that searching would be slow.
  private var places: [ValueKey: Int] = [:]

  private static let mostSearched = 12

  /// No members.
  init() { members = [] }

  /// Members of which no key stands twice.
  init(unique members: [Member]) {
    self.members = members
    if members.count > Self.mostSearched { index() }
  }

  /// The value of a key, or nil.
  func value(of key: Value, _ budget: Budget) throws -> Value? {
    try budget.spend(bytes: key.text?.utf8.count ?? 0)
    return ValueKey(key).flatMap { place(of: $0) }.map { members[$0].value }
  }

  /// The value of a key that is a string, or nil.
  subscript(name: String) -> Value? { place(of: .text(ByteKey(name))).map { members[$0].value } }

  /// Puts a value in, in the place of an earlier one of the same key; a key of no ``ValueKey`` is none.
  mutating func set(_ key: Value, _ value: Value) {
    guard let unique = ValueKey(key) else { return }
    if let place = place(of: unique) {
      members[place].value = value
      return
    }
    members.append(Member(key: key, value: value))
    if !places.isEmpty {
      places[unique] = members.count - 1
    } else if members.count > Self.mostSearched {
      index()
    }
  }

  private func place(of key: ValueKey) -> Int? {
    places.isEmpty ? members.firstIndex { ValueKey($0.key) == key } : places[key]
  }

  private mutating func index() {
    for (place, member) in members.enumerated() {
      if let key = ValueKey(member.key) { places[key] = place }
    }
  }
}

/// What a mapping finds a value by: numbers that are equal are the same key, whatever their type, as in Python.
enum ValueKey: Hashable {
  case none
  case text(ByteKey)
  case integer(Int)
  case float(Double)

  /// Nil for values that Python's mappings don't take as keys.
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

/// A text as Python compares it: by its characters as they stand, not by canonical equivalence.
struct ByteKey: Hashable {
  let text: String
  init(_ text: String) { self.text = text }
  static func == (first: ByteKey, second: ByteKey) -> Bool { sameText(first.text, second.text) }
  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

/// Whether two texts have the same characters.
func sameText(_ first: String, _ second: String) -> Bool {
  first.utf8.count == second.utf8.count && first.utf8.elementsEqual(second.utf8)
}
