extension SequenceTree {
  /// A tree that holds the same sequences, and where it holds the tokens of the original segments.
  struct Merged {
    /// Some tokens of an original segment, which are all tokens of a segment of the merged tree.
    typealias Part = (segment: Segment, tokens: Range<Int>)

    /// The merged tree.
    fileprivate(set) var tree = SequenceTree()
    private var parts: [[Part]]

    /// The tree itself.
    init(unchanged tree: SequenceTree) {
      self.tree = tree
      parts = tree.segments.map { [($0, tree.tokens(of: $0).indices)] }
    }

    /// A tree in which prefixes of at least ``PrefixOrder/minimumCount`` tokens that segments share with their siblings are
    /// segments of their own; the tree itself where there are none.
    init(sharingPrefixesOf original: SequenceTree) {
      parts = original.segments.map { _ in [] }
      let (roots, children) = original.descent
      append(roots.map { ($0, 0) }, to: nil, of: original, children)
      // The order of segments may be another one where nothing is shared, too.
      if parts.allSatisfy({ $0.count == 1 }), tree.segments.count == original.segments.count {
        self = Merged(unchanged: original)
      }
    }

    /// Where the merged tree holds the tokens of an original segment, in their order.
    subscript(segment: Segment) -> [Part] { parts[segment.index] }

    /// Appends siblings, each from some token on, with all that continues them.
    private mutating func append(
      _ siblings: [(segment: Segment, start: Int)], to parent: Segment?, of original: SequenceTree,
      _ children: [[Segment]]
    ) {
      let order = PrefixOrder(siblings.map { original.tokens(of: $0.segment)[$0.start...] })
      for family in order.families {
        let members = family.places.map { siblings[$0] }
        let rest = original.tokens(of: members[0].segment)[members[0].start...]
        let count = members.count > 1 ? family.shared : rest.count
        let merged = tree.append(Array(rest.prefix(count)), to: parent)
        var next: [(segment: Segment, start: Int)] = []
        for (segment, start) in members {
          let end = start + count
          parts[segment.index].append((merged, start..<end))
          if end < original.tokens(of: segment).count {
            next.append((segment, end))
          } else {
            next += children[segment.index].map { ($0, 0) }
          }
        }
        append(next, to: merged, of: original, children)
      }
    }
  }

  /// The segments that start sequences, and those that continue each segment.
  private var descent: (roots: [Segment], children: [[Segment]]) {
    var roots: [Segment] = []
    var children = [[Segment]](repeating: [], count: segments.count)
    for segment in segments {
      if let parent = parent(of: segment) { children[parent.index].append(segment) } else { roots.append(segment) }
    }
    return (roots, children)
  }
}
