import CKernels
import Foundation

/// How fast all threads together read memory.
public enum MemoryBandwidth {
  /// The bytes a second of reading a buffer that no cache holds, measured: the best of a few passes. Nil where the system has
  /// no memory for it.
  public static func measure() -> Double? {
    let count = SystemPages.rounded(bufferBytes)
    guard let (start, mapping) = SystemPages.map(count, at: nil) else { return nil }
    defer { munmap(mapping.baseAddress, mapping.count) }
    SystemPages.advise(start, count, huge: true)
    guard let floats = UnsafeMutablePointer<Float>(bitPattern: start) else { return nil }
    let pieces = count / pieceBytes
    let length = pieceBytes / MemoryLayout<Float>.stride
    Threads.parallel(pieces) { (floats + $0 * length).update(repeating: 1, count: length) }
    var sums = [Double](repeating: 0, count: pieces)
    let best = (0..<5).map { _ in
      let start = ContinuousClock.now
      sums.withUnsafeMutableBufferPointer { sums in
        let sums = sums
        Threads.parallel(pieces) { sums[$0] = attune_sum(floats + $0 * length, length) }
      }
      return (ContinuousClock.now - start) / .seconds(1)
    }.min()
    precondition(sums.allSatisfy { $0 == Double(length) }, "memory was not read as it was written")
    return best.map { Double(pieces * pieceBytes) / $0 }
  }

  private static let pieceBytes = 4 << 20

  /// Four times the last cache and half a GiB at least, but no more than an eighth of the memory that may be used.
  private static var bufferBytes: Int {
    min(max(512 << 20, 4 * lastCacheBytes), max(pieceBytes, SystemMemory.limit / 8))
  }

  /// The size of the first processor's largest cache; 0 where the system does not say.
  private static var lastCacheBytes: Int {
    let sizes = (0..<8).compactMap { level -> Int? in
      let path = "/sys/devices/system/cpu/cpu0/cache/index\(level)/size"
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
      return Int(text.prefix { $0.isNumber }).map { $0 << 10 }
    }
    return sizes.max() ?? 0
  }
}
