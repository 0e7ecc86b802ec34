/// Merges extremely long words in windows, so that memory does not grow with the word.
///
/// The encoding of a sequence of symbols is correct if and only if each pair of adjacent tokens, encoded alone, stays that
/// pair: the first merge across a boundary would happen in the pair alone too. So a window can start at the end of any
/// token of the one before, as long as the two tokens there stay a pair.
extension BytePairModel {
  /// Words with more bytes are merged in windows.
  static let longWord = 1 << 15
  /// The number of symbols in a window.
  private static let windowSize = 1 << 13
  /// The number of places at which the next window is tried.
  private static let attempts = 64

  /// Appends the ids of a word; returns false and appends nothing if no place for a window was found.
  func encodeInWindows(_ word: Bytes, _ buffer: inout MergeBuffer, into ids: inout [Int32]) -> Bool {
    let firstID = ids.count
    var reader = SymbolReader(of: word, self)
    var symbols: [Int32] = []
    reader.read(upTo: Self.windowSize, into: &symbols)
    var window = merged(symbols[...], &buffer)
    while !reader.isAtEnd {
      // Near the end of a window its tokens depend on what follows.
      let last = window.tokens.count - 1 - window.tokens.count / 8
      if last > 0 { reader.read(upTo: window.starts[last] + Self.windowSize, into: &symbols) }
      guard let (place, next) = next(window, from: last, symbols, &buffer) else {
        ids.removeLast(ids.count - firstID)
        return false
      }
      ids.append(contentsOf: window.tokens[..<place])
      symbols.removeFirst(window.starts[place])
      window = next
    }
    ids.append(contentsOf: window.tokens)
    return true
  }

  /// The tokens of a window, and the symbol with which each starts.
  private struct Window {
    var tokens: [Int32]
    var starts: [Int]
  }

  private func merged(_ symbols: ArraySlice<Int32>, _ buffer: inout MergeBuffer) -> Window {
    buffer.tokens.removeAll(keepingCapacity: true)
    buffer.tokens.append(contentsOf: symbols)
    let starts = buffer.mergeAllWithStarts(by: merges)
    return Window(tokens: buffer.tokens, starts: starts)
  }

  /// The next window, and the token of this one with which it starts: the last one up to a place at which the two join.
  private func next(
    _ window: Window, from last: Int, _ symbols: [Int32], _ buffer: inout MergeBuffer
  ) -> (place: Int, window: Window)? {
    for place in stride(from: last, to: max(0, last - Self.attempts), by: -1) {
      let rest = symbols[window.starts[place]...]
      // A short window shows cheaply whether it is worth merging the long one.
      guard joins(merged(rest.prefix(256), &buffer), to: place, of: window, symbols, &buffer) else { continue }
      let next = merged(rest, &buffer)
      if joins(next, to: place, of: window, symbols, &buffer) { return (place, next) }
    }
    return nil
  }

  private func joins(
    _ next: Window, to place: Int, of window: Window, _ symbols: [Int32], _ buffer: inout MergeBuffer
  ) -> Bool {
    let start = window.starts[place]
    let end = next.starts.count > 1 ? start + next.starts[1] : symbols.count
    return merged(symbols[window.starts[place - 1]..<end], &buffer).tokens == [
      window.tokens[place - 1], next.tokens[0],
    ]
  }
}
