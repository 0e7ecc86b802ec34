/// Bytes in memory that the caller owns.
typealias Bytes = UnsafeBufferPointer<UInt8>

/// A 64-bit hash of bytes, computed eight bytes at a time.
///
/// The process chooses a random seed, so that nobody can craft a file whose tokens collide.
@inline(__always)
func byteHash(_ bytes: Bytes) -> UInt64 {
  var hash = byteHashSeed ^ UInt64(truncatingIfNeeded: bytes.count)
  guard let base = bytes.baseAddress else { return mixed(hash) }
  let raw = UnsafeRawPointer(base)
  var position = 0
  while position + 8 <= bytes.count {
    hash = mixed(hash ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    position += 8
  }
  var tail: UInt64 = 0
  while position < bytes.count {
    tail = tail << 8 | UInt64(bytes[position])
    position += 1
  }
  return mixed(hash ^ tail)
}

/// Folds the 128-bit product with an odd constant, so that every bit of the result depends on every bit of the value.
@inline(__always)
func mixed(_ value: UInt64) -> UInt64 {
  let product = (value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
  return product.high ^ product.low
}

private let byteHashSeed = UInt64.random(in: 0 ... .max)
