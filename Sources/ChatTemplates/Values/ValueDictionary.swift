/// Keys with values in the order in which they were put in, each key once.
struct ValueDictionary {
  /// A key with its value.
  struct Member {
    let key: Value
    var value: Value
  }

  private(set) var members: [Member]
  /// The places of keys that are strings, where there are so many members that searching would be slow.
  private var places: [ByteKey: Int] = [:]

  private static let mostSearched = 12

  /// No members.
  init() { members = [] }

  /// Members of which no key stands twice.
  init(unique members: [Member]) {
    self.members = members
    if members.count > Self.mostSearched { index() }
  }

  /// The value of a key, or nil.
  subscript(key: Value) -> Value? { place(of: key).map { members[$0].value } }

  /// The value of a key that is a string, or nil.
  subscript(name: String) -> Value? { place(ofName: name).map { members[$0].value } }

  /// Puts a value in, in the place of an earlier one of the same key.
  mutating func set(_ key: Value, _ value: Value) {
    if let place = place(of: key) {
      members[place].value = value
      return
    }
    members.append(Member(key: key, value: value))
    if members.count > Self.mostSearched {
      if places.isEmpty { index() } else if let text = key.text { places[ByteKey(text)] = members.count - 1 }
    }
  }

  private func place(of key: Value) -> Int? {
    if let text = key.text { return place(ofName: text) }
    return members.firstIndex { $0.key.equals(key) }
  }

  private func place(ofName name: String) -> Int? {
    if !places.isEmpty { return places[ByteKey(name)] }
    return members.firstIndex { $0.key.text.map { sameText($0, name) } ?? false }
  }

  private mutating func index() {
    for (place, member) in members.enumerated() {
      if let text = member.key.text { places[ByteKey(text)] = place }
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
