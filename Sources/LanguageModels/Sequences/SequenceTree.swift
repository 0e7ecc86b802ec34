import Autodiff
import Tensors

/// Sequences of tokens that share their prefixes, each shared prefix once: the one layout for a prompt with several
/// answers, a system prompt with several conversations, or sequences that share nothing.
///
/// A segment continues a parent or starts a sequence of its own. Its tokens see those before them in the segment and all
/// tokens of its ancestors, and nothing else; its positions continue from its parent's last. What a model computes is
/// what it would compute for every path from a root to a leaf as a sequence of its own. Segments that continue the same
/// one may start alike: where they are computed, what they share is computed once.
///
/// ```swift
/// var tree = SequenceTree()
/// let prompt = tree.append([1, 5, 7])
/// let answers = [[8, 2], [9, 9, 2]].map { tree.append($0, to: prompt) }
/// let losses = model.losses(of: tree.predictions(of: answers))
/// ```
public struct SequenceTree: Sendable {
  /// A run of tokens in a tree, named by its place among all segments.
  public struct Segment: Sendable, Hashable {
    let index: Int
  }

  /// A segment's tokens, and what it continues.
  private struct Node: Sendable {
    let tokens: [Int32]
    let parent: Int?
    var isLeaf = true
  }

  private var nodes: [Node] = []

  /// A tree without segments.
  public init() {}

  /// Adds a segment.
  ///
  /// - Parameter parent: the segment that it continues; nil where it starts a sequence.
  public mutating func append(_ tokens: [Int32], to parent: Segment? = nil) -> Segment {
    nodes.append(Node(tokens: tokens, parent: parent?.index))
    if let parent { nodes[parent.index].isLeaf = false }
    return Segment(index: nodes.count - 1)
  }

  /// The tokens of a segment.
  public func tokens(of segment: Segment) -> [Int32] { nodes[segment.index].tokens }

  /// All segments, in the order in which they were appended.
  var segments: [Segment] { nodes.indices.map(Segment.init) }

  /// The segment that another one continues; nil where that one starts a sequence.
  func parent(of segment: Segment) -> Segment? { nodes[segment.index].parent.map(Segment.init) }

  /// The segments from the root of a segment's sequence to its parent.
  func ancestors(of segment: Segment) -> [Segment] {
    var ancestors: [Segment] = []
    var next = nodes[segment.index].parent
    while let parent = next {
      ancestors.append(Segment(index: parent))
      next = nodes[parent].parent
    }
    return ancestors.reversed()
  }
}

extension SequenceTree {
  /// A tree as rows of a batch.
  struct Rows {
    /// All rows, segment after segment in the order in which they were appended.
    let layout: SequenceLayout
    /// The rows of each segment.
    fileprivate let ranges: [Range<Int>]

    subscript(segment: Segment) -> Range<Int> { ranges[segment.index] }
  }

  /// Lays all segments end to end.
  ///
  /// - Parameter isForPredictions: whether a leaf goes without its last token, which predicts nothing.
  func rows(forPredictions isForPredictions: Bool) -> Rows {
    var (tokens, positions): ([Int32], [Int]) = ([], [])
    var spans: [AttentionSpan] = []
    var ranges: [Range<Int>] = []
    var ends: [Int] = []
    for (index, node) in nodes.enumerated() {
      let computed = node.isLeaf && isForPredictions ? node.tokens.dropLast() : node.tokens[...]
      let rows = tokens.count..<tokens.count + computed.count
      let start = node.parent.map { ends[$0] } ?? 0
      tokens += computed
      positions += start..<start + computed.count
      if !rows.isEmpty {
        let context = ancestors(of: Segment(index: index)).map { ranges[$0.index] }.filter { !$0.isEmpty }
        spans.append(AttentionSpan(queries: rows, keys: rows, context: context))
      }
      ranges.append(rows)
      ends.append(start + node.tokens.count)
    }
    return Rows(layout: SequenceLayout(tokens: tokens, positions: positions, spans: spans), ranges: ranges)
  }
}
