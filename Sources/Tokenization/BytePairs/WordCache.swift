/// The ids of words that have been encoded before.
///
/// Its capacity is fixed. When it is full it is emptied, so that memory stays bounded whatever the text.
struct WordCache: Sendable {
  /// The length of the longest word to cache, in bytes. Longer words are encoded each time.
  static let longestWord = 128

  private struct Entry: Sendable {
    var hash: UInt64
    var word: UInt32
    var ids: UInt32
    var wordCount: UInt16
    var idCount: UInt16
    /// The first id; most words have only one.
    var firstID: Int32
  }

  private static let slotCount = 1 << 16
  private static let entryLimit = 1 << 15

  /// Numbers of entries plus one, 0 if free.
  private var slots = [UInt32](repeating: 0, count: slotCount)
  private var entries: [Entry] = []
  private var words: [UInt8] = []
  private var ids: [Int32] = []

  /// Appends the ids of a word; returns false if it is not in the cache.
  @inline(__always)
  func append(_ word: Bytes, hash: UInt64, to result: inout [Int32]) -> Bool {
    var slot = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
    while true {
      let number = slots[slot]
      if number == 0 { return false }
      let entry = entries[Int(number) - 1]
      if entry.hash == hash, Int(entry.wordCount) == word.count, isEqual(word, at: Int(entry.word)) {
        if entry.idCount == 1 {
          result.append(entry.firstID)
        } else {
          result.append(contentsOf: ids[Int(entry.ids)..<Int(entry.ids) + Int(entry.idCount)])
        }
        return true
      }
      slot = (slot + 1) & (Self.slotCount - 1)
    }
  }

  /// Adds the ids of a word of at most ``longestWord`` bytes that is not in the cache yet.
  mutating func insert(_ word: Bytes, hash: UInt64, ids newIDs: ArraySlice<Int32>) {
    if entries.count == Self.entryLimit { removeAll() }
    var slot = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (Self.slotCount - 1) }
    entries.append(
      Entry(
        hash: hash, word: UInt32(truncatingIfNeeded: words.count), ids: UInt32(truncatingIfNeeded: ids.count),
        wordCount: UInt16(truncatingIfNeeded: word.count), idCount: UInt16(truncatingIfNeeded: newIDs.count),
        firstID: newIDs.first ?? 0))
    slots[slot] = UInt32(truncatingIfNeeded: entries.count)
    words.append(contentsOf: word)
    ids.append(contentsOf: newIDs)
  }

  @inline(__always)
  private func isEqual(_ word: Bytes, at start: Int) -> Bool {
    words.withUnsafeBufferPointer { words in
      for position in 0..<word.count where words[start + position] != word[position] { return false }
      return true
    }
  }

  private mutating func removeAll() {
    slots = Array(repeating: 0, count: Self.slotCount)
    entries.removeAll(keepingCapacity: true)
    words.removeAll(keepingCapacity: true)
    ids.removeAll(keepingCapacity: true)
  }
}
