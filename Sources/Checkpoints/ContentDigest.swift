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

  /// Adds a text's bytes.
  package mutating func update(_ text: String) { hash.update(data: Array(text.utf8)) }

  /// The 32 bytes.
  package func finish() -> [UInt8] { Array(hash.finalize()) }

  /// The first eight bytes as one number.
  package var word: UInt64 { finish().prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}

/// Bytes as digits, two each.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
