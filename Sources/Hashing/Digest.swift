import CCrypto

/// A cryptographic digest of bytes that arrive in pieces, computed by OpenSSL's libcrypto.
package final class Digest {
  /// The digest functions that Attune's formats use.
  package enum Algorithm: Sendable {
    /// SHA-256 (FIPS 180-4), which identifies weights, data and files.
    case sha256
    /// SHA-1, which is broken for signatures: only for comparison with the names that git gives small files.
    case sha1
  }

  private let context: OpaquePointer
  private let byteCount: Int

  /// Starts a digest that has no bytes yet.
  package init(_ algorithm: Algorithm = .sha256) {
    let type = algorithm == .sha256 ? EVP_sha256() : EVP_sha1()
    byteCount = algorithm == .sha256 ? 32 : 20
    // Both calls fail only if there is no memory for a few hundred bytes.
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, type, nil) == 1 else {
      preconditionFailure("libcrypto offers no digest")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  package func update(_ bytes: UnsafeRawBufferPointer) {
    precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1)
  }

  /// Adds bytes from any sequence.
  package func update(_ bytes: some Sequence<UInt8>) {
    let isContiguous: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
    if isContiguous == nil { Array(bytes).withUnsafeBytes { update($0) } }
  }

  /// Adds the UTF-8 bytes of a string.
  package func update(_ text: String) { update(text.utf8) }

  /// Adds a number in little-endian order.
  package func update(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { update($0) }
  }

  /// Adds numbers, each in little-endian order.
  package func update(_ numbers: [Int32]) {
    #if _endian(little)
      numbers.withUnsafeBytes { update($0) }
    #else
      numbers.map(\.littleEndian).withUnsafeBytes { update($0) }
    #endif
  }

  /// The bytes of the digest: 32 for SHA-256, 20 for SHA-1. Nothing can be added afterwards.
  package func finish() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      precondition(EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1)
      count = byteCount
    }
  }

  /// The digest as lowercase hexadecimal digits.
  package func finishInHexadecimal() -> String { hexadecimal(finish()) }

  /// The first eight bytes of the digest as one big-endian number.
  package func finishAsNumber() -> UInt64 { finish().prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

  /// The SHA-256 digest of some bytes.
  package static func sha256(of bytes: some Sequence<UInt8>) -> [UInt8] {
    let digest = Digest()
    digest.update(bytes)
    return digest.finish()
  }
}

/// Bytes as lowercase hexadecimal digits, two for each byte.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
