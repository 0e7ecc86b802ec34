import Foundation

/// A part of a ``MemoryPool``: addresses that grow at their end, and the free blocks among them.
///
/// Free blocks are kept in address order and merge with their neighbours; a request gets the smallest block that is large
/// enough, and continues at the end where there is none.
struct MemoryArena {
  /// Free blocks by address.
  private var free: [(start: UInt, count: Int)] = []
  /// The first address of the piece that grows, and the one after its end.
  private var growing: Range<UInt>
  /// The end of what was ever used of that piece.
  private var usedEnd: UInt
  /// The bytes of which some part was ever used, but for whole pages: the system has provided them.
  private(set) var touchedBytes = 0

  /// An arena that will start at an address, if nothing else is there.
  init(at start: UInt) {
    growing = start..<start
    usedEnd = start
  }

  /// Where more memory would continue what there is.
  var end: UInt { growing.upperBound }

  /// The free bytes at the end, which more memory would continue.
  var freeAtEnd: Int {
    guard let last = free.last, last.start + UInt(last.count) == end else { return 0 }
    return last.count
  }

  /// Adds memory from the system.
  mutating func add(_ start: UInt, _ count: Int) {
    if start == end {
      growing = growing.lowerBound..<end + UInt(count)
    } else {
      growing = start..<start + UInt(count)
      usedEnd = start
    }
    give(start, count)
  }

  /// Takes the smallest free block that is large enough; nil where there is none.
  mutating func take(_ size: Int) -> UInt? {
    guard let index = bestFit(size) else { return nil }
    let block = free[index]
    if block.count == size {
      free.remove(at: index)
    } else {
      free[index] = (block.start + UInt(size), block.count - size)
    }
    let end = block.start + UInt(size)
    if growing.contains(block.start), end > usedEnd {
      touchedBytes += Int(end - usedEnd)
      usedEnd = end
    }
    return block.start
  }

  private func bestFit(_ size: Int) -> Int? {
    // What is free at the end counts as the largest, so that where blocks are does not depend on how much was added.
    let others = freeAtEnd > 0 ? free.dropLast().indices : free.indices
    var best: Int?
    for index in others where free[index].count >= size {
      if let found = best, free[found].count <= free[index].count { continue }
      best = index
      if free[index].count == size { break }
    }
    return best ?? (freeAtEnd >= size ? free.indices.last : nil)
  }

  /// Adds a block to the free ones and merges it with its neighbours.
  mutating func give(_ start: UInt, _ count: Int) {
    var low = 0
    var high = free.count
    while low < high {
      let middle = (low + high) / 2
      if free[middle].start < start { low = middle + 1 } else { high = middle }
    }
    free.insert((start, count), at: low)
    if low + 1 < free.count, free[low].start + UInt(free[low].count) == free[low + 1].start {
      free[low].count += free[low + 1].count
      free.remove(at: low + 1)
    }
    if low > 0, free[low - 1].start + UInt(free[low - 1].count) == free[low].start {
      free[low - 1].count += free[low].count
      free.remove(at: low)
    }
  }
}
