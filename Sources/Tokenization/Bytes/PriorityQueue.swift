/// A binary heap, from which the lowest element comes first.
struct PriorityQueue<Element: Comparable & Sendable>: Sendable {
  private var elements: [Element] = []

  /// Makes a queue of elements in any order.
  init(_ elements: [Element] = []) { replaceAll(by: elements) }

  /// Replaces all elements and keeps the storage.
  mutating func replaceAll(by newElements: some Sequence<Element>) {
    elements.removeAll(keepingCapacity: true)
    elements.append(contentsOf: newElements)
    for root in stride(from: elements.count / 2 - 1, through: 0, by: -1) { siftDown(from: root) }
  }

  mutating func insert(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard elements[child] < elements[parent] else { return }
      elements.swapAt(child, parent)
      child = parent
    }
  }

  mutating func popLowest() -> Element? {
    guard let lowest = elements.first else { return nil }
    let last = elements.removeLast()
    if !elements.isEmpty {
      elements[0] = last
      siftDown(from: 0)
    }
    return lowest
  }

  private mutating func siftDown(from start: Int) {
    elements.withUnsafeMutableBufferPointer { elements in
      var parent = start
      while true {
        var child = 2 * parent + 1
        guard child < elements.count else { return }
        if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
        guard elements[child] < elements[parent] else { return }
        elements.swapAt(child, parent)
        parent = child
      }
    }
  }
}
