import Crypto

/// SHA-256 of numbers, little-endian, one after another.
package struct ContentDigest {
  private var hash = SHA256()

  package init() {}

  /// Adds a number.
  package mutating func update(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { hash.update(bufferPointer: $0) }
  }

  /// Adds numbers.
  package mutating func update(_ numbers: [Int32]) {
    #if _endian(little)
      numbers.withUnsafeBytes { hash.update(bufferPointer: $0) }
    #else
      numbers.map(\.littleEndian).withUnsafeBytes { hash.update(bufferPointer: $0) }
    #endif
  }

  /// The 32 bytes.
  package func finish() -> [UInt8] { Array(hash.finalize()) }
}
