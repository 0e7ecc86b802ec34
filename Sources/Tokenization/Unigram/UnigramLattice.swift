/// The best way to split a word into pieces up to each position (the Viterbi algorithm).
///
/// Positions that every way shares are settled from time to time, so that memory does not grow with the word.
struct UnigramLattice {
  /// A piece on the best way.
  struct Piece {
    let id: Int32
    let range: Range<Int>
  }

  /// The last piece of the best way to a position.
  private struct Node {
    /// The number of bytes of the piece, 0 if no way leads here.
    var length: Int32 = 0
    var id: Int32 = -1
    var score = 0.0
  }

  /// The nodes from a position on. No piece before the first one changes any more.
  private var nodes = [Node()]
  private var base = 0
  private var nextSettlement = settlementSize

  private static let settlementSize = 1 << 16

  /// Whether it is time to settle.
  var isLarge: Bool { nodes.count > nextSettlement }

  /// Considers a piece, which must start where a way ends.
  mutating func offer(_ id: Int32, from start: Int, to end: Int, score: Double) {
    while nodes.count <= end - base { nodes.append(Node()) }
    let total = nodes[start - base].score + score
    if nodes[end - base].length == 0 || total > nodes[end - base].score {
      nodes[end - base] = Node(length: Int32(truncatingIfNeeded: end - start), id: id, score: total)
    }
  }

  /// Settles the pieces that all ways to a position and beyond share.
  mutating func settle(before position: Int, _ body: (Piece) -> Void) {
    var ends = Set((position..<base + nodes.count).filter { $0 == base || nodes[$0 - base].length > 0 })
    while ends.count > 1, let last = ends.max() {
      ends.remove(last)
      ends.insert(last - Int(nodes[last - base].length))
    }
    if let shared = ends.first, shared > base {
      forEachPiece(to: shared, body)
      nodes.removeFirst(shared - base)
      base = shared
    }
    nextSettlement = max(Self.settlementSize, 2 * nodes.count)
  }

  /// Settles all pieces of a word that ends at a position.
  func finish(at end: Int, _ body: (Piece) -> Void) { forEachPiece(to: end, body) }

  private func forEachPiece(to end: Int, _ body: (Piece) -> Void) {
    var pieces: [Piece] = []
    var position = end
    while position > base {
      let node = nodes[position - base]
      pieces.append(Piece(id: node.id, range: position - Int(node.length)..<position))
      position -= Int(node.length)
    }
    for piece in pieces.reversed() { body(piece) }
  }
}
