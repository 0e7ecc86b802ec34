/// The tokens of a model as written in its file, and their ids.
struct Vocabulary: Sendable {
  /// Ids from here on are refused. No vocabulary is that large, and tables are as long as the largest id.
  static let idLimit = 1 << 22

  private var tokens: ByteStringTable
  /// The id of each token, in the order of the table.
  private var ids: [Int32] = []
  /// The token of each id, -1 if there is none.
  private var numbers: [Int32] = []

  init(capacity: Int) {
    tokens = ByteStringTable(capacity: capacity)
    ids.reserveCapacity(capacity)
    numbers.reserveCapacity(capacity)
  }

  /// The largest number of bytes in a token.
  private(set) var longestToken = 0
  /// The largest id plus one.
  var size: Int { numbers.count }

  /// Why a token cannot be added.
  enum Conflict: Error {
    case idOutOfRange
    case idTaken(by: String)
    case tokenTwice
  }

  /// Adds a token with its id.
  ///
  /// - Throws: ``Conflict``.
  mutating func add(_ token: Bytes, id: Int) throws {
    guard 0..<Self.idLimit ~= id else { throw Conflict.idOutOfRange }
    while numbers.count <= id { numbers.append(-1) }
    guard numbers[id] < 0 else { throw Conflict.idTaken(by: self.token(of: Int32(id)) ?? "") }
    guard let number = tokens.insert(token) else { throw Conflict.tokenTwice }
    numbers[id] = Int32(truncatingIfNeeded: number)
    ids.append(Int32(id))
    longestToken = max(longestToken, token.count)
  }

  /// The id of a token, or nil.
  func id(of token: Bytes) -> Int32? { tokens.find(token).map { ids[$0] } }

  /// The id of a token, or nil.
  func id(of token: String) -> Int32? { token.withBytes { id(of: $0) } }

  /// The token of an id, or nil.
  func token(of id: Int32) -> String? { withToken(of: id) { String(decoding: $0, as: UTF8.self) } }

  /// Calls `body` with the bytes of the token of an id; returns nil if there is no such token.
  func withToken<Result>(of id: Int32, _ body: (Bytes) throws -> Result) rethrows -> Result? {
    guard numbers.indices.contains(Int(id)), numbers[Int(id)] >= 0 else { return nil }
    return try tokens.withBytes(Int(numbers[Int(id)]), body)
  }

  /// Calls `body` with each token and its id.
  func forEach(_ body: (Bytes, Int32) -> Void) {
    for number in 0..<tokens.count { tokens.withBytes(number) { body($0, ids[number]) } }
  }
}
