import Checkpoints

/// Tensors as a tree, split at the dots in their names. Consecutive numbered nodes with the same contents, such as
/// layers, share one line.
struct TensorTree {
  /// A line of the tree.
  struct Row {
    /// The name, with the tree's branch lines before it.
    let label: String
    /// The shape; empty for a branch.
    let shape: String
    /// The element type; empty for a branch with several types.
    let type: String
    let elementCount: Int
    let byteCount: Int
  }

  /// A part of a name, its children, and the tensor whose name ends there.
  private struct Node {
    var name: String
    var tensor: TensorDescription?
    var children: [Node] = []
    /// How many nodes with the same contents this one represents.
    var count = 1

    var tensors: [TensorDescription] { (tensor.map { [$0] } ?? []) + children.flatMap(\.tensors) }
    /// Equal for nodes whose contents differ only in the node's own name.
    var signature: String {
      "\(tensor.map { "\($0.shape)\($0.type)" } ?? "")(\(children.map { "\($0.name)×\($0.count)\($0.signature)" }.joined(separator: " ")))"
    }
    func sum(_ value: (TensorDescription) -> Int) -> Int {
      count * ((tensor.map(value) ?? 0) + children.reduce(0) { $0 + $1.sum(value) })
    }
  }

  private let roots: [Node]

  /// Builds the tree; names are split into at most 32 parts.
  init(_ tensors: [TensorDescription]) {
    let paths = tensors.map {
      ($0.name.split(separator: ".", maxSplits: 31, omittingEmptySubsequences: false)[...], $0)
    }
    roots = Self.nodes(paths).map(Self.joined)
  }

  private static func nodes(_ paths: [(ArraySlice<Substring>, TensorDescription)]) -> [Node] {
    var order: [Substring] = []
    var below: [Substring: [(ArraySlice<Substring>, TensorDescription)]] = [:]
    for (path, tensor) in paths {
      guard let first = path.first else { continue }
      if below[first] == nil { order.append(first) }
      below[first, default: []].append((path.dropFirst(), tensor))
    }
    if order.allSatisfy({ Int($0) != nil }) { order.sort { Int($0) ?? 0 < Int($1) ?? 0 } }
    let children = order.map { name -> Node in
      let paths = below[name] ?? []
      return Node(
        name: String(name), tensor: paths.first { $0.0.isEmpty }?.1, children: nodes(paths.filter { !$0.0.isEmpty }))
    }
    return merged(children)
  }

  /// Replaces consecutive numbered nodes with the same contents by one node.
  private static func merged(_ nodes: [Node]) -> [Node] {
    var merged: [(node: Node, last: String, signature: String)] = []
    for node in nodes {
      let signature = node.signature
      if let previous = merged.last, previous.signature == signature, Int(node.name) != nil, Int(previous.last) != nil {
        merged[merged.count - 1].node.count += 1
        merged[merged.count - 1].last = node.name
      } else {
        merged.append((node, node.name, signature))
      }
    }
    return merged.map { node, last, _ in
      var node = node
      if node.count > 1 { node.name += "…\(last)" }
      return node
    }
  }

  /// Joins a branch that has a single child with that child.
  private static func joined(_ node: Node) -> Node {
    var node = node
    node.children = node.children.map(joined)
    if node.tensor == nil, node.count == 1, node.children.count == 1, let child = node.children.first {
      var child = child
      child.name = "\(node.name).\(child.name)"
      return child
    }
    return node
  }

  /// The lines of the tree; the first one holds the title and the totals.
  func rows(title: String) -> [Row] {
    row(Node(name: title, children: roots), label: title) + rows(roots, indentation: "")
  }

  private func rows(_ nodes: [Node], indentation: String) -> [Row] {
    nodes.enumerated().flatMap { position, node -> [Row] in
      let isLast = position == nodes.count - 1
      let alike = node.count > 1 ? " (\(node.count) alike)" : ""
      return row(node, label: "\(indentation)\(isLast ? "└─" : "├─") \(node.name)\(alike)")
        + rows(node.children, indentation: indentation + (isLast ? "   " : "│  "))
    }
  }

  private func row(_ node: Node, label: String) -> [Row] {
    let types = Set(node.tensors.map(\.type))
    let shape = node.tensor.map { "[\($0.shape.map(String.init).joined(separator: ", "))]" } ?? ""
    return [
      Row(
        label: label, shape: shape, type: types.count == 1 ? types.first?.rawValue ?? "" : "",
        elementCount: node.sum(\.elementCount), byteCount: node.sum(\.byteCount))
    ]
  }
}
