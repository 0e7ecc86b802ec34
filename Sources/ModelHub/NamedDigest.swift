import Foundation
import Hashing

/// The digest by which a hub identifies the contents of a file.
enum NamedDigest: Sendable, Equatable {
  /// SHA-256 of the bytes, for large files, which git stores separately (LFS).
  case sha256(String)
  /// Git's identifier of a small file: SHA-1 of `blob SIZE`, a zero byte, and the bytes.
  case gitBlob(String)

  /// Recognises a digest by its length: 64 hexadecimal digits are SHA-256, 40 are git's; nil for anything else.
  init?(hexadecimal text: String) {
    let digits = text.lowercased()
    guard digits.utf8.allSatisfy({ Self.isDigit($0) }) else { return nil }
    switch digits.utf8.count {
    case 64: self = .sha256(digits)
    case 40: self = .gitBlob(digits)
    default: return nil
    }
  }

  /// The digest in hexadecimal digits.
  var text: String {
    switch self {
    case .sha256(let text), .gitBlob(let text): text
    }
  }

  /// Computes the digest of other contents with the same algorithm.
  ///
  /// - Parameters:
  ///   - size: the number of bytes.
  ///   - next: returns the next bytes, none at the end.
  func digest(ofSize size: Int, next: () throws -> Data) rethrows -> NamedDigest {
    switch self {
    case .sha256: .sha256(try Self.digits(.sha256, next))
    case .gitBlob: .gitBlob(try Self.digits(.sha1, after: "blob \(size)\0", next))
    }
  }

  private static func digits(
    _ algorithm: Digest.Algorithm, after header: String = "", _ next: () throws -> Data
  ) rethrows -> String {
    let digest = Digest(algorithm)
    digest.update(header)
    while true {
      let piece = try next()
      if piece.isEmpty { return digest.finishInHexadecimal() }
      digest.update(piece)
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
  }
}
